import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyUpdate, fireDue } from '../../../../../local/lambda/durable/apply-update.ts';
import { applyAnswer } from '../../../../../local/lambda/durable/callback-answer.ts';
import { isClosed, OperationUpdate, type Operation } from '../../../../../local/lambda/durable/operation.ts';

const TIME = { nowMs: 1_000, callbackId: 'secret' };
const update = (over: object): OperationUpdate => OperationUpdate.parse({ Id: 'a', Type: 'STEP', ...over });
const apply = (...updates: object[]): Operation | undefined =>
  updates.reduce<Operation | undefined>(
    (current, each) => applyUpdate(current, update(each), TIME),
    undefined,
  );

describe('a step', () => {
  test('counts its tries from 0, and a start does not count', () => {
    expect(apply({ Action: 'START' })).toMatchObject({ status: 'STARTED', attempt: 0 });
    const retry = {
      Action: 'RETRY',
      StepOptions: { NextAttemptDelaySeconds: 5 },
      Error: { ErrorMessage: 'no' },
    };
    const pending = apply({ Action: 'START' }, retry);
    expect(pending).toMatchObject({ status: 'PENDING', attempt: 1, dueAtMs: 6_000 });
    const ready = fireDue(pending as Operation, 6_000);
    expect(ready).toMatchObject({ status: 'READY', attempt: 1, dueAtMs: undefined });
    expect(applyUpdate(ready, update({ Action: 'START' }), TIME)).toMatchObject({
      status: 'STARTED',
      attempt: 1,
    });
  });

  test('that polls keeps its state over its tries', () => {
    const pending = apply({ Action: 'START' }, { Action: 'RETRY', Payload: '{"n":1}' }) as Operation;
    const again = applyUpdate(fireDue(pending, 9_000), update({ Action: 'START' }), TIME);
    expect(again.result).toBe('{"n":1}');
  });
});

describe('a callback', () => {
  const start = (CallbackOptions: object) =>
    apply({ Type: 'CALLBACK', Action: 'START', CallbackOptions }) as Operation;

  test.each([
    { options: {}, due: undefined },
    { options: { TimeoutSeconds: 0 }, due: undefined },
    { options: { TimeoutSeconds: 60 }, due: 61_000 },
    { options: { TimeoutSeconds: 60, HeartbeatTimeoutSeconds: 10 }, due: 11_000 },
    { options: { TimeoutSeconds: 5, HeartbeatTimeoutSeconds: 10 }, due: 6_000 },
  ])('with $options is due at $due', ({ options, due }) => {
    expect(start(options).dueAtMs).toBe(due);
  });

  test('a heartbeat moves the silence, not the time-out', () => {
    const begun = start({ TimeoutSeconds: 15, HeartbeatTimeoutSeconds: 10 });
    const { operation } = applyAnswer(begun, { kind: 'heartbeat' }, 9_000);
    expect(operation.dueAtMs).toBe(16_000);
    expect(fireDue(operation, 16_000).error?.ErrorType).toBe('Callback.Timeout');
    expect(fireDue(begun, 11_000).error?.ErrorType).toBe('Callback.Heartbeat');
  });

  test('an answer after its time is refused even if the timer has not fired yet', () => {
    const late = () => applyAnswer(start({ TimeoutSeconds: 5 }), { kind: 'succeed', result: '1' }, 6_000);
    expect(late).toThrow('closed or its time is over');
  });
});

test.each([
  { Type: 'STEP', Action: 'CANCEL' },
  { Type: 'WAIT', Action: 'SUCCEED' },
  { Type: 'CALLBACK', Action: 'SUCCEED' },
  { Type: 'CONTEXT', Action: 'RETRY' },
  { Type: 'EXECUTION', Action: 'START' },
])('$Action of a $Type is refused', (each) => {
  expect(() => apply(each)).toThrow(`Cannot ${each.Action} the ${each.Type}`);
});

test('a chained invoke is refused by name', () => {
  expect(() => apply({ Type: 'CHAINED_INVOKE', Action: 'START' })).toThrow(
    'UnknownOperation: context.invoke',
  );
});

test('whatever comes, a closed operation never changes again', () => {
  const anyUpdate = fc.record({
    Type: fc.constantFrom('STEP', 'WAIT', 'CALLBACK', 'CONTEXT', 'EXECUTION'),
    Action: fc.constantFrom('START', 'SUCCEED', 'FAIL', 'RETRY', 'CANCEL'),
    Payload: fc.string(),
  });
  fc.assert(
    fc.property(fc.array(anyUpdate, { maxLength: 12 }), (updates) => {
      let current: Operation | undefined;
      for (const each of updates) {
        const before = current;
        try {
          current = applyUpdate(current, update(each), TIME);
        } catch {
          current = before;
        }
        if (before !== undefined && isClosed(before)) expect(current).toBe(before);
      }
    }),
  );
});
