import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Kernel } from '../kernel/kernel.ts';

/** The part of the embedded SQS that an event source mapping needs. */
export interface Queues {
  /** Waits up to `waitMs` for messages; gives at most 10, as ReceiveMessage does. */
  readonly receive: (queueArn: string, max: number, waitMs: number) => Promise<readonly QueueMessage[]>;
  readonly deleteMessages: (queueArn: string, receiptHandles: readonly string[]) => Promise<void>;
}

export interface QueueMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, unknown>>;
  readonly md5OfBody: string;
}

/** AWS::Lambda::EventSourceMapping on a queue; limits as on AWS. */
const Declared = z.object({
  EventSourceArn: z.string().regex(/^arn:aws:sqs:/, 'only SQS queues are event sources locally'),
  FunctionName: z.string(),
  BatchSize: z.coerce.number().int().min(1).max(10_000).default(10),
  MaximumBatchingWindowInSeconds: z.coerce.number().int().min(0).max(300).default(0),
  ScalingConfig: z
    .object({ MaximumConcurrency: z.coerce.number().int().min(2).max(1000).optional() })
    .default({}),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  Enabled: z.union([z.boolean(), z.stringbool()]).default(true),
  FilterCriteria: z
    .undefined({ error: 'filter criteria are not applied locally; filter in the function' })
    .optional(),
});

export interface EventSourceMapping {
  readonly id: string;
  readonly queueArn: string;
  /** As declared: name or ARN, with or without qualifier. */
  readonly functionName: string;
  readonly batchSize: number;
  readonly windowMs: number;
  readonly maxConcurrency: number;
  readonly mayFailInPart: boolean;
  readonly isEnabled: boolean;
}

/** AWS starts with five pollers; without ScalingConfig that is also the local limit. */
const DEFAULT_CONCURRENCY = 5;

/**
 * Reads an AWS::Lambda::EventSourceMapping.
 *
 * @throws ZodError that names each property which cannot be done locally
 */
export function readEventSourceMapping(
  properties: Readonly<Record<string, unknown>>,
  suggestedName: string,
): EventSourceMapping {
  const declared = Declared.refine(
    (each) => each.BatchSize <= 10 || each.MaximumBatchingWindowInSeconds > 0,
    'a BatchSize over 10 needs a MaximumBatchingWindowInSeconds of at least 1',
  ).parse(properties);
  return {
    id: uuidOf(suggestedName),
    queueArn: declared.EventSourceArn,
    functionName: declared.FunctionName,
    batchSize: declared.BatchSize,
    windowMs: declared.MaximumBatchingWindowInSeconds * 1000,
    maxConcurrency: declared.ScalingConfig.MaximumConcurrency ?? DEFAULT_CONCURRENCY,
    mayFailInPart: declared.FunctionResponseTypes.length > 0,
    isEnabled: declared.Enabled,
  };
}

export interface PollerDeps {
  readonly kernel: Kernel;
  readonly queues: Queues;
  readonly hasRoom: (functionName: string) => boolean;
  /** Throws what Invoke throws; a function error is an answer with `functionError`. */
  readonly invoke: (
    functionName: string,
    payload: string,
  ) => Promise<{ payload: string; functionError?: string | undefined }>;
}

/** A receive that waits longer would hold up the end of the cloud. */
const WAIT_MS = 5_000;
const BACK_OFF_MS = { first: 100, most: 10_000 };

