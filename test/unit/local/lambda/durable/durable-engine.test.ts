import { beforeEach, expect, test } from 'vitest';
import { CheckpointRequest } from '../../../../../local/lambda/durable/checkpoint.ts';
import { DurableEngine } from '../../../../../local/lambda/durable/durable-engine.ts';
import type { Outcome } from '../../../../../local/lambda/execution-environment.ts';
import { FunctionRegistry } from '../../../../../local/lambda/function-registry.ts';
import { createFakeKernel, type FakeKernel } from '../../../../fakes/fake-kernel.ts';
import { aFunction, createFakeInvoker, FAILURE, type FakeInvoker } from '../fake-invoker.ts';

const DAY_MS = 86_400_000;

let kernel: FakeKernel;
let invoker: FakeInvoker;
let registry: FunctionRegistry;
let engine: DurableEngine;
beforeEach(() => {
  kernel = createFakeKernel();
  build();
});

function build(): void {
  invoker = createFakeInvoker();
  registry = new FunctionRegistry(kernel.state('lambda'), { arnPrefix: 'arn:aws:lambda:r:a:function:' });
  registry.put(aFunction({ durable: { executionTimeoutS: 366 * 86_400, retentionDays: 14 } }));
  engine = new DurableEngine({ kernel, registry, invoker, backOffMs: { first: 500, most: 4_000 } });
  engine.resume();
}

interface InvocationEvent {
  readonly CheckpointToken: string;
  readonly UpdatedOperationIds: string[];
  readonly InitialExecutionState: { readonly Operations: { readonly Id: string; readonly Status: string }[] };
}
const eventOf = (at: number): InvocationEvent =>
  JSON.parse(invoker.requests[at]?.payload ?? '') as InvocationEvent;
const output = (value: object): Outcome => ({ ok: true, payload: JSON.stringify(value), durationMs: 1 });
const start = (name?: string) =>
  engine.start(registry.resolve('worker', '$LATEST'), { payload: '{}', name, isAsync: true });
const write = (arn: string, CheckpointToken: string, ...Updates: object[]) =>
  engine.checkpoint(arn, CheckpointRequest.parse({ CheckpointToken, ClientToken: 'c', Updates })) as {
    CheckpointToken: string;
    NewExecutionState: { Operations: { Id: string; Status: string }[] };
  };
const wait = (WaitSeconds: number) => ({
  Id: 'w',
  Type: 'WAIT',
  Action: 'START',
  WaitOptions: { WaitSeconds },
});

/** Answers nothing until the test says so. */
function held(): (outcome: Outcome) => void {
  let release: (outcome: Outcome) => void = () => undefined;
  invoker.answer = () =>
    new Promise((resolve) => {
      release = resolve;
    });
  return (outcome) => {
    release(outcome);
  };
}

test('a function that crashes is invoked again after 0.5, 1, 2, 4, 4 s, for as long as the execution runs', async () => {
  invoker.answer = () => FAILURE;
  start();
  const counts = [];
  for (const pauseMs of [0, 500, 1_000, 2_000, 4_000, 4_000]) {
    await kernel.clock.advance(pauseMs);
    counts.push(invoker.requests.length);
  }
  expect(counts).toEqual([1, 2, 3, 4, 5, 6]);
});

test('a checkpoint in between makes the pauses short again', async () => {
  invoker.answer = () => FAILURE;
  const { arn } = start();
  await kernel.clock.advance(500 + 1_000);
  invoker.answer = () => {
    const { CheckpointToken } = eventOf(invoker.requests.length - 1);
    write(arn, CheckpointToken, { Id: `s${invoker.requests.length}`, Type: 'STEP', Action: 'START' });
    return FAILURE;
  };
  await kernel.clock.advance(2_000);
  const before = invoker.requests.length;
  await kernel.clock.advance(500);
  expect(invoker.requests).toHaveLength(before + 1);
});

test('no room is waited for like a crash', async () => {
  invoker.room = 0;
  start();
  await kernel.clock.advance(10_000);
  expect(invoker.requests).toEqual([]);
  invoker.room = 1;
  invoker.answer = () => output({ Status: 'PENDING' });
  await kernel.clock.advance(4_000);
  expect(invoker.requests).toHaveLength(1);
});

