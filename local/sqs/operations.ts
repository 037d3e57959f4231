import * as z from 'zod';
import { AwsError, type Operation } from '../kernel/service.ts';
import type { Queue } from './queue.ts';
import { queueAttributes, QueueAttributesInput } from './queue-attributes.ts';
import { receiveMessage, ReceiveMessageInput } from './receive-message.ts';
import {
  checkBatch,
  eachEntry,
  sendMessage,
  sendMessageBatch,
  SendMessageBatchInput,
  SendMessageInput,
} from './send-message.ts';

/** The queues of the cloud as the operations see them. */
export interface Queues {
  /** @throws AwsError `QueueDoesNotExist` */
  readonly named: (name: string) => Queue;
  readonly urlOf: (name: string) => string;
  readonly names: () => string[];
}

const visibility = z.coerce.number().int().min(0).max(43_200);
const ByUrl = z.object({ QueueUrl: z.string() });
const Delete = ByUrl.extend({ ReceiptHandle: z.string() });
const DeleteBatch = ByUrl.extend({
  Entries: z.array(z.object({ Id: z.string(), ReceiptHandle: z.string() })),
});
const Change = Delete.extend({ VisibilityTimeout: visibility });
const ChangeBatch = ByUrl.extend({
  Entries: z.array(z.object({ Id: z.string(), ReceiptHandle: z.string(), VisibilityTimeout: visibility })),
});
const List = z.object({
  QueueNamePrefix: z.string().default(''),
  MaxResults: z.coerce.number().int().min(1).max(1_000).default(1_000),
  NextToken: z.string().optional(),
});

/** The operations of SQS on queues that templates declare. */
export function sqsOperations(queues: Queues): Record<string, Operation> {
  const at = ({ QueueUrl }: { readonly QueueUrl: string }): Queue => queues.named(nameOf(QueueUrl));
  return {
    ...messageOperations(at),
    GetQueueAttributes: (input) => {
      const read = QueueAttributesInput.parse(input);
      return queueAttributes(at(read), read.AttributeNames);
    },
    GetQueueUrl: (input) => {
      const { QueueName } = z.object({ QueueName: z.string() }).parse(input);
      return { QueueUrl: queues.urlOf(queues.named(QueueName).settings.name) };
    },
    ListQueues: (input) => {
      const { QueueNamePrefix, MaxResults, NextToken } = List.parse(input);
      const after = queues
        .names()
        .filter((name) => name.startsWith(QueueNamePrefix) && (NextToken === undefined || name > NextToken));
      const page = after.slice(0, MaxResults);
      return {
        QueueUrls: page.map((name) => queues.urlOf(name)),
        ...(after.length > page.length ? { NextToken: page.at(-1) } : {}),
      };
    },
    PurgeQueue: (input) => {
      at(ByUrl.parse(input)).purge();
      return {};
    },
  };
}

function messageOperations(at: (input: { readonly QueueUrl: string }) => Queue): Record<string, Operation> {
  return {
    SendMessage: (input, call) => {
      const read = SendMessageInput.parse(input);
      return sendMessage(at(read), read, call.principal);
    },
    SendMessageBatch: (input, call) => {
      const read = SendMessageBatchInput.parse(input);
      return sendMessageBatch(at(read), read.Entries, call.principal);
    },
    ReceiveMessage: (input) => {
      const read = ReceiveMessageInput.parse(input);
      return receiveMessage(at(read), read);
    },
    DeleteMessage: (input) => {
      const read = Delete.parse(input);
      at(read).delete(read.ReceiptHandle);
      return {};
    },
    DeleteMessageBatch: (input) => {
      const read = DeleteBatch.parse(input);
      checkBatch(read.Entries);
      const queue = at(read);
      return eachEntry(read.Entries, (entry) => {
        queue.delete(entry.ReceiptHandle);
        return {};
      });
    },
    ChangeMessageVisibility: (input) => {
      const read = Change.parse(input);
      at(read).changeVisibility(read.ReceiptHandle, read.VisibilityTimeout);
      return {};
    },
    ChangeMessageVisibilityBatch: (input) => {
      const read = ChangeBatch.parse(input);
      checkBatch(read.Entries);
      const queue = at(read);
      return eachEntry(read.Entries, (entry) => {
        queue.changeVisibility(entry.ReceiptHandle, entry.VisibilityTimeout);
        return {};
      });
    },
  };
}

/** A queue URL ends in `/<account>/<name>`; the host may be any, the cloud may have moved to another port. */
export function nameOf(queueUrl: string): string {
  const name = /\/\d{12}\/([\w-]{1,80})$/.exec(queueUrl)?.[1];
  if (name !== undefined) return name;
  throw new AwsError(
    'InvalidAddress',
    `The address "${queueUrl}" is not valid for this endpoint: no queue URL.`,
    404,
  );
}