/** Reads one queue and hands batches to one function until it is stopped. */
export function startPoller(mapping: EventSourceMapping, deps: PollerDeps): { readonly stop: () => void } {
  const poller = { isStopped: false, running: 0, failures: 0 };
  let wake = (): void => undefined;

  const pause = async (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const cancel = deps.kernel.clock.after(ms, resolve);
      wake = () => {
        cancel();
        resolve();
      };
    });
  const mayReceive = (): boolean =>
    poller.running < mapping.maxConcurrency && deps.hasRoom(mapping.functionName);
  const loop = async (): Promise<void> => {
    while (!poller.isStopped) {
      try {
        // Messages are not taken out of the queue when nobody could work on them.
        if (poller.failures > 0)
          await pause(Math.min(BACK_OFF_MS.first * 2 ** poller.failures, BACK_OFF_MS.most));
        else if (!mayReceive()) await pause(BACK_OFF_MS.first);
        if (poller.isStopped || !mayReceive()) continue;
        const batch = await receiveBatch(mapping, deps, () => poller.isStopped);
        if (batch.length > 0 && !poller.isStopped) void work(batch);
      } catch (error) {
        poller.failures += 1;
        deps.kernel.log('error', `Event source mapping of ${mapping.functionName}: cannot read the queue.`, {
          error,
        });
      }
    }
  };
  const work = async (batch: readonly QueueMessage[]): Promise<void> => {
    poller.running += 1;
    try {
      const done = await invokeWithBatch(mapping, deps, batch);
      poller.failures = done.isFailed ? poller.failures + 1 : 0;
      if (done.handles.length > 0) await deps.queues.deleteMessages(mapping.queueArn, done.handles);
    } catch (error) {
      // The messages come back when their visibility time-out ends.
      poller.failures += 1;
      deps.kernel.log('warn', `Event source mapping of ${mapping.functionName}: a batch was not taken.`, {
        error,
      });
    } finally {
      poller.running -= 1;
      wake();
    }
  };
  void loop();
  return {
    stop: () => {
      poller.isStopped = true;
      wake();
    },
  };
}

async function receiveBatch(
  mapping: EventSourceMapping,
  deps: PollerDeps,
  isStopped: () => boolean,
): Promise<QueueMessage[]> {
  const { clock } = deps.kernel;
  const batch: QueueMessage[] = [];
  let untilMs: number | undefined;
  do {
    const leftMs = untilMs === undefined ? WAIT_MS : Math.max(0, untilMs - clock.nowMs());
    const max = Math.min(10, mapping.batchSize - batch.length);
    batch.push(...(await deps.queues.receive(mapping.queueArn, max, Math.min(leftMs, WAIT_MS))));
    // The window opens with the first message.
    if (batch.length > 0) untilMs ??= clock.nowMs() + mapping.windowMs;
  } while (
    !isStopped() &&
    untilMs !== undefined &&
    batch.length < mapping.batchSize &&
    clock.nowMs() < untilMs
  );
  return batch;
}

interface Done {
  /** Receipt handles of the messages that are finished with. */
  readonly handles: readonly string[];
  readonly isFailed: boolean;
}

async function invokeWithBatch(
  mapping: EventSourceMapping,
  deps: PollerDeps,
  batch: readonly QueueMessage[],
): Promise<Done> {
  const payload = JSON.stringify({
    Records: batch.map((message) => recordOf(message, mapping, deps.kernel)),
  });
  const answer = await deps.invoke(mapping.functionName, payload);
  if (answer.functionError !== undefined) return { handles: [], isFailed: true };
  const failed = mapping.mayFailInPart ? readFailures(answer.payload, batch) : new Set<string>();
  const handles = batch.filter((each) => !failed.has(each.messageId)).map((each) => each.receiptHandle);
  return { handles, isFailed: handles.length === 0 };
}

function recordOf(message: QueueMessage, mapping: EventSourceMapping, kernel: Kernel): object {
  const { messageId, receiptHandle, body, attributes, messageAttributes, md5OfBody } = message;
  return {
    messageId,
    receiptHandle,
    body,
    attributes,
    messageAttributes,
    md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: mapping.queueArn,
    awsRegion: kernel.region,
  };
}

const PartialFailure = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish(),
});

/**
 * Which messages failed. As AWS has it: an empty answer means none, an answer of another shape or
 * with an identifier that is not in the batch means all.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
function readFailures(payload: string, batch: readonly QueueMessage[]): Set<string> {
  const all = new Set(batch.map((each) => each.messageId));
  const answer: unknown = JSON.parse(payload);
  if (answer === null || answer === undefined) return new Set();
  const read = PartialFailure.safeParse(answer);
  if (!read.success) return all;
  const failed = new Set((read.data.batchItemFailures ?? []).map((each) => each.itemIdentifier));
  return [...failed].every((id) => all.has(id)) ? failed : all;
}

function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}
