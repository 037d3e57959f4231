import * as z from 'zod';
import type { Need, NeedsByOperation } from '../kernel/need.ts';
import { nameOf } from './operations.ts';

/** Clients name a queue by its URL; the event source of Lambda has no URL and gives the ARN. */
const ByQueue = z.looseObject({ QueueUrl: z.string().optional(), QueueArn: z.string().default('') });
const ByName = z.looseObject({ QueueName: z.string() });

/**
 * What each operation needs; a batch needs what its single operation does.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
 */
export function sqsNeeds(arnPrefix: string): NeedsByOperation {
  const onQueue = (action: string) => (input: unknown) => {
    const { QueueUrl, QueueArn } = ByQueue.parse(input);
    const resource = QueueUrl === undefined ? QueueArn : `${arnPrefix}${nameOf(QueueUrl)}`;
    return [{ action: `sqs:${action}`, resource }];
  };
  const onName = (action: string) => (input: unknown) => [
    { action: `sqs:${action}`, resource: `${arnPrefix}${ByName.parse(input).QueueName}` },
  ];
  return {
    SendMessage: onQueue('SendMessage'),
    SendMessageBatch: onQueue('SendMessage'),
    ReceiveMessage: onQueue('ReceiveMessage'),
    DeleteMessage: onQueue('DeleteMessage'),
    DeleteMessageBatch: onQueue('DeleteMessage'),
    ChangeMessageVisibility: onQueue('ChangeMessageVisibility'),
    ChangeMessageVisibilityBatch: onQueue('ChangeMessageVisibility'),
    GetQueueAttributes: onQueue('GetQueueAttributes'),
    GetQueueUrl: onName('GetQueueUrl'),
    CreateQueue: onName('CreateQueue'),
    DeleteQueue: onQueue('DeleteQueue'),
    ListQueues: () => [{ action: 'sqs:ListQueues', resource: '*' }],
    PurgeQueue: onQueue('PurgeQueue'),
  };
}

/** Whoever hands a message to a queue sends it. */
export function needsToSend(queueArn: string): Need[] {
  return [{ action: 'sqs:SendMessage', resource: queueArn }];
}
