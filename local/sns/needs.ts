import * as z from 'zod';
import type { Kernel } from '../kernel/kernel.ts';
import type { Need, NeedsByOperation } from '../kernel/need.ts';

/** The ARN of the key that encrypts a topic; undefined if there is none, or no such topic. */
export type KeyOf = (topicArn: string) => string | undefined;

const ByTopic = z.looseObject({ TopicArn: z.string() });
const Target = z.looseObject({ TopicArn: z.string().optional(), TargetArn: z.string().optional() });
const BySubscription = z.looseObject({ SubscriptionArn: z.string() });

/**
 * What each operation needs.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
 */
export function snsNeeds(kernel: Pick<Kernel, 'region' | 'accountId'>, keyOf: KeyOf): NeedsByOperation {
  const onTopic = (action: string) => (input: unknown) => [
    { action: `sns:${action}`, resource: ByTopic.parse(input).TopicArn },
  ];
  // The topic of a subscription is its ARN without the last part.
  const onSubscription = (action: string) => (input: unknown) => {
    const { SubscriptionArn } = BySubscription.parse(input);
    return [
      { action: `sns:${action}`, resource: SubscriptionArn.slice(0, SubscriptionArn.lastIndexOf(':')) },
    ];
  };
  const onNothing = (action: string) => () => [{ action: `sns:${action}`, resource: '*' }];
  return {
    Publish: (input: unknown) => {
      const { TopicArn, TargetArn } = Target.parse(input);
      const arn = TopicArn ?? TargetArn;
      // A text message has no topic.
      return arn === undefined ? onNothing('Publish')() : needsToPublish(arn, kernel, keyOf);
    },
    PublishBatch: (input: unknown) => needsToPublish(ByTopic.parse(input).TopicArn, kernel, keyOf),
    Subscribe: onTopic('Subscribe'),
    Unsubscribe: onSubscription('Unsubscribe'),
    GetSubscriptionAttributes: onSubscription('GetSubscriptionAttributes'),
    // The page of a confirmation is this operation too, with its input in the address.
    ConfirmSubscription: (input: object) => {
      const { TopicArn } =
        'query' in input ? Object.fromEntries(input.query as URLSearchParams) : ByTopic.parse(input);
      return [{ action: 'sns:ConfirmSubscription', resource: TopicArn ?? '*' }];
    },
    GetTopicAttributes: onTopic('GetTopicAttributes'),
    ListSubscriptionsByTopic: onTopic('ListSubscriptionsByTopic'),
    ListTopics: onNothing('ListTopics'),
    ListSubscriptions: onNothing('ListSubscriptions'),
    'homeostat:Outbox': 'owner',
  };
}

/**
 * Whoever publishes; to an encrypted topic with the rights on its key, which SNS uses in the publisher's name.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
export function needsToPublish(
  topicArn: string,
  { region, accountId }: Pick<Kernel, 'region' | 'accountId'>,
  keyOf: KeyOf,
): Need[] {
  const keyArn = keyOf(topicArn);
  const publish = { action: 'sns:Publish', resource: topicArn };
  if (keyArn === undefined) return [publish];
  const key = {
    resource: keyArn,
    context: { 'kms:ViaService': `sns.${region}.amazonaws.com`, 'kms:CallerAccount': accountId },
    refusal: { code: 'KMSAccessDenied', status: 400 },
  };
  return [publish, { action: 'kms:GenerateDataKey', ...key }, { action: 'kms:Decrypt', ...key }];
}
