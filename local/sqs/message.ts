import { createHash } from 'node:crypto';
import type { MessageAttributes } from '../kernel/message-attributes.ts';

/** One message as it is kept: immutable, replaced as a whole. */
export interface StoredMessage {
  readonly queue: string;
  /** Order of arrival in the whole service. */
  readonly sequence: number;
  readonly messageId: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  /** Who sent it, and what the sender or the redrive noted: `SenderId`, `AWSTraceHeader`, `DeadLetterQueueSourceArn`. */
  readonly system: Readonly<Record<string, string>>;
  readonly sentAtMs: number;
  /** Hidden until then: delayed, or in the hands of a receiver. */
  readonly visibleAtMs: number;
  readonly receiveCount: number;
  readonly firstReceivedAtMs?: number;
  /** The newest receipt; older ones do not count any more. */
  readonly receipt?: string;
}

/** Attributes that ReceiveMessage gives with a message, all as strings. */
export function systemAttributes(message: StoredMessage): Record<string, string> {
  return {
    ...message.system,
    SentTimestamp: String(message.sentAtMs),
    ApproximateReceiveCount: String(message.receiveCount),
    ...(message.firstReceivedAtMs === undefined
      ? {}
      : { ApproximateFirstReceiveTimestamp: String(message.firstReceivedAtMs) }),
  };
}

/** MD5 of a body, hexadecimal; SDK clients check it. */
export function bodyDigest(body: string): string {
  return createHash('md5').update(body).digest('hex');
}

/**
 * MD5 of message attributes, hexadecimal; undefined if there are none. Sorted by name; each part is its
 * length in four bytes and its bytes; between type and value stands 1 for text and 2 for bytes
 * (SQS developer guide, "Calculating the MD5 message digest for message attributes").
 */
export function attributesDigest(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const part = (bytes: Buffer): void => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const { DataType = '', StringValue, BinaryValue } = attributes[name] ?? {};
    part(Buffer.from(name));
    part(Buffer.from(DataType));
    hash.update(Buffer.from([BinaryValue === undefined ? 1 : 2]));
    part(BinaryValue === undefined ? Buffer.from(StringValue ?? '') : Buffer.from(BinaryValue, 'base64'));
  }
  return hash.digest('hex');
}

/** A receipt handle: which message, and which receive of it. Opaque to clients. */
export function receiptHandle(message: StoredMessage): string {
  return Buffer.from(`${message.messageId} ${message.receipt ?? ''}`).toString('base64');
}

/** The reverse of {@link receiptHandle}; undefined for what is none of ours. */
export function readReceiptHandle(
  handle: string,
): { readonly messageId: string; readonly receipt: string } | undefined {
  const match = /^([0-9a-f-]{36}) ([0-9a-f-]{36})$/.exec(Buffer.from(handle, 'base64').toString());
  const [, messageId, receipt] = match ?? [];
  return messageId === undefined || receipt === undefined ? undefined : { messageId, receipt };
}