test('a wait of 60 days ends after 60 days, over a restart', async () => {
  const release = held();
  const { arn } = start();
  await kernel.clock.advance(0);
  write(arn, eventOf(0).CheckpointToken, wait(60 * 86_400));
  release(output({ Status: 'PENDING' }));
  await kernel.clock.advance(30 * DAY_MS);
  kernel = kernel.restart();
  build();
  invoker.answer = () => output({ Status: 'SUCCEEDED', Result: '1' });
  await kernel.clock.advance(30 * DAY_MS - 1);
  expect(invoker.requests).toEqual([]);
  await kernel.clock.advance(1);
  expect(eventOf(0).InitialExecutionState.Operations).toMatchObject([
    { Status: 'STARTED' },
    { Id: 'w', Status: 'SUCCEEDED' },
  ]);
  expect(engine.get(arn)).toMatchObject({ status: 'SUCCEEDED', result: '1' });
});

test('what happens during an invocation is told by its next checkpoint, and it is invoked once more', async () => {
  const release = held();
  const { arn } = start();
  await kernel.clock.advance(0);
  const { CheckpointToken } = write(arn, eventOf(0).CheckpointToken, wait(5));
  await kernel.clock.advance(5_000);
  expect(invoker.requests).toHaveLength(1);
  expect(write(arn, CheckpointToken).NewExecutionState.Operations).toMatchObject([
    { Id: 'w', Status: 'SUCCEEDED' },
  ]);
  release(output({ Status: 'PENDING' }));
  invoker.answer = () => output({ Status: 'PENDING' });
  await kernel.clock.advance(60_000);
  expect(invoker.requests).toHaveLength(2);
});

test('a checkpoint that is sent again is answered again and written once; one with a used token is refused', async () => {
  held();
  const { arn } = start();
  await kernel.clock.advance(0);
  const first = eventOf(0).CheckpointToken;
  const step = { Id: 's', Type: 'STEP', Action: 'START' };
  const answer = write(arn, first, step);
  expect(write(arn, first, step)).toEqual(answer);
  expect(engine.store.events(arn).map(({ EventType }) => EventType)).toEqual([
    'ExecutionStarted',
    'StepStarted',
  ]);
  write(arn, answer.CheckpointToken, { Id: 's', Type: 'STEP', Action: 'SUCCEED' });
  expect(() => write(arn, first, step)).toThrow(/^Invalid Checkpoint Token/);
});

test('a checkpoint is written as a whole or not at all', async () => {
  held();
  const { arn } = start();
  await kernel.clock.advance(0);
  const { CheckpointToken } = eventOf(0);
  const good = { Id: 'good', Type: 'STEP', Action: 'START' };
  expect(() => write(arn, CheckpointToken, good, { Id: 'bad', Type: 'WAIT', Action: 'SUCCEED' })).toThrow(
    'Cannot',
  );
  expect(engine.store.operation(arn, 'good')).toBeUndefined();
});

test('the 3,001st operation is refused', async () => {
  held();
  const { arn } = start();
  await kernel.clock.advance(0);
  const steps = Array.from({ length: 3_000 }, (_, at) => ({ Id: `s${at}`, Type: 'STEP', Action: 'START' }));
  expect(() => write(arn, eventOf(0).CheckpointToken, ...steps)).toThrow('3000 durable operations');
  expect(() => write(arn, eventOf(0).CheckpointToken, ...steps.slice(1))).not.toThrow();
});

test('a closed execution is kept for its retention, then its name is free again', async () => {
  invoker.answer = () => output({ Status: 'SUCCEEDED', Result: '1' });
  const first = start('incident-1');
  await kernel.clock.advance(13 * DAY_MS);
  expect(start('incident-1').arn).toBe(first.arn);
  await kernel.clock.advance(DAY_MS + 3_600_000);
  expect(start('incident-1').arn).not.toBe(first.arn);
  expect(() => engine.get(first.arn)).toThrow('Durable execution not found');
});
