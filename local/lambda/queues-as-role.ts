import type { Kernel } from '../kernel/kernel.ts';
import type { Queues } from './queue-poller.ts';

/**
 * Queues as an event source mapping reaches them: with the role of its function, through the gates, like any
 * other request (Lambda developer guide, "Using Lambda with Amazon SQS", execution role permissions).
 */
export function queuesAsRole(kernel: Kernel, queues: Queues, roleArn: () => string): Queues {
  const ask = <T>(operation: string, input: { readonly QueueArn: string }, perform: () => Promise<T>) =>
    kernel.request({ service: 'sqs', operation, roleArn: roleArn(), input }, perform);
  return {
    receive: (queueArn, max, waitMs) =>
      ask('ReceiveMessage', { QueueArn: queueArn }, () => queues.receive(queueArn, max, waitMs)),
    deleteMessages: (queueArn, handles) =>
      ask('DeleteMessage', { QueueArn: queueArn }, () => queues.deleteMessages(queueArn, handles)),
    // Only looked at while deploying.
    visibilityTimeoutS: queues.visibilityTimeoutS,
  };
}
