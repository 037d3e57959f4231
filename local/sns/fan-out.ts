import type { PendingDelivery } from '../kernel/delivery-queue.ts';
import { toDelivery, type MessageAttributes } from '../kernel/message-attributes.ts';
import { functionEvent, queueEnvelope, textFor, type Notification } from './notification.ts';
import type { OutboxMessage } from './outbox.ts';
import { SNS_MAX_AGE_MS, SNS_MAX_RETRIES } from './retry-delay.ts';
import type { Subscription } from './subscription.ts';

type NewDelivery = Omit<PendingDelivery, 'id' | 'acceptedAtMs' | 'attempts' | 'nextAtMs'>;

/** What one notification becomes: deliveries to queues and functions, calls of web hooks, lines for people. */
export interface FannedOut {
  readonly deliveries: readonly NewDelivery[];
  readonly called: readonly Subscription[];
  readonly outbox: readonly OutboxMessage[];
}

/** Decides who gets a notification and in which form: one entry for each subscription whose filter wants it. */
export function fanOut(notification: Notification, subscriptions: Iterable<Subscription>): FannedOut {
  const deliveries: NewDelivery[] = [];
  const called: Subscription[] = [];
  const outbox: OutboxMessage[] = [];
  for (const subscription of subscriptions) {
    if (!subscription.wants(notification)) continue;
    switch (subscription.protocol) {
      case 'sqs':
      case 'lambda':
        deliveries.push(deliveryOf(notification, subscription));
        break;
      case 'email':
      case 'email-json':
      case 'sms':
      case 'http':
      case 'https':
        if (subscription.isCalled) called.push(subscription);
        else outbox.push(outboxLine(notification, subscription));
    }
  }
  return { deliveries, called, outbox };
}

/** The line for a message that goes to an address outside the cloud. */
export function outboxLine(
  notification: Notification,
  to: { readonly protocol: string; readonly endpoint: string },
): OutboxMessage {
  const { messageId, topicArn, subject, attributes, atMs } = notification;
  return {
    at: new Date(atMs).toISOString(),
    protocol: to.protocol,
    endpoint: to.endpoint,
    ...(topicArn === '' ? {} : { topic: topicArn }),
    ...(subject === undefined ? {} : { subject }),
    message: textFor(notification, to.protocol),
    attributes: plain(attributes),
    messageId,
  };
}

function deliveryOf(notification: Notification, subscription: Subscription): NewDelivery {
  const { protocol, endpoint, isRaw, deadLetterArn } = subscription;
  const payload =
    protocol === 'lambda'
      ? functionEvent(notification, subscription)
      : isRaw
        ? textFor(notification, protocol)
        : JSON.stringify(queueEnvelope(notification, subscription));
  const hasAttributes = isRaw && Object.keys(notification.attributes).length > 0;
  return {
    arn: endpoint,
    delivery: {
      payload,
      from: 'sns.amazonaws.com',
      sourceArn: notification.topicArn,
      ...(hasAttributes ? { attributes: toDelivery(notification.attributes) } : {}),
    },
    maxRetries: SNS_MAX_RETRIES,
    maxAgeMs: SNS_MAX_AGE_MS,
    ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
  };
}

function plain(attributes: MessageAttributes): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { StringValue, BinaryValue }]) => [
      name,
      StringValue ?? BinaryValue ?? '',
    ]),
  );
}
