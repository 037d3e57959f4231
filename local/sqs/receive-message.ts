import * as z from 'zod';
import type { MessageAttributes } from '../kernel/message-attributes.ts';
import {
  attributesDigest,
  bodyDigest,
  receiptHandle,
  systemAttributes,
  type StoredMessage,
} from './message.ts';
import type { Queue } from './queue.ts';

const names = z.preprocess((value) => (value === '' ? [] : value), z.array(z.string()).default([]));

export const ReceiveMessageInput = z.object({
  QueueUrl: z.string(),
  MaxNumberOfMessages: z.coerce.number().int().min(1).max(10).default(1),
  WaitTimeSeconds: z.coerce.number().int().min(0).max(20).optional(),
  VisibilityTimeout: z.coerce.number().int().min(0).max(43_200).optional(),
  /** Deprecated by AWS in favour of the second; both are honoured. */
  AttributeNames: names,
  MessageSystemAttributeNames: names,
  MessageAttributeNames: names,
});
type ReceiveMessageInput = z.infer<typeof ReceiveMessageInput>;

/** Receives messages; waits for the first one if asked to or if the queue says so. */
export async function receiveMessage(queue: Queue, input: ReceiveMessageInput): Promise<object> {
  const waitS = input.WaitTimeSeconds ?? queue.settings.receiveWaitS;
  const taken = await queue.receive(input.MaxNumberOfMessages, waitS * 1_000, input.VisibilityTimeout);
  return taken.length === 0 ? {} : { Messages: taken.map((message) => answered(message, input)) };
}

function answered(message: StoredMessage, input: ReceiveMessageInput): object {
  const attributes = pickSystem(message, [...input.AttributeNames, ...input.MessageSystemAttributeNames]);
  const messageAttributes = pickNamed(message.attributes, input.MessageAttributeNames);
  const digest = attributesDigest(messageAttributes);
  return {
    MessageId: message.messageId,
    ReceiptHandle: receiptHandle(message),
    MD5OfBody: bodyDigest(message.body),
    Body: message.body,
    ...(Object.keys(attributes).length === 0 ? {} : { Attributes: attributes }),
    ...(digest === undefined ? {} : { MD5OfMessageAttributes: digest, MessageAttributes: messageAttributes }),
  };
}

function pickSystem(message: StoredMessage, wanted: readonly string[]): Record<string, string> {
  const all = Object.entries(systemAttributes(message));
  return Object.fromEntries(wanted.includes('All') ? all : all.filter(([name]) => wanted.includes(name)));
}

/** `All`, `.*`, `prefix.*` or a name. */
function pickNamed(attributes: MessageAttributes, wanted: readonly string[]): MessageAttributes {
  const isWanted = (name: string): boolean =>
    wanted.some(
      (want) =>
        want === 'All' || want === name || (want.endsWith('.*') && name.startsWith(want.slice(0, -2))),
    );
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => isWanted(name)));
}
