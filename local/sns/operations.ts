import * as z from 'zod';
import { AwsError, type Operation } from '../kernel/service.ts';
import { contentBytes, MAX_MESSAGE_BYTES, PublishBatchInput, PublishInput, type Content } from './publish.ts';
import type { Confirmations } from './confirmations.ts';
import { SubscribedTo, SubscriptionProperties, type Subscription } from './subscription.ts';
import type { Topics } from './topics.ts';

export interface SnsDeps {
  readonly accountId: string;
  readonly topics: Topics;
  readonly confirmations: Confirmations;
  /** Publishes to a topic; gives the message id. */
  readonly publish: (topicArn: string, content: Content) => string;
  /** Publishes to a phone number. */
  readonly text: (phoneNumber: string, content: Content) => string;
}

const PAGE = 100;
const Paged = z.object({ NextToken: z.string().optional() });
const ByTopic = Paged.extend({ TopicArn: z.string() });
const Subscribe = SubscribedTo.extend({
  ReturnSubscriptionArn: z.union([z.boolean(), z.stringbool()]).default(false),
  /** An empty map comes over the Query protocol as an empty text. */
  Attributes: z.preprocess(
    (value) => (value === '' ? {} : value),
    z.record(z.string(), z.string()).default({}),
  ),
});

/** The operations of SNS. */
export function snsOperations(deps: SnsDeps): Record<string, Operation> {
  const { topics, confirmations, accountId: owner } = deps;
  const isPending: About['isPending'] = ({ isCalled, arn }) => isCalled && !confirmations.isConfirmed(arn);
  const about = { owner, isPending };
  return {
    ...publishOperations(deps),
    ...subscriptionOperations(deps, about),
    ListTopics: (input) => {
      const arns = topics.all().map(({ arn }) => arn);
      const { items, ...rest } = page(arns, (arn) => arn, Paged.parse(input).NextToken);
      return { Topics: items.map((TopicArn) => ({ TopicArn })), ...rest };
    },
    GetTopicAttributes: (input) => {
      const { arn, displayName, keyId, subscriptions } = topics.at(ByTopic.parse(input).TopicArn);
      const pending = [...subscriptions.values()].filter(isPending).length;
      const Attributes = {
        TopicArn: arn,
        Owner: owner,
        DisplayName: displayName,
        SubscriptionsConfirmed: String(subscriptions.size - pending),
        SubscriptionsPending: String(pending),
        SubscriptionsDeleted: '0',
        ...(keyId === undefined ? {} : { KmsMasterKeyId: keyId }),
      };
      return { Attributes };
    },
    ListSubscriptions: (input) => {
      const all = topics.all().flatMap(({ subscriptions }) => Array.from(subscriptions.values()));
      return listed(all, about, Paged.parse(input).NextToken);
    },
    ListSubscriptionsByTopic: (input) => {
      const { TopicArn, NextToken } = ByTopic.parse(input);
      return listed([...topics.at(TopicArn).subscriptions.values()], about, NextToken);
    },
  };
}

interface About {
  readonly owner: string;
  readonly isPending: (subscription: Subscription) => boolean;
}

