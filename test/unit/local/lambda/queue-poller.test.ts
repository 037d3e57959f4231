import { beforeEach, expect, test } from 'vitest';
import { readEventSourceMapping } from '../../../../local/lambda/event-source-mapping.ts';
import type { QueueMessage } from '../../../../local/lambda/queue-batch.ts';
import { QueuePoller } from '../../../../local/lambda/queue-poller.ts';
import { createFakeKernel, type FakeKernel } from '../../../fakes/fake-kernel.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:123456789012:alarms';

let kernel: FakeKernel;
let waiting: QueueMessage[];
let deleted: string[];
let batches: string[][];
let answer: (ids: string[]) => Promise<{ payload: string; functionError?: string }>;
let hasRoom: boolean;
let poller: QueuePoller;
beforeEach(() => {
  kernel = createFakeKernel();
  [waiting, deleted, batches, hasRoom] = [[], [], [], true];
  answer = async () => ({ payload: 'null' });
});

function start(over: Record<string, unknown> = {}): void {
  const properties = { EventSourceArn: QUEUE, FunctionName: 'intake', ...over };
  const mapping = readEventSourceMapping(properties, 'stack-mapping');
  poller = new QueuePoller(mapping, {
    kernel,
    hasRoom: () => hasRoom,
    queues: {
      receive: async (_arn, max, waitMs) => {
        const untilMs = kernel.clock.nowMs() + waitMs;
        while (waiting.length === 0 && kernel.clock.nowMs() < untilMs) {
          await new Promise<void>((resolve) => {
            kernel.clock.after(50, resolve);
          });
        }
        return waiting.splice(0, max);
      },
      deleteMessages: async (_arn, handles) => void deleted.push(...handles),
      visibilityTimeoutS: () => 30,
    },
    invoke: async (_name, payload) => {
      const { Records: records } = JSON.parse(payload) as { Records: QueueMessage[] };
      batches.push(records.map((record) => record.messageId));
      return answer(records.map((record) => record.messageId));
    },
  });
}

function send(...ids: string[]): void {
  for (const messageId of ids) sendText(messageId, '{}');
}

function sendText(messageId: string, body: string): void {
  const common = { attributes: { SentTimestamp: '1' }, messageAttributes: {}, md5OfBody: 'md5' };
  waiting.push({ messageId, receiptHandle: `handle-${messageId}`, body, ...common });
}

test('messages are handed over in batches and deleted', async () => {
  start();
  send('1', '2', '3');
  await kernel.clock.advance(1_000);
  poller.stop();
  expect(batches).toEqual([['1', '2', '3']]);
  expect(deleted).toEqual(['handle-1', 'handle-2', 'handle-3']);
});

test('a batch is never larger than BatchSize', async () => {
  start({ BatchSize: 2 });
  send('1', '2', '3', '4', '5');
  await kernel.clock.advance(1_000);
  poller.stop();
  expect(batches).toEqual([['1', '2'], ['3', '4'], ['5']]);
});

test('a window gathers messages until it ends', async () => {
  start({ BatchSize: 100, MaximumBatchingWindowInSeconds: 2 });
  send('1');
  await kernel.clock.advance(1_000);
  send('2');
  await kernel.clock.advance(500);
  expect(batches).toEqual([]);
  await kernel.clock.advance(1_000);
  poller.stop();
  expect(batches).toEqual([['1', '2']]);
});

test.each([
  { says: '{"batchItemFailures":[{"itemIdentifier":"2"}]}', left: ['2'] },
  { says: '{"batchItemFailures":[]}', left: [] },
  { says: '{}', left: [] },
  { says: 'null', left: [] },
  { says: '{"batchItemFailures":[{"itemIdentifier":"9"}]}', left: ['1', '2'] },
  { says: '{"batchItemFailures":[{"itemIdentifier":""}]}', left: ['1', '2'] },
  { says: '"nonsense"', left: ['1', '2'] },
])('ReportBatchItemFailures: $says leaves $left in the queue', async ({ says, left }) => {
  answer = async () => ({ payload: says });
  start({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
  send('1', '2');
  await kernel.clock.advance(1_000);
  poller.stop();
  expect(deleted).toEqual(['1', '2'].filter((id) => !left.includes(id)).map((id) => `handle-${id}`));
});

test('without ReportBatchItemFailures such an answer means success', async () => {
  answer = async () => ({ payload: '{"batchItemFailures":[{"itemIdentifier":"1"}]}' });
  start();
  send('1');
  await kernel.clock.advance(1_000);
  poller.stop();
  expect(deleted).toEqual(['handle-1']);
});

test('a function that fails or throttles leaves the messages, and the queue is read less often', async () => {
  answer = async () => ({ payload: '{}', functionError: 'Unhandled' });
  start({ BatchSize: 1 });
  send(...Array.from({ length: 50 }, (_, at) => String(at)));
  await kernel.clock.advance(5_000);
  const failed = batches.length;
  expect(failed).toBeLessThan(10);
  answer = () => Promise.reject(new Error('Rate Exceeded.'));
  await kernel.clock.advance(5_000);
  expect(batches.length).toBeLessThanOrEqual(failed + 1);
  expect(deleted).toEqual([]);
  answer = async () => ({ payload: 'null' });
  await kernel.clock.advance(60_000);
  poller.stop();
  expect(waiting).toEqual([]);
});

test('nothing is taken out of the queue while nobody has room for it', async () => {
  hasRoom = false;
  start();
  send('1');
  await kernel.clock.advance(10_000);
  expect(waiting).toHaveLength(1);
  hasRoom = true;
  await kernel.clock.advance(1_000);
  poller.stop();
  expect(batches).toEqual([['1']]);
});

test('no more than MaximumConcurrency batches are under way', async () => {
  const ends: (() => void)[] = [];
  answer = async () =>
    new Promise((resolve) => {
      ends.push(() => {
        resolve({ payload: 'null' });
      });
    });
  start({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } });
  send('1', '2', '3');
  await kernel.clock.advance(5_000);
  expect(batches).toHaveLength(2);
  ends[0]?.();
  await kernel.clock.advance(5_000);
  poller.stop();
  expect(batches).toHaveLength(3);
});

test.each([
  [{ EventSourceArn: 'arn:aws:kinesis:us-east-1:123456789012:stream/x' }, 'only SQS'],
  [{ FilterCriteria: { Filters: [] } }, 'filter criteria'],
  [{ BatchSize: 11 }, 'needs a MaximumBatchingWindowInSeconds'],
])('%j is refused', (over, why) => {
  expect(() => readEventSourceMapping({ EventSourceArn: QUEUE, FunctionName: 'f', ...over }, 'm')).toThrow(
    why,
  );
});

test('a batch over the 6 MB of an invocation is handed over in parts', async () => {
  const megabyte = 'x'.repeat(1_048_576);
  for (let at = 1; at <= 8; at += 1) sendText(String(at), megabyte);
  start();
  await kernel.clock.advance(1_000);
  poller.stop();
  expect(batches).toEqual([
    ['1', '2', '3', '4', '5'],
    ['6', '7', '8'],
  ]);
  expect(deleted).toHaveLength(8);
});
