import * as z from 'zod';
import {
  attributeBytes,
  checkAttributes,
  MessageAttributesInput,
  type MessageAttributes,
} from '../kernel/message-attributes.ts';
import { AwsError } from '../kernel/service.ts';
import { attributesDigest, bodyDigest } from './message.ts';
import type { NewMessage, Queue } from './queue.ts';

const delay = z.coerce.number().int().min(0).max(900).optional();

const Message = z.object({
  MessageBody: z.string(),
  DelaySeconds: delay,
  MessageAttributes: MessageAttributesInput,
  MessageSystemAttributes: z
    .object({ AWSTraceHeader: z.object({ StringValue: z.string() }).optional() })
    .optional(),
});
type Message = z.infer<typeof Message>;

export const SendMessageInput = Message.extend({ QueueUrl: z.string() });
export const SendMessageBatchInput = z.object({
  QueueUrl: z.string(),
  Entries: z.array(Message.extend({ Id: z.string() })),
});

/** Characters of XML 1.0, which are all that a message may contain. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/**
 * Puts one message into a queue.
 *
 * @param senderId what receivers see as `SenderId`
 * @throws AwsError `InvalidParameterValue` for a message over the queue's limit (at most 1 MiB with its
 * attributes), `InvalidMessageContents` for characters that SQS does not carry, `MissingParameter` if empty
 */
export function sendMessage(queue: Queue, message: Message, senderId: string): object {
  const { messageId } = queue.send(checked(queue, message, senderId));
  const digest = attributesDigest(message.MessageAttributes);
  return {
    MessageId: messageId,
    MD5OfMessageBody: bodyDigest(message.MessageBody),
    ...(digest === undefined ? {} : { MD5OfMessageAttributes: digest }),
  };
}

/** As {@link sendMessage} for up to ten; a bad one fails alone. */
export function sendMessageBatch(
  queue: Queue,
  entries: z.infer<typeof SendMessageBatchInput>['Entries'],
  senderId: string,
): object {
  checkBatch(entries);
  const bytes = entries.reduce((sum, entry) => sum + bytesOf(entry.MessageBody, entry.MessageAttributes), 0);
  if (bytes > MAX_BATCH_BYTES) {
    throw new AwsError(
      'BatchRequestTooLong',
      `Batch requests cannot be longer than ${MAX_BATCH_BYTES} bytes. You have sent ${bytes} bytes.`,
    );
  }
  return eachEntry(entries, (entry) => sendMessage(queue, entry, senderId));
}

const MAX_BATCH_BYTES = 1_048_576;

/**
 * Refuses a batch that is empty, too long or has an id twice.
 *
 * @throws AwsError `EmptyBatchRequest`, `TooManyEntriesInBatchRequest`, `InvalidBatchEntryId`, `BatchEntryIdsNotDistinct`
 */
export function checkBatch(entries: readonly { readonly Id: string }[]): void {
  if (entries.length === 0) {
    throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  }
  if (entries.length > 10) {
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
    );
  }
  const bad = entries.find(({ Id }) => !/^[\w-]{1,80}$/.test(Id));
  if (bad !== undefined) {
    throw new AwsError(
      'InvalidBatchEntryId',
      `The batch entry id "${bad.Id}" is not 1 to 80 letters, digits, hyphens and underscores.`,
    );
  }
  const repeated = entries.find(({ Id }, index) => entries.findIndex((entry) => entry.Id === Id) < index);
  if (repeated !== undefined) {
    throw new AwsError('BatchEntryIdsNotDistinct', `Id ${repeated.Id} repeated.`);
  }
}

/** Runs one call for each entry and sorts the answers into `Successful` and `Failed`. */
export function eachEntry<T extends { readonly Id: string }>(
  entries: readonly T[],
  call: (entry: T) => object,
): { readonly Successful: object[]; readonly Failed: object[] } {
  const answer: { Successful: object[]; Failed: object[] } = { Successful: [], Failed: [] };
  for (const entry of entries) {
    try {
      answer.Successful.push({ Id: entry.Id, ...call(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const { code, message, status } = error;
      answer.Failed.push({ Id: entry.Id, Code: code, Message: message, SenderFault: status < 500 });
    }
  }
  return answer;
}

function checked(queue: Queue, message: Message, senderId: string): NewMessage {
  const { MessageBody: body, MessageAttributes: attributes, DelaySeconds, MessageSystemAttributes } = message;
  const trace = MessageSystemAttributes?.AWSTraceHeader?.StringValue;
  const checkedMessage = {
    body,
    attributes,
    system: { SenderId: senderId, ...(trace === undefined ? {} : { AWSTraceHeader: trace }) },
  };
  checkMessage(queue, checkedMessage);
  return { ...checkedMessage, ...(DelaySeconds === undefined ? {} : { delayS: DelaySeconds }) };
}

/** The checks that every message has to pass, whatever way it came. Throws as {@link sendMessage}. */
export function checkMessage(queue: Queue, { body, attributes }: NewMessage): void {
  if (body === '')
    throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  const bytes = bytesOf(body, attributes);
  const limit = queue.settings.maxMessageBytes;
  if (bytes > limit) {
    throw new AwsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes; this one has ${bytes}, attributes included.`,
    );
  }
  const found = FORBIDDEN.exec(body);
  if (found !== null) {
    const code = found[0].codePointAt(0) ?? 0;
    throw new AwsError(
      'InvalidMessageContents',
      `The message contains the character U+${code.toString(16).toUpperCase().padStart(4, '0')} at position ${found.index}, which SQS does not carry.`,
    );
  }
  if (Object.keys(attributes).length > 10) {
    throw new AwsError(
      'InvalidParameterValue',
      'Number of message attributes exceeds the allowed maximum of 10.',
    );
  }
  checkAttributes(attributes, 'InvalidParameterValue');
}

function bytesOf(body: string, attributes: MessageAttributes): number {
  return Buffer.byteLength(body) + attributeBytes(attributes);
}
