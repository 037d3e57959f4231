import { beforeEach, expect, test } from 'vitest';
import { AsyncEvents } from '../../../../local/lambda/async-events.ts';
import { createEventInvokeConfigs } from '../../../../local/lambda/event-invoke-config.ts';
import { FunctionRegistry } from '../../../../local/lambda/function-registry.ts';
import { createFakeKernel, type FakeKernel } from '../../../fakes/fake-kernel.ts';
import { aFunction, createFakeInvoker, FAILURE, type FakeInvoker } from './fake-invoker.ts';

const DEAD = 'arn:aws:sqs:us-east-1:123456789012:dead';
const FAILED = 'arn:aws:sqs:us-east-1:123456789012:failed';

let kernel: FakeKernel;
let invoker: FakeInvoker;
let registry: FunctionRegistry;
let events: AsyncEvents;
let configs: ReturnType<typeof createEventInvokeConfigs>;
beforeEach(() => {
  kernel = createFakeKernel();
  build();
  events.start();
});

function build(duplicateEvery = Infinity): void {
  invoker = createFakeInvoker();
  registry = new FunctionRegistry(kernel.state('lambda'), { arnPrefix: 'arn:aws:lambda:r:a:function:' });
  registry.put(aFunction({ deadLetterArn: DEAD }));
  configs = createEventInvokeConfigs();
  events = new AsyncEvents({
    kernel,
    registry,
    invoker,
    configs,
    retryDelaysMs: [60_000, 120_000],
    asyncAtOnce: 2,
    duplicateEvery,
  });
}

const add = (payload = '{"n":1}') => events.add(registry.resolve('worker'), payload);
const kept = (): number => kernel.state('lambda').table('async_events').entries().length;

test('an event that succeeds is run once and forgotten', async () => {
  add();
  expect(kept()).toBe(1);
  await kernel.clock.advance(3_600_000);
  expect(invoker.requests.map(({ payload }) => payload)).toEqual(['{"n":1}']);
  expect(kept()).toBe(0);
});

test('an event that fails is tried again after 1 and 2 minutes, then goes to the dead-letter queue', async () => {
  invoker.answer = () => FAILURE;
  const { id } = add();
  await kernel.clock.advance(59_999);
  expect(invoker.requests).toHaveLength(1);
  await kernel.clock.advance(1);
  expect(invoker.requests).toHaveLength(2);
  await kernel.clock.advance(120_000);
  expect(invoker.requests).toHaveLength(3);
  expect(new Set(invoker.requests.map(({ requestId }) => requestId))).toEqual(new Set([id]));
  expect(kept()).toBe(0);
  expect(kernel.deliveries).toMatchObject([
    {
      arn: DEAD,
      delivery: {
        payload: { n: 1 },
        from: 'lambda.amazonaws.com',
        attributes: { RequestID: { value: id }, ErrorMessage: { value: 'it broke' } },
      },
    },
  ]);
});

test('an event invoke configuration sets the retries and the destination', async () => {
  configs.put({
    FunctionName: 'worker',
    MaximumRetryAttempts: 0,
    DestinationConfig: { OnFailure: { Destination: FAILED } },
  });
  invoker.answer = () => FAILURE;
  add();
  await kernel.clock.advance(3_600_000);
  expect(invoker.requests).toHaveLength(1);
  expect(kernel.deliveries.map(({ arn }) => arn)).toEqual([FAILED, DEAD]);
  expect(kernel.deliveries[0]?.delivery.payload).toMatchObject({
    version: '1.0',
    requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 1 },
    requestPayload: { n: 1 },
    responseContext: { functionError: 'Unhandled' },
    responsePayload: { errorType: 'Error', errorMessage: 'it broke' },
  });
});

test('an event that gets too old is given up', async () => {
  configs.put({ FunctionName: 'worker', MaximumEventAgeInSeconds: 60 });
  invoker.answer = () => FAILURE;
  add();
  await kernel.clock.advance(61_000);
  expect(invoker.requests).toHaveLength(2);
  await kernel.clock.advance(3_600_000);
  expect(invoker.requests).toHaveLength(2);
  expect(kernel.deliveries[0]?.delivery.attributes?.['ErrorMessage']?.value).toBe('EventAgeExceeded');
});

test('events wait in line when there is no room, and keep their order', async () => {
  invoker.room = 0;
  add('1');
  add('2');
  add('3');
  await kernel.clock.advance(0);
  expect(invoker.requests).toEqual([]);
  invoker.room = 1;
  for (let turn = 0; turn < 3; turn += 1) {
    events.pump();
    await kernel.clock.advance(0);
  }
  expect(invoker.requests.map(({ payload }) => payload)).toEqual(['1', '2', '3']);
});

test('what was waiting, running or between tries when the cloud died is run by the next one', async () => {
  invoker.answer = ({ payload }) => (payload === '"fails"' ? FAILURE : new Promise(() => undefined));
  add('"fails"');
  add('"runs"');
  await kernel.clock.advance(0);
  kernel = kernel.restart();
  build();
  events.start();
  await kernel.clock.advance(0);
  expect(invoker.requests.map(({ payload }) => payload)).toEqual(['"runs"']);
  await kernel.clock.advance(60_000);
  expect(invoker.requests.map(({ payload }) => payload)).toEqual(['"runs"', '"fails"']);
});

test('an event for a function that is gone is dropped and logged', async () => {
  add();
  events.stop();
  kernel = kernel.restart();
  kernel
    .state('lambda')
    .table('async_events')
    .put('x', { id: 'x', functionName: 'gone', payload: '{}', receivedAtMs: 0, attempts: 0, nextAtMs: 0 });
  build();
  events.start();
  await kernel.clock.advance(0);
  expect(kernel.logs.map(({ level }) => level)).toContain('warn');
  expect(kept()).toBe(0);
});

test('a dead letter that cannot be sent is counted', async () => {
  configs.put({ FunctionName: 'worker', MaximumRetryAttempts: 0 });
  invoker.answer = () => FAILURE;
  kernel.onDeliver = () => Promise.reject(new Error('no such queue'));
  add();
  await kernel.clock.advance(0);
  expect(kernel.vended.map(({ name }) => name)).toContain('DeadLetterErrors');
});

test('an event may be delivered twice under one request id, as AWS may', async () => {
  build(2);
  events.start();
  const [first, second] = [add('{"n":1}'), add('{"n":2}')];
  await kernel.clock.advance(1_000);
  const ids = invoker.requests.map(({ requestId }) => requestId);
  expect(ids).toEqual([first.id, second.id, second.id]);
  expect(kept()).toBe(0);
});

test('with a reserved concurrency of 0 events go to the dead letters at once, and nothing is run', async () => {
  registry.put(aFunction({ deadLetterArn: DEAD, reservedConcurrency: 0 }));
  configs.put({ FunctionName: 'worker', DestinationConfig: { OnFailure: { Destination: FAILED } } });
  add();
  await kernel.clock.advance(0);
  expect(invoker.requests).toEqual([]);
  expect(kernel.deliveries.map(({ arn }) => arn).toSorted()).toEqual([DEAD, FAILED]);
  expect(kept()).toBe(0);
});
