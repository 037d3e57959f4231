import { createDeliveryQueue, type DeliveryQueue, type PendingDelivery } from '../kernel/delivery-queue.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Delivery, Route } from '../kernel/service.ts';
import type { StateStore } from '../kernel/state-store.ts';
import { DeliveryPolicy, retryDelayMs, type RetryPolicy } from './delivery-policy.ts';
import type { Confirmations } from './confirmations.ts';
import { CONFIRM_PATH, confirmationPost, confirmedXml, notificationPost } from './http-message.ts';
import type { Notification } from './notification.ts';
import { sendPost, type Post } from './post.ts';
import type { Subscription } from './subscription.ts';

/** HTTP/S endpoints that are really called: asked to agree first, then told. */
export interface WebHooks extends Pick<DeliveryQueue, 'start' | 'stop'> {
  /** Asks the endpoint to agree, unless it has. */
  readonly ask: (subscription: Subscription) => void;
  readonly tell: (notification: Notification, subscription: Subscription) => void;
  /** For the visit of a SubscribeURL. */
  readonly route: Route;
}

interface Payload {
  readonly post: Post;
  readonly retries: RetryPolicy;
}

/** Retries take an hour at most; a laptop that was closed in between tries once more. */
const MAX_AGE_MS = 86_400_000;

export function createWebHooks(kernel: Kernel, state: StateStore, confirmations: Confirmations): WebHooks {
  const queue = createDeliveryQueue(kernel, state, {
    table: 'pending_posts',
    send: (pending) => sendPost(payloadOf(pending).post),
    delayMs: (retry, pending) => retryDelayMs(payloadOf(pending).retries, retry),
    deadLetter: ({ pending }): Delivery => ({ ...pending.delivery, payload: payloadOf(pending).post.body }),
  });
  const add = (subscription: Subscription, post: Post, retries: RetryPolicy): void => {
    const payload: Payload = { post, retries };
    const { arn, topicArn, deadLetterArn } = subscription;
    queue.add([
      {
        arn,
        delivery: { payload, from: 'sns.amazonaws.com', sourceArn: topicArn },
        maxRetries: retries.numRetries,
        maxAgeMs: MAX_AGE_MS,
        ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
      },
    ]);
  };
  return {
    start: queue.start,
    stop: queue.stop,
    ask: (subscription) => {
      if (confirmations.isConfirmed(subscription.arn)) return;
      const token = confirmations.tokenFor(subscription.arn);
      const about = { token, cloud: kernel.endpoint(), atMs: kernel.clock.nowMs() };
      const { subscribeUrl, ...post } = confirmationPost(subscription, about);
      const { endpoint } = subscription;
      kernel.log('info', 'a web hook is asked to confirm its subscription', { endpoint, subscribeUrl });
      // A question that is lost is no dead letter.
      const { deadLetterArn: _, ...asked } = subscription;
      add(asked, post, DeliveryPolicy.parse({}).healthyRetryPolicy);
    },
    tell: (notification, subscription) => {
      add(
        subscription,
        notificationPost(notification, subscription),
        subscription.deliveryPolicy.healthyRetryPolicy,
      );
    },
    route: confirmRoute(confirmations),
  };
}

function payloadOf({ delivery }: PendingDelivery): Payload {
  return delivery.payload as Payload;
}

function confirmRoute(confirmations: Confirmations): Route {
  return {
    method: 'GET',
    path: CONFIRM_PATH,
    operation: 'ConfirmSubscription',
    handle: ({ query }, { requestId }) => {
      const arn = confirmations.confirm(query.get('TopicArn') ?? '', query.get('Token') ?? '');
      return { status: 200, headers: { 'content-type': 'text/xml' }, body: confirmedXml(arn, requestId) };
    },
  };
}
