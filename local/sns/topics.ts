import * as z from 'zod';
import { readPolicy, type AttachedPolicy } from '../iam/policy.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { AwsError, type DeclaredResource, type ResourceProvider } from '../kernel/service.ts';
import type { StateStore } from '../kernel/state-store.ts';
import { isLoopbackUrl } from './post.ts';
import {
  isHttp,
  makeSubscription,
  SubscribedTo,
  SubscriptionProperties,
  type Subscription,
} from './subscription.ts';

/** AWS::SNS::Topic. Nothing is encrypted here, but publishing asks for the rights on the key. */
const TopicProperties = z.object({
  TopicName: z
    .string()
    .regex(/^[\w-]{1,256}$/, '1 to 256 letters, digits, hyphens and underscores')
    .optional(),
  DisplayName: z.string().default(''),
  // Rights on a key are asked by its ARN; an alias would have to be followed.
  KmsMasterKeyId: z
    .string()
    .regex(
      /^arn:aws:kms:[\w-]+:\d{12}:key\/[\w-]+$/,
      'the ARN of a key: aliases and ids are not followed locally',
    )
    .optional(),
  FifoTopic: z
    .union([z.boolean(), z.stringbool()])
    .default(false)
    .refine((isFifo) => !isFifo, 'FIFO topics are not part of the embedded cloud; use a standard topic'),
  Subscription: z.array(SubscribedTo.omit({ TopicArn: true })).default([]),
});

/** AWS::SNS::TopicPolicy. */
const PolicyProperties = z.strictObject({ Topics: z.array(z.string()), PolicyDocument: z.unknown() });

export interface Topic {
  readonly arn: string;
  readonly displayName: string;
  readonly keyId?: string;
  /** By ARN. */
  readonly subscriptions: Map<string, Subscription>;
}

export interface Topics {
  /** @throws AwsError `NotFound` */
  readonly at: (arn: string) => Topic;
  readonly all: () => Topic[];
  /** Adds a subscription that outlives a restart. @throws AwsError `NotFound`, `InvalidParameter` */
  readonly subscribe: (properties: SubscriptionProperties) => Subscription;
  readonly unsubscribe: (subscriptionArn: string) => void;
  readonly providers: readonly ResourceProvider[];
  readonly policies: () => readonly AttachedPolicy[];
  readonly keyOf: (topicArn: string) => string | undefined;
}

/** Which HTTP/S endpoints are really called. */
export interface HookRules {
  /**
   * Also those outside this machine, if a template names them; else only loopback. What a function
   * subscribes on its own never leaves the machine.
   */
  readonly callsOutside: boolean;
  /** Is told of each subscription whose endpoint is called. */
  readonly onCalled: (subscription: Subscription) => void;
  readonly onGone: (subscriptionArn: string) => void;
}

/**
 * The topics and who listens to them. Templates are deployed anew at each start and are the truth for
 * what they declare; only what was subscribed over the API is kept on disk.
 */
export function openTopics(kernel: Kernel, state: StateStore, hooks: HookRules): Topics {
  const kept = state.table<SubscriptionProperties>('subscriptions');
  const policies = new Map<string, AttachedPolicy[]>();
  const topics = new Map<string, Topic>();

  const at = (arn: string): Topic => {
    const topic = topics.get(arn);
    if (topic !== undefined) return topic;
    throw new AwsError('NotFound', `Topic does not exist: ${arn}.`, 404);
  };
  const join = (properties: SubscriptionProperties, isDeclared: boolean): Subscription => {
    const { TopicArn, Protocol, Endpoint } = properties;
    const mayCall = isLoopbackUrl(Endpoint) || (hooks.callsOutside && isDeclared);
    const subscription = makeSubscription(properties, isHttp(Protocol) && mayCall);
    at(TopicArn).subscriptions.set(subscription.arn, subscription);
    if (subscription.isCalled) hooks.onCalled(subscription);
    return subscription;
  };
  const putTopic = ({ properties, suggestedName }: DeclaredResource) => {
    const read = TopicProperties.parse(properties);
    const name = read.TopicName ?? suggestedName;
    const arn = `arn:aws:sns:${kernel.region}:${kernel.accountId}:${name}`;
    topics.set(arn, {
      arn,
      displayName: read.DisplayName,
      subscriptions: topics.get(arn)?.subscriptions ?? new Map<string, Subscription>(),
      ...(read.KmsMasterKeyId === undefined ? {} : { keyId: read.KmsMasterKeyId }),
    });
    for (const [, properties_] of kept.entries()) if (properties_.TopicArn === arn) join(properties_, false);
    for (const inline of read.Subscription)
      join(SubscriptionProperties.parse({ ...inline, TopicArn: arn }), true);
    return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
  };
  return {
    at,
    policies: () => [...policies.values()].flat(),
    keyOf: (topicArn) => topics.get(topicArn)?.keyId,
    all: () => [...topics.values()].sort((left, right) => (left.arn < right.arn ? -1 : 1)),
    subscribe: (properties) => {
      let subscription: Subscription;
      try {
        subscription = join(properties, false);
      } catch (error) {
        if (error instanceof AwsError) throw error;
        throw new AwsError('InvalidParameter', `Invalid parameter: ${String(error)}`);
      }
      kept.put(subscription.arn, properties);
      return subscription;
    },
    unsubscribe: (subscriptionArn) => {
      kept.delete(subscriptionArn);
      hooks.onGone(subscriptionArn);
      topics
        .get(subscriptionArn.slice(0, subscriptionArn.lastIndexOf(':')))
        ?.subscriptions.delete(subscriptionArn);
    },
    providers: [
      {
        type: 'AWS::SNS::Topic',
        put: putTopic,
        remove: (ref) => {
          for (const [arn, { TopicArn }] of kept.entries()) if (TopicArn === ref) kept.delete(arn);
        },
      },
      {
        type: 'AWS::SNS::Subscription',
        put: ({ properties }) => {
          const { arn } = join(SubscriptionProperties.parse(properties), true);
          return { ref: arn, attributes: { Arn: arn } };
        },
      },
      {
        type: 'AWS::SNS::TopicPolicy',
        put: ({ stack, logicalId, suggestedName, properties }) => {
          const { Topics: arns, PolicyDocument } = PolicyProperties.parse(properties);
          const name = `AWS::SNS::TopicPolicy ${stack}/${logicalId}`;
          policies.set(
            suggestedName,
            arns.map((arn) => ({
              name,
              kind: 'resource',
              attachedTo: arn,
              statements: readPolicy(PolicyDocument, 'resource'),
            })),
          );
          return { ref: suggestedName, attributes: { Id: suggestedName } };
        },
        remove: (ref) => {
          policies.delete(ref);
        },
      },
    ],
  };
}
