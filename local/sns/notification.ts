import type { MessageAttributes } from '../kernel/message-attributes.ts';
import type { Subscription } from './subscription.ts';

/** One message as a topic took it. */
export interface Notification {
  readonly messageId: string;
  readonly topicArn: string;
  readonly subject?: string;
  readonly message: string;
  /** Other texts for some protocols (`MessageStructure: json`). */
  readonly byProtocol?: Readonly<Record<string, string>>;
  readonly attributes: MessageAttributes;
  readonly atMs: number;
}

/** The text for one protocol. */
export function textFor({ message, byProtocol }: Notification, protocol: string): string {
  return byProtocol !== undefined && Object.hasOwn(byProtocol, protocol)
    ? (byProtocol[protocol] ?? message)
    : message;
}

/**
 * The envelope that a queue or an HTTP/S endpoint gets (SNS developer guide, "Parsing Amazon SNS message formats"). The
 * embedded cloud has no certificate: the signature says so instead of looking like one.
 */
export function queueEnvelope(notification: Notification, subscription: Subscription): object {
  return {
    ...head(notification, subscription),
    SigningCertURL: UNSIGNED.certificate,
    UnsubscribeURL: unsubscribeUrl(subscription),
    ...attributesOf(notification.attributes),
  };
}

/** The event that a function gets. */
export function functionEvent(notification: Notification, subscription: Subscription): object {
  const record = {
    EventSource: 'aws:sns',
    EventVersion: '1.0',
    EventSubscriptionArn: subscription.arn,
    Sns: {
      Subject: null,
      ...head(notification, subscription),
      SigningCertUrl: UNSIGNED.certificate,
      UnsubscribeUrl: unsubscribeUrl(subscription),
      MessageAttributes: {},
      ...attributesOf(notification.attributes),
    },
  };
  return { Records: [record] };
}

/** What stands in place of a signature. */
export const UNSIGNED = {
  signature: 'unsigned',
  certificate: 'https://unsigned.invalid/embedded-cloud.pem',
} as const;

function head(notification: Notification, { protocol }: Subscription): object {
  const { messageId, topicArn, subject, atMs } = notification;
  return {
    Type: 'Notification',
    MessageId: messageId,
    TopicArn: topicArn,
    ...(subject === undefined ? {} : { Subject: subject }),
    Message: textFor(notification, protocol),
    Timestamp: new Date(atMs).toISOString(),
    SignatureVersion: '1',
    Signature: UNSIGNED.signature,
  };
}

function unsubscribeUrl({ arn }: Subscription): string {
  return `https://unsigned.invalid/?Action=Unsubscribe&SubscriptionArn=${encodeURIComponent(arn)}`;
}

function attributesOf(attributes: MessageAttributes): object {
  const entries = Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
    name,
    { Type: DataType, Value: StringValue ?? BinaryValue },
  ]);
  return entries.length === 0 ? {} : { MessageAttributes: Object.fromEntries(entries) as object };
}