function subscriptionOperations(
  { topics, confirmations }: SnsDeps,
  { owner, isPending }: About,
): Record<string, Operation> {
  return {
    Subscribe: (input) => {
      const { Attributes, ReturnSubscriptionArn: isArnWanted, ...rest } = Subscribe.parse(input);
      const subscription = topics.subscribe(SubscriptionProperties.parse({ ...Attributes, ...rest }));
      const isArnGiven = isArnWanted || !isPending(subscription);
      return { SubscriptionArn: isArnGiven ? subscription.arn : 'pending confirmation' };
    },
    ConfirmSubscription: (input) => {
      const { TopicArn, Token } = z.object({ TopicArn: z.string(), Token: z.string() }).parse(input);
      return { SubscriptionArn: confirmations.confirm(topics.at(TopicArn).arn, Token) };
    },
    GetSubscriptionAttributes: (input) => {
      const { SubscriptionArn } = z.object({ SubscriptionArn: z.string() }).parse(input);
      const topicArn = SubscriptionArn.slice(0, SubscriptionArn.lastIndexOf(':'));
      const found = topics.at(topicArn).subscriptions.get(SubscriptionArn);
      if (found === undefined) throw new AwsError('NotFound', 'Subscription does not exist', 404);
      const { arn, protocol, endpoint, isRaw } = found;
      const Attributes = {
        SubscriptionArn: arn,
        TopicArn: topicArn,
        Owner: owner,
        Protocol: protocol,
        Endpoint: endpoint,
        RawMessageDelivery: String(isRaw),
        PendingConfirmation: String(isPending(found)),
      };
      return { Attributes };
    },
    Unsubscribe: (input) => {
      topics.unsubscribe(z.object({ SubscriptionArn: z.string() }).parse(input).SubscriptionArn);
      return {};
    },
  };
}

function publishOperations({ publish, text }: SnsDeps): Record<string, Operation> {
  return {
    Publish: (input) => {
      const { TopicArn, TargetArn, PhoneNumber, ...content } = PublishInput.parse(input);
      const arn = TopicArn ?? TargetArn;
      if (arn !== undefined) return { MessageId: publish(arn, content) };
      if (PhoneNumber !== undefined) return { MessageId: text(PhoneNumber, content) };
      throw new AwsError(
        'InvalidParameter',
        'Invalid parameter: TopicArn, TargetArn or PhoneNumber is required.',
      );
    },
    PublishBatch: (input) => {
      const { TopicArn, PublishBatchRequestEntries: entries } = PublishBatchInput.parse(input);
      checkBatch(entries);
      const answer: { Successful: object[]; Failed: object[] } = { Successful: [], Failed: [] };
      for (const { Id, ...content } of entries) {
        try {
          answer.Successful.push({ Id, MessageId: publish(TopicArn, content) });
        } catch (error) {
          if (!(error instanceof AwsError) || error.code === 'NotFound') throw error;
          answer.Failed.push({ Id, Code: error.code, Message: error.message, SenderFault: true });
        }
      }
      return answer;
    },
  };
}

function checkBatch(entries: readonly (Content & { readonly Id: string })[]): void {
  if (entries.length === 0) throw new AwsError('EmptyBatchRequest', 'The batch request contains no entries.');
  if (entries.length > 10) {
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `The batch request contains ${entries.length} entries, at most 10.`,
    );
  }
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries have the same Id.');
  }
  const bytes = entries.reduce((sum, entry) => sum + contentBytes(entry), 0);
  if (bytes > MAX_MESSAGE_BYTES) {
    throw new AwsError('BatchRequestTooLong', `The batch has ${bytes} bytes, at most ${MAX_MESSAGE_BYTES}.`);
  }
}

function listed(
  subscriptions: readonly Subscription[],
  { owner, isPending }: About,
  token: string | undefined,
): object {
  const { items, ...rest } = page(subscriptions, ({ arn }) => arn, token);
  const Subscriptions = items.map((one) => ({
    SubscriptionArn: isPending(one) ? 'PendingConfirmation' : one.arn,
    Owner: owner,
    Protocol: one.protocol,
    Endpoint: one.endpoint,
    TopicArn: one.topicArn,
  }));
  return { Subscriptions, ...rest };
}

/** One page, in order of key; the token is the last key of the page before. */
function page<T>(
  all: readonly T[],
  keyOf: (item: T) => string,
  after: string | undefined,
): { readonly items: T[]; readonly NextToken?: string } {
  const sorted = all.toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
  const rest = sorted.filter((item) => after === undefined || keyOf(item) > after);
  const items = rest.slice(0, PAGE);
  const last = items.at(-1);
  return rest.length > PAGE && last !== undefined ? { items, NextToken: keyOf(last) } : { items };
}
