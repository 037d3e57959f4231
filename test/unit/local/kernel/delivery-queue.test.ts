import { expect, test } from 'vitest';
import { createDeliveryQueue } from '../../../../local/kernel/delivery-queue.ts';
import { AwsError } from '../../../../local/kernel/service.ts';
import { createFakeKernel, type FakeKernel } from '../../../fakes/fake-kernel.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:123456789012:q';
const DEAD = 'arn:aws:sqs:us-east-1:123456789012:dead';

function open(kernel: FakeKernel) {
  return createDeliveryQueue(kernel, kernel.state('sns'), {
    delayMs: (retry) => retry * 1_000,
    deadLetter: ({ condition, pending }) => ({ ...pending.delivery, payload: condition }),
  });
}

const one = (payload: string, over: { maxRetries?: number; maxAgeMs?: number } = {}) => ({
  arn: QUEUE,
  delivery: { payload, from: 'sns.amazonaws.com', sourceArn: 'arn:topic' },
  maxRetries: 3,
  maxAgeMs: 60_000,
  deadLetterArn: DEAD,
  ...over,
});

const sent = (kernel: FakeKernel) => kernel.deliveries.map(({ arn, delivery }) => [arn, delivery.payload]);

test('sends at once, in order, and once only', async () => {
  const kernel = createFakeKernel();
  const queue = open(kernel);
  queue.start();
  queue.add([one('a'), one('b')]);
  await kernel.clock.advance(600_000);
  expect(sent(kernel)).toEqual([
    [QUEUE, 'a'],
    [QUEUE, 'b'],
  ]);
  const after = kernel.restart();
  open(after).start();
  await after.clock.advance(600_000);
  expect(sent(after)).toEqual([]);
});

test('sends nothing before it is started: receivers may not be there yet', async () => {
  const kernel = createFakeKernel();
  const queue = open(kernel);
  queue.add([one('a')]);
  await kernel.clock.advance(1_000);
  expect(sent(kernel)).toEqual([]);
  queue.start();
  await kernel.clock.advance(0);
  expect(sent(kernel)).toEqual([[QUEUE, 'a']]);
});

test('what was under way when the cloud was killed is sent by the next run', async () => {
  const kernel = createFakeKernel();
  kernel.onDeliver = () => new Promise(() => undefined);
  const queue = open(kernel);
  queue.start();
  queue.add([one('a')]);
  await kernel.clock.advance(0);
  const after = kernel.restart();
  open(after).start();
  await after.clock.advance(0);
  expect(sent(after)).toEqual([[QUEUE, 'a']]);
});

test('a server error and throttling are tried again after the delay', async () => {
  const kernel = createFakeKernel();
  const failures = [new Error('down'), new AwsError('TooManyRequestsException', 'slow down', 429)];
  kernel.onDeliver = () => {
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
  };
  const queue = open(kernel);
  queue.start();
  queue.add([one('a')]);
  await kernel.clock.advance(2_999);
  expect(sent(kernel)).toEqual([]);
  await kernel.clock.advance(1);
  expect(sent(kernel)).toEqual([[QUEUE, 'a']]);
});

test.each([
  { over: { maxRetries: 2 }, condition: 'MaximumRetryAttempts', error: new Error('down') },
  {
    over: { maxRetries: 100, maxAgeMs: 5_000 },
    condition: 'MaximumEventAgeInSeconds',
    error: new Error('down'),
  },
  { over: {}, condition: 'ClientError', error: new AwsError('QueueDoesNotExist', 'gone') },
])('the dead-letter queue gets it after $condition', async ({ over, condition, error }) => {
  const kernel = createFakeKernel();
  kernel.onDeliver = (arn) => {
    if (arn === QUEUE) throw error;
  };
  const queue = open(kernel);
  queue.start();
  queue.add([one('a', over)]);
  await kernel.clock.advance(60_000);
  expect(sent(kernel)).toEqual([[DEAD, condition]]);
  expect(kernel.logs.at(-1)).toMatchObject({ level: 'error', context: { condition } });
});

test('after stop nothing counts as failed any more', async () => {
  const kernel = createFakeKernel();
  let fail = (_error: Error): void => undefined;
  kernel.onDeliver = () =>
    new Promise((_resolve, reject) => {
      fail = reject;
    });
  const queue = open(kernel);
  queue.start();
  queue.add([one('a', { maxRetries: 0 })]);
  await kernel.clock.advance(0);
  queue.stop();
  fail(new Error('stopping'));
  await kernel.clock.advance(10_000);
  const after = kernel.restart();
  open(after).start();
  await after.clock.advance(0);
  expect(sent(after)).toEqual([[QUEUE, 'a']]);
});
