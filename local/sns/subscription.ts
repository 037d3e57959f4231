import { createHash } from 'node:crypto';
import * as z from 'zod';
import { DeliveryPolicy } from './delivery-policy.ts';
import { compileFilter, type Filtered } from './filter-policy.ts';

/** What SNS hands to another service here, and what a person reads in the outbox. */
const PROTOCOLS = ['sqs', 'lambda', 'email', 'email-json', 'sms', 'http', 'https'] as const;

const json = z.preprocess((value) => (typeof value === 'string' ? parseJson(value) : value), z.unknown());

/** AWS::SNS::Subscription; Subscribe gives the same names as attributes, all as strings. */
const Properties = z.object({
  TopicArn: z.string(),
  Protocol: z.enum(PROTOCOLS),
  Endpoint: z.string().min(1),
  DeliveryPolicy: z
    .preprocess((value) => (typeof value === 'string' ? parseJson(value) : value), DeliveryPolicy)
    .optional(),
  FilterPolicy: json.optional(),
  FilterPolicyScope: z.enum(['MessageAttributes', 'MessageBody']).default('MessageAttributes'),
  RawMessageDelivery: z.union([z.boolean(), z.stringbool()]).default(false),
  RedrivePolicy: z
    .preprocess(
      (value) => (typeof value === 'string' ? parseJson(value) : value),
      z.object({ deadLetterTargetArn: z.string() }),
    )
    .optional(),
});
export const SubscriptionProperties = Properties.refine(
  ({ Protocol, Endpoint }) => !isHttp(Protocol) || URL.parse(Endpoint)?.protocol === `${Protocol}:`,
  { path: ['Endpoint'], error: 'Endpoint must match the specified protocol' },
);
/** What Subscribe takes by itself; the rest comes as attributes. */
export const SubscribedTo = Properties.pick({ TopicArn: true, Protocol: true, Endpoint: true });
export type SubscriptionProperties = z.infer<typeof SubscriptionProperties>;

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: (typeof PROTOCOLS)[number];
  readonly endpoint: string;
  /** An HTTP/S endpoint that is really called; others are told in the outbox. */
  readonly isCalled: boolean;
  readonly isRaw: boolean;
  readonly deadLetterArn?: string;
  readonly deliveryPolicy: DeliveryPolicy;
  readonly wants: (message: Filtered) => boolean;
}

/**
 * Makes a subscription of its properties. Its ARN follows from topic, protocol and endpoint, so it is the
 * same after a restart, and subscribing twice is subscribing once.
 *
 * @throws Error for a filter policy that SNS would refuse
 */
export function makeSubscription(properties: SubscriptionProperties, isCalled: boolean): Subscription {
  const { TopicArn, Protocol, Endpoint, FilterPolicy, FilterPolicyScope, RedrivePolicy } = properties;
  return {
    arn: `${TopicArn}:${idOf([TopicArn, Protocol, Endpoint].join(' '))}`,
    topicArn: TopicArn,
    protocol: Protocol,
    endpoint: Endpoint,
    isCalled,
    isRaw: properties.RawMessageDelivery,
    deliveryPolicy: properties.DeliveryPolicy ?? DeliveryPolicy.parse({}),
    wants:
      FilterPolicy === undefined || FilterPolicy === null
        ? () => true
        : compileFilter(FilterPolicy, FilterPolicyScope),
    ...(RedrivePolicy === undefined ? {} : { deadLetterArn: RedrivePolicy.deadLetterTargetArn }),
  };
}

/** Protocols whose endpoints are called, and have to agree to it first. */
export function isHttp(protocol: Subscription['protocol']): boolean {
  return protocol === 'http' || protocol === 'https';
}

function idOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
