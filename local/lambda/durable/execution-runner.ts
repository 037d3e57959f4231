import { randomUUID } from 'node:crypto';
import type { Kernel } from '../../kernel/kernel.ts';
import { sendDeadLetter } from '../dead-letter.ts';
import type { Outcome } from '../execution-environment.ts';
import type { FunctionRegistry } from '../function-registry.ts';
import type { Invoker } from '../invoker.ts';
import { fireDue } from './apply-update.ts';
import { newToken } from './checkpoint.ts';
import type { DurableStore } from './durable-store.ts';
import { timeoutAtMs, type ErrorObject, type Execution } from './execution.ts';
import { closedEvent, invocationEvent, operationEvent } from './history.ts';
import { readInvocationOutput } from './invocation-output.ts';
import { announce } from './status-change.ts';
import { statePage } from './wire-operation.ts';

/** Drives executions: fires their timers, invokes their function when there is something new, closes them. */
export interface ExecutionRunner {
  /** Fires what is due and invokes the function if it must see something. */
  readonly wake: (arn: string) => void;
  readonly fireTimers: (arn: string) => void;
  readonly arm: (arn: string) => void;
  /** Something happened from outside: the function must be invoked, and be told these operations. */
  readonly noteNews: (arn: string, operationIds: readonly string[]) => void;
  /** The operations that changed from outside since this was last asked. */
  readonly takeNews: (arn: string) => string[];
  readonly close: (execution: Execution, how: Closing) => Execution;
  readonly whenClosed: (execution: Execution) => Promise<Execution>;
  readonly resume: () => void;
  readonly halt: () => void;
}

export type Closing =
  | { readonly status: 'SUCCEEDED'; readonly result: string | undefined }
  | { readonly status: 'FAILED' | 'TIMED_OUT' | 'STOPPED'; readonly error: ErrorObject };

export interface RunnerDeps {
  readonly kernel: Kernel;
  readonly registry: FunctionRegistry;
  readonly invoker: Invoker;
  readonly store: DurableStore;
  readonly backOffMs: { readonly first: number; readonly most: number };
}

/** What is remembered of a running execution beside its state. Lost with the cloud, and not needed then. */
interface Live {
  requestId?: string | undefined;
  readonly news: Set<string>;
  readonly waiters: ((closed: Execution) => void)[];
  cancelTimer: () => void;
}

/** A timer further away is set again when this has passed: setTimeout holds no more than 24 days. */
const LONGEST_TIMER_MS = 86_400_000;
const PURGE_INTERVAL_MS = 3_600_000;

