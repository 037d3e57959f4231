import { randomUUID } from 'node:crypto';
import { queueEnvelope, textFor, UNSIGNED, type Notification } from './notification.ts';
import type { Post } from './post.ts';
import type { Subscription } from './subscription.ts';

/** Where the cloud takes a visit of a SubscribeURL: unsigned, as on AWS. */
export const CONFIRM_PATH = '/_homeostat/sns/confirm';

/** The request that carries a notification (SNS developer guide, "HTTP/HTTPS notification JSON format"). */
export function notificationPost(notification: Notification, subscription: Subscription): Post {
  const { isRaw, protocol, deliveryPolicy } = subscription;
  const { messageId, topicArn } = notification;
  return {
    url: subscription.endpoint,
    headers: {
      ...headersOf('Notification', messageId, topicArn),
      'x-amz-sns-subscription-arn': subscription.arn,
      ...(isRaw ? { 'x-amz-sns-rawdelivery': 'true' } : {}),
      'content-type': deliveryPolicy.requestPolicy.headerContentType,
    },
    // Raw delivery over HTTP/S leaves the message attributes out.
    body: isRaw ? textFor(notification, protocol) : JSON.stringify(queueEnvelope(notification, subscription)),
  };
}

/** The request that asks an endpoint to agree ("HTTP/HTTPS subscription confirmation JSON format"). */
export function confirmationPost(
  { topicArn, endpoint }: Subscription,
  { token, cloud, atMs }: { readonly token: string; readonly cloud: string; readonly atMs: number },
): Post & { readonly subscribeUrl: string } {
  const messageId = randomUUID();
  const query = new URLSearchParams({ Action: 'ConfirmSubscription', TopicArn: topicArn, Token: token });
  const subscribeUrl = `${cloud}${CONFIRM_PATH}?${query.toString()}`;
  const body = {
    Type: 'SubscriptionConfirmation',
    MessageId: messageId,
    Token: token,
    TopicArn: topicArn,
    Message: `You have chosen to subscribe to the topic ${topicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
    SubscribeURL: subscribeUrl,
    Timestamp: new Date(atMs).toISOString(),
    SignatureVersion: '1',
    Signature: UNSIGNED.signature,
    SigningCertURL: UNSIGNED.certificate,
  };
  return {
    url: endpoint,
    headers: {
      ...headersOf('SubscriptionConfirmation', messageId, topicArn),
      'content-type': 'text/plain; charset=UTF-8',
    },
    body: JSON.stringify(body),
    subscribeUrl,
  };
}

/** What a visit of the SubscribeURL is answered. */
export function confirmedXml(subscriptionArn: string, requestId: string): string {
  return (
    '<ConfirmSubscriptionResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><ConfirmSubscriptionResult>' +
    `<SubscriptionArn>${subscriptionArn}</SubscriptionArn></ConfirmSubscriptionResult><ResponseMetadata>` +
    `<RequestId>${requestId}</RequestId></ResponseMetadata></ConfirmSubscriptionResponse>`
  );
}

function headersOf(type: string, messageId: string, topicArn: string): Record<string, string> {
  return {
    'x-amz-sns-message-type': type,
    'x-amz-sns-message-id': messageId,
    'x-amz-sns-topic-arn': topicArn,
    'user-agent': 'Amazon Simple Notification Service Agent',
  };
}
