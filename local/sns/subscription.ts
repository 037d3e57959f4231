import { createHash } from 'node:crypto';
import * as z from 'zod';
import { compileFilter, type Filtered } from './filter-policy.ts';

/** What SNS hands to another service here, and what a person reads in the outbox. */
const PROTOCOLS = ['sqs', 'lambda', 'email', 'email-json', 'sms', 'http', 'https'] as const;

const json = z.preprocess((value) => (typeof value === 'string' ? parseJson(value) : value), z.unknown());

/** AWS::SNS::Subscription; Subscribe gives the same names as attributes, all as strings. */
export const SubscriptionProperties = z.object({
  TopicArn: z.string(),
  Protocol: z.enum(PROTOCOLS),
  Endpoint: z.string().min(1),
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
export type SubscriptionProperties = z.infer<typeof SubscriptionProperties>;

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: (typeof PROTOCOLS)[number];
  readonly endpoint: string;
  readonly isRaw: boolean;
  readonly deadLetterArn?: string;
  readonly wants: (message: Filtered) => boolean;
}

/**
 * Makes a subscription of its properties. Its ARN follows from topic, protocol and endpoint, so it is the
 * same after a restart, and subscribing twice is subscribing once.
 *
 * @throws Error for a filter policy that SNS would refuse
 */
export function makeSubscription(properties: SubscriptionProperties): Subscription {
  const { TopicArn, Protocol, Endpoint, FilterPolicy, FilterPolicyScope, RedrivePolicy } = properties;
  return {
    arn: `${TopicArn}:${idOf([TopicArn, Protocol, Endpoint].join(' '))}`,
    topicArn: TopicArn,
    protocol: Protocol,
    endpoint: Endpoint,
    isRaw: properties.RawMessageDelivery,
    wants:
      FilterPolicy === undefined || FilterPolicy === null
        ? () => true
        : compileFilter(FilterPolicy, FilterPolicyScope),
    ...(RedrivePolicy === undefined ? {} : { deadLetterArn: RedrivePolicy.deadLetterTargetArn }),
  };
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