/** The runner over a store. */
export function createExecutionRunner(deps: RunnerDeps): ExecutionRunner {
  const { kernel, store } = deps;
  const { clock } = kernel;
  const lives = new Map<string, Live>();
  let isRunning = false;
  let cancelPurge = (): void => undefined;

  const live = (arn: string): Live => {
    const known = lives.get(arn) ?? { news: new Set(), waiters: [], cancelTimer: () => undefined };
    lives.set(arn, known);
    return known;
  };
  const running = (arn: string): Execution | undefined => {
    const execution = store.get(arn);
    return execution?.status === 'RUNNING' ? execution : undefined;
  };
  const noteNews = (arn: string, operationIds: readonly string[]): void => {
    const execution = running(arn);
    if (execution === undefined) return;
    for (const id of operationIds) live(arn).news.add(id);
    store.put({ ...execution, invokeAtMs: clock.nowMs() });
  };
  const fireTimers = (arn: string): void => {
    const nowMs = clock.nowMs();
    const due = store.due(arn, nowMs);
    if (due.length === 0) return;
    store.atomically(() => {
      for (const operation of due) {
        const fired = fireDue(operation, nowMs);
        store.putOperation(arn, fired);
        // A try that has become ready is no event of its own; the next start is.
        if (fired.endedAtMs !== undefined) store.addEvent(arn, nowMs, operationEvent(fired, 'SUCCEED'));
      }
      noteNews(
        arn,
        due.map((operation) => operation.id),
      );
    });
  };
  const arm = (arn: string): void => {
    const execution = running(arn);
    if (execution === undefined || !isRunning) return;
    const invokeAtMs = live(arn).requestId === undefined ? execution.invokeAtMs : undefined;
    const nextMs = Math.min(timeoutAtMs(execution), invokeAtMs ?? Infinity, store.nextDueMs(arn) ?? Infinity);
    const delayMs = Math.min(Math.max(0, nextMs - clock.nowMs()), LONGEST_TIMER_MS);
    live(arn).cancelTimer();
    live(arn).cancelTimer = clock.after(delayMs, () => {
      wake(arn);
    });
  };
  const wake = (arn: string): void => {
    if (!isRunning) return;
    fireTimers(arn);
    const execution = running(arn);
    if (execution === undefined) return;
    if (timeoutAtMs(execution) <= clock.nowMs()) {
      const ErrorMessage = `Execution timed out after ${execution.executionTimeoutS} seconds.`;
      close(execution, { status: 'TIMED_OUT', error: { ErrorType: 'Execution.Timeout', ErrorMessage } });
      return;
    }
    const isDue = execution.invokeAtMs !== undefined && execution.invokeAtMs <= clock.nowMs();
    if (isDue && live(arn).requestId === undefined) invoke(execution);
    arm(arn);
  };
  const invoke = (before: Execution): void => {
    const execution = {
      ...before,
      token: newToken(),
      lastCheckpoint: undefined,
      isInvoking: true,
      invokeAtMs: undefined,
    };
    store.put(execution);
    const requestId = randomUUID();
    const startedAtMs = clock.nowMs();
    const outcome = callFunction(execution, requestId);
    if (outcome === 'throttled') {
      failInvocation(execution.arn);
      return;
    }
    live(execution.arn).requestId = requestId;
    void outcome.then((result) => {
      // Killed by halt(): the next start of the cloud takes it up again.
      if (!isRunning) return;
      const known = lives.get(execution.arn);
      if (known !== undefined) known.requestId = undefined;
      finishInvocation(execution.arn, { requestId, startedAtMs }, result);
    });
  };
  const callFunction = (execution: Execution, requestId: string): Promise<Outcome> | 'throttled' => {
    try {
      const { config } = deps.registry.resolve(execution.functionName, execution.version);
      const payload = JSON.stringify({
        DurableExecutionArn: execution.arn,
        CheckpointToken: execution.token,
        UpdatedOperationIds: takeNews(execution.arn),
        InitialExecutionState: statePage(store.operations(execution.arn)),
      });
      return deps.invoker.run({ config, invokedArn: execution.functionArn, payload, requestId });
    } catch (error) {
      kernel.log('error', `${execution.arn} cannot be invoked; it is tried again.`, { error: String(error) });
      return 'throttled';
    }
  };
  const finishInvocation = (
    arn: string,
    invocation: { requestId: string; startedAtMs: number },
    outcome: Outcome,
  ): void => {
    const error = outcome.ok
      ? undefined
      : { ErrorType: outcome.error.errorType, ErrorMessage: outcome.error.errorMessage };
    store.addEvent(arn, clock.nowMs(), invocationEvent({ ...invocation, endedAtMs: clock.nowMs(), error }));
    const execution = running(arn);
    if (execution === undefined) return;
    if (!outcome.ok) {
      failInvocation(arn);
      return;
    }
    const output = readInvocationOutput(outcome.payload);
    if (output.status !== 'PENDING') {
      close(execution, output);
      return;
    }
    store.put({ ...execution, token: undefined, isInvoking: false, failures: 0 });
    wake(arn);
  };
  /**
   * The function crashed, timed out, threw outside of the SDK or found no room. As on AWS it is invoked
   * again, with growing pauses, until it succeeds or the execution times out; there is no last try.
   * https://docs.aws.amazon.com/lambda/latest/dg/durable-execution-sdk-retries.html#durable-backend-retries
   */
  const failInvocation = (arn: string): void => {
    const execution = running(arn);
    if (execution === undefined) return;
    const { first, most } = deps.backOffMs;
    const delayMs = Math.min(first * 2 ** execution.failures, most);
    const failures = execution.failures + 1;
    const invokeAtMs = clock.nowMs() + delayMs;
    store.put({ ...execution, token: undefined, isInvoking: false, failures, invokeAtMs });
    arm(arn);
  };
  const close = (execution: Execution, how: Closing): Execution => {
    const endedAtMs = clock.nowMs();
    const result = how.status === 'SUCCEEDED' ? (execution.result ?? how.result) : undefined;
    const error = how.status === 'SUCCEEDED' ? undefined : how.error;
    const rest = { token: undefined, isInvoking: false, invokeAtMs: undefined };
    const closed = { ...execution, ...rest, status: how.status, endedAtMs, result, error };
    store.atomically(() => {
      store.put(closed);
      store.addEvent(closed.arn, endedAtMs, closedEvent(closed));
    });
    announce(kernel, closed);
    if (closed.isAsync && closed.status !== 'SUCCEEDED') sendToDeadLetters(closed);
    const { cancelTimer, waiters } = live(closed.arn);
    cancelTimer();
    lives.delete(closed.arn);
    for (const tell of waiters) tell(closed);
    return closed;
  };
  const sendToDeadLetters = ({ functionName, version, ...closed }: Execution): void => {
    const { config } = deps.registry.resolve(functionName, version);
    const reason = closed.error?.ErrorMessage ?? closed.status;
    void sendDeadLetter(kernel, { config, requestId: closed.name, payload: closed.input, reason });
  };
  const takeNews = (arn: string): string[] => {
    const { news } = live(arn);
    const taken = [...news];
    news.clear();
    return taken;
  };

  return {
    wake,
    fireTimers,
    arm,
    noteNews,
    takeNews,
    close,
    whenClosed: async (execution) =>
      execution.status === 'RUNNING'
        ? new Promise((resolve) => {
            live(execution.arn).waiters.push(resolve);
          })
        : execution,
    resume: () => {
      isRunning = true;
      store.purge(clock.nowMs());
      cancelPurge = clock.every(PURGE_INTERVAL_MS, () => {
        store.purge(clock.nowMs());
      });
      for (const execution of store.running()) {
        if (execution.isInvoking) {
          store.put({ ...execution, token: undefined, isInvoking: false, invokeAtMs: clock.nowMs() });
        }
        arm(execution.arn);
      }
    },
    halt: () => {
      isRunning = false;
      cancelPurge();
      for (const each of lives.values()) each.cancelTimer();
      lives.clear();
    },
  };
}
