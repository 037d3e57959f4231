import { createDeliveryQueue, type Failure } from '../kernel/delivery-queue.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { fromDelivery } from '../kernel/message-attributes.ts';
import type { Delivery, Route, Service } from '../kernel/service.ts';
import { openConfirmations } from './confirmations.ts';
import { fanOut, outboxLine } from './fan-out.ts';
import type { Notification } from './notification.ts';
import { needsToPublish, snsNeeds } from './needs.ts';
import { snsOperations } from './operations.ts';
import { openOutbox, type OutboxMessage } from './outbox.ts';
import { makeNotification, type Content } from './publish.ts';
import { snsRetryDelayMs } from './retry-delay.ts';
import { openTopics } from './topics.ts';
import { createWebHooks } from './web-hooks.ts';

export interface SnsOptions {
  /** Folder of `outbox.jsonl`; in memory if not given. */
  readonly outboxFolder?: string;
  /** Really call the web hooks of the templates that are not on this machine. Default false: the outbox. */
  readonly callsOutside?: boolean;
}

/**
 * Topics of the embedded cloud. What would leave the machine goes to an outbox that a person can read, and its
 * subscriptions count as confirmed. Web hooks on the loopback address are really called, once they have agreed.
 */
export interface Sns extends Service {
  /** Everything that would have gone to people, oldest first. */
  readonly outbox: () => OutboxMessage[];
}

export function createSns(kernel: Kernel, options: SnsOptions = {}): Sns {
  const state = kernel.state('sns');
  const outbox = openOutbox(options.outboxFolder);
  const confirmations = openConfirmations(state, kernel.clock);
  const hooks = createWebHooks(kernel, state, confirmations);
  const topics = openTopics(kernel, state, {
    callsOutside: options.callsOutside === true,
    onCalled: hooks.ask,
    onGone: confirmations.forget,
  });
  const queue = createDeliveryQueue(kernel, state, { delayMs: snsRetryDelayMs, deadLetter });

  const publish = (topicArn: string, content: Content): string => {
    const topic = topics.at(topicArn);
    const notification = makeNotification(content, topicArn, kernel.clock.nowMs());
    const { deliveries, called, outbox: lines } = fanOut(notification, topic.subscriptions.values());
    state.atomically(() => {
      queue.add(deliveries);
      for (const hook of called) if (confirmations.isConfirmed(hook.arn)) hooks.tell(notification, hook);
    });
    outbox.add(lines);
    return notification.messageId;
  };
  const text = (phoneNumber: string, content: Content): string => {
    const notification: Notification = makeNotification(content, '', kernel.clock.nowMs());
    outbox.add([outboxLine(notification, { protocol: 'sms', endpoint: phoneNumber })]);
    return notification.messageId;
  };
  return {
    name: 'sns',
    rpc: {
      // SNS speaks only the Query protocol, which has no target header.
      targetPrefix: 'AmazonSimpleNotificationService',
      jsonVersion: '1.0',
      xmlNamespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
      operations: snsOperations({ accountId: kernel.accountId, topics, confirmations, publish, text }),
    },
    rest: [outboxRoute(outbox.messages), hooks.route],
    resources: topics.providers,
    needs: snsNeeds(kernel, topics.keyOf),
    needsToReceive: (arn) => needsToPublish(arn, kernel, topics.keyOf),
    policies: topics.policies,
    receive: async (arn, delivery) => {
      publish(arn, contentOf(delivery));
    },
    start: () => {
      queue.start();
      hooks.start();
    },
    stop: async () => {
      queue.stop();
      hooks.stop();
    },
    outbox: outbox.messages,
  };
}

function outboxRoute(messages: () => OutboxMessage[]): Route {
  return {
    method: 'GET',
    path: '/_homeostat/outbox',
    operation: 'homeostat:Outbox',
    handle: () => ({ status: 200, body: { messages: messages() } }),
  };
}

/** Alarms hand over `{ subject, message }`; anything else is the message itself, objects as JSON. */
function contentOf({ payload, attributes }: Delivery): Content {
  const MessageAttributes = fromDelivery(attributes);
  if (typeof payload === 'object' && payload !== null && 'message' in payload) {
    const { message, subject } = payload as { readonly message: unknown; readonly subject?: unknown };
    const Message = asText(message);
    return typeof subject === 'string'
      ? { Subject: subject, Message, MessageAttributes }
      : { Message, MessageAttributes };
  }
  return { Message: asText(payload), MessageAttributes };
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The dead letter of a subscription is what it would have got (SNS developer guide, "Dead-letter queues"). */
function deadLetter({ pending }: Failure): Delivery {
  const { payload } = pending.delivery;
  return { ...pending.delivery, payload: asText(payload) };
}
