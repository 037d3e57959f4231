import * as z from 'zod';
import { SYNC_LIMIT_BYTES } from './invoke-function.ts';

/** A message as the embedded SQS hands it over: the member names of the Lambda event. */
export interface QueueMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, unknown>>;
  readonly md5OfBody: string;
}

/** The event a function gets for a batch. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export function batchEvent(
  batch: readonly QueueMessage[],
  source: { readonly queueArn: string; readonly region: string },
): string {
  return JSON.stringify({
    Records: batch.map(({ messageId, receiptHandle, body, attributes, messageAttributes, md5OfBody }) => ({
      messageId,
      receiptHandle,
      body,
      attributes,
      messageAttributes,
      md5OfBody,
      eventSource: 'aws:sqs',
      eventSourceARN: source.queueArn,
      awsRegion: source.region,
    })),
  });
}

/** What a record has around its message, generously: attributes, receipt, names. */
const RECORD_BYTES = 4_096;

/**
 * Splits a batch so that each part fits into one synchronous invocation: ten messages of a megabyte do not.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export function inPayloads(batch: readonly QueueMessage[]): QueueMessage[][] {
  const parts: QueueMessage[][] = [];
  let bytes = Infinity;
  for (const message of batch) {
    const own = Buffer.byteLength(JSON.stringify([message.body, message.messageAttributes])) + RECORD_BYTES;
    bytes += own;
    if (bytes > SYNC_LIMIT_BYTES) {
      parts.push([]);
      bytes = own;
    }
    parts.at(-1)?.push(message);
  }
  return parts;
}

const PartialFailure = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish(),
});

/**
 * Which messages of a batch failed, by an answer with ReportBatchItemFailures. As AWS has it: an empty
 * answer means none; one of another shape, or with an identifier that is not in the batch, means all.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function readFailures(payload: string, batch: readonly QueueMessage[]): ReadonlySet<string> {
  const all = new Set(batch.map((each) => each.messageId));
  const answer: unknown = JSON.parse(payload);
  if (answer === null) return new Set();
  const read = PartialFailure.safeParse(answer);
  if (!read.success) return all;
  const failed = new Set((read.data.batchItemFailures ?? []).map((each) => each.itemIdentifier));
  return [...failed].every((id) => all.has(id)) ? failed : all;
}
