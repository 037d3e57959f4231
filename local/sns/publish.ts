import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { attributeBytes, checkAttributes, MessageAttributesInput } from '../kernel/message-attributes.ts';
import { AwsError } from '../kernel/service.ts';
import type { Notification } from './notification.ts';

/** 256 KB with attributes (Publish, "Message"). */
export const MAX_MESSAGE_BYTES = 262_144;

const Content = z.object({
  Message: z.string(),
  Subject: z.string().optional(),
  MessageStructure: z.string().optional(),
  MessageAttributes: MessageAttributesInput,
});
export type Content = z.infer<typeof Content>;

export const PublishInput = Content.extend({
  TopicArn: z.string().optional(),
  TargetArn: z.string().optional(),
  PhoneNumber: z.string().optional(),
});

export const PublishBatchInput = z.object({
  TopicArn: z.string(),
  PublishBatchRequestEntries: z.array(Content.extend({ Id: z.string() })),
});

/**
 * Makes a notification of what was published.
 *
 * @throws AwsError `InvalidParameter` for an empty or too long message, a subject that is none, or a
 * `MessageStructure` of `json` without a default text; `ParameterValueInvalid` for a bad attribute
 */
export function makeNotification(content: Content, topicArn: string, nowMs: number): Notification {
  const { Message, Subject, MessageStructure, MessageAttributes: attributes } = content;
  if (Message === '') throw invalid('Empty message');
  const bytes = contentBytes(content);
  if (bytes > MAX_MESSAGE_BYTES) {
    throw invalid(`Message too long: ${bytes} bytes with attributes, at most ${MAX_MESSAGE_BYTES}`);
  }
  if (Subject !== undefined && !/^[^\p{Cc}]{1,100}$/u.test(Subject)) {
    throw invalid('Subject must be 1 to 100 characters without line breaks or control characters');
  }
  checkAttributes(attributes, 'ParameterValueInvalid');
  const texts = MessageStructure === 'json' ? readTexts(Message) : undefined;
  return {
    messageId: randomUUID(),
    topicArn,
    message: texts?.['default'] ?? Message,
    attributes,
    atMs: nowMs,
    ...(Subject === undefined ? {} : { subject: Subject }),
    ...(texts === undefined ? {} : { byProtocol: texts }),
  };
}

/** Size of a message as SNS counts it. */
export function contentBytes({ Message, MessageAttributes }: Content): number {
  return Buffer.byteLength(Message) + attributeBytes(MessageAttributes);
}

const Texts = z.looseObject({ default: z.string() });

function readTexts(message: string): Record<string, string> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(message);
  } catch {
    throw invalid('Message Structure - JSON message body failed to parse');
  }
  const texts = Texts.safeParse(parsed);
  if (!texts.success) throw invalid('Message Structure - No default entry in JSON message body');
  return Object.fromEntries(
    Object.entries(texts.data).flatMap(([protocol, text]) =>
      typeof text === 'string' ? [[protocol, text]] : [],
    ),
  );
}

function invalid(reason: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: ${reason}.`);
}
