import { randomUUID } from 'node:crypto';
import type { Kernel } from '../../kernel/kernel.ts';
import { sendDeadLetter } from '../dead-letter.ts';
import type { Outcome } from '../execution-environment.ts';
import type { FunctionRegistry } from '../function-registry.ts';
import type { Invoker } from '../invoker.ts';
import { fireDue } from './apply-update.ts';
import { newToken } from './checkpoint.ts';
import { closeExecution, type Closing } from './closing.ts';
import type { DurableStore } from './durable-store.ts';
import { timeoutAtMs, type Execution } from './execution.ts';
import { closedEvent, invocationEvent, operationEvent } from './history.ts';
import { readInvocationOutput } from './invocation-output.ts';
import { LiveExecutions } from './live-executions.ts';
import { announce } from './status-change.ts';
import { statePage } from './wire-operation.ts';

export interface RunnerDeps {
  readonly kernel: Kernel;
  readonly registry: FunctionRegistry;
  readonly invoker: Invoker;
  readonly store: DurableStore;
  readonly pageItems?: number | undefined;
  readonly backOffMs: { readonly first: number; readonly most: number };
}

/** A timer further away is set again when this has passed: setTimeout holds no more than 24 days. */
const LONGEST_TIMER_MS = 86_400_000;
const PURGE_INTERVAL_MS = 3_600_000;

/** Drives executions: fires their timers, invokes their function when there is something new, closes them. */
export class ExecutionRunner {
  readonly #deps: RunnerDeps;
  readonly #store: DurableStore;
  readonly #lives = new LiveExecutions();
  #isRunning = false;
  #cancelPurge = (): void => undefined;

  constructor(deps: RunnerDeps) {
    this.#deps = deps;
    this.#store = deps.store;
  }

  /** Arms all timers from the state. An invocation that was under way is presumed dead and repeated. */
  resume(): void {
    const { clock } = this.#deps.kernel;
    this.#isRunning = true;
    const purge = (): void => {
      this.#store.purge(clock.nowMs());
    };
    purge();
    this.#cancelPurge = clock.every(PURGE_INTERVAL_MS, purge);
    for (const execution of this.#store.running()) {
      if (execution.isInvoking) {
        this.#store.put({ ...execution, token: undefined, isInvoking: false, invokeAtMs: clock.nowMs() });
      }
      this.arm(execution.arn);
    }
  }

  halt(): void {
    this.#isRunning = false;
    this.#cancelPurge();
    this.#lives.forgetAll();
  }

  /** Fires what is due, closes the execution when its time is over, invokes the function if it is to see something. */
  wake(arn: string): void {
    if (!this.#isRunning) return;
    this.fireTimers(arn);
    const execution = this.#running(arn);
    if (execution === undefined) return;
    const nowMs = this.#nowMs();
    if (timeoutAtMs(execution) <= nowMs) {
      const ErrorMessage = `Execution timed out after ${execution.executionTimeoutS} seconds.`;
      this.close(execution, { status: 'TIMED_OUT', error: { ErrorType: 'Execution.Timeout', ErrorMessage } });
      return;
    }
    const isDue = execution.invokeAtMs !== undefined && execution.invokeAtMs <= nowMs;
    if (isDue && this.#lives.of(arn).requestId === undefined) this.#invoke(execution);
    this.arm(arn);
  }

  /** Sets the one timer of an execution to whatever comes next. */
  arm(arn: string): void {
    const execution = this.#running(arn);
    if (execution === undefined || !this.#isRunning) return;
    const live = this.#lives.of(arn);
    const invokeAtMs = live.requestId === undefined ? execution.invokeAtMs : undefined;
    const dueMs = this.#store.nextDueMs(arn);
    const nextMs = Math.min(timeoutAtMs(execution), invokeAtMs ?? Infinity, dueMs ?? Infinity);
    const delayMs = Math.min(Math.max(0, nextMs - this.#nowMs()), LONGEST_TIMER_MS);
    live.cancelTimer();
    live.cancelTimer = this.#deps.kernel.clock.after(delayMs, () => {
      this.wake(arn);
    });
  }

  /** Ends waits, makes retries ready and times callbacks out whose moment has come. */
  fireTimers(arn: string): void {
    const nowMs = this.#nowMs();
    const due = this.#store.due(arn, nowMs);
    if (due.length === 0) return;
    this.#store.atomically(() => {
      for (const operation of due) {
        const fired = fireDue(operation, nowMs);
        this.#store.putOperation(arn, fired);
        // A try that has become ready is no event of its own; the next start is.
        if (fired.endedAtMs !== undefined) {
          this.#store.addEvent(arn, nowMs, operationEvent(fired, 'SUCCEED'));
        }
      }
      this.noteNews(
        arn,
        due.map((operation) => operation.id),
      );
    });
  }

  /**
   * Something happened from outside: the function is to be invoked and told. If it is running, it is
   * invoked once more when it suspends, even if a checkpoint told it in between: it may have been told
   * too late to act.
   */
  noteNews(arn: string, operationIds: readonly string[]): void {
    const execution = this.#running(arn);
    if (execution === undefined) return;
    for (const id of operationIds) this.#lives.of(arn).news.add(id);
    this.#store.put({ ...execution, invokeAtMs: this.#nowMs() });
  }

  /** The operations that changed from outside since this was last asked. */
  takeNews(arn: string): string[] {
    return this.#lives.takeNews(arn);
  }

  /** Writes the end of an execution and tells everybody who waits for it. */
  close(execution: Execution, how: Closing): Execution {
    const endedAtMs = this.#nowMs();
    const closed = closeExecution(execution, how, endedAtMs);
    this.#store.atomically(() => {
      this.#store.put(closed);
      this.#store.addEvent(closed.arn, endedAtMs, closedEvent(closed));
    });
    announce(this.#deps.kernel, closed);
    if (closed.isAsync && closed.status !== 'SUCCEEDED') this.#sendDeadLetter(closed);
    this.#lives.end(closed);
    return closed;
  }

  async whenClosed(execution: Execution): Promise<Execution> {
    if (execution.status !== 'RUNNING') return execution;
    return new Promise((resolve) => {
      this.#lives.of(execution.arn).waiters.push(resolve);
    });
  }

  #invoke(before: Execution): void {
    const begun = { token: newToken(), lastCheckpoint: undefined, isInvoking: true, invokeAtMs: undefined };
    const execution = { ...before, ...begun };
    this.#store.put(execution);
    const { arn } = execution;
    const invocation = { requestId: randomUUID(), startedAtMs: this.#nowMs() };
    const outcome = this.#callFunction(execution, invocation.requestId);
    if (outcome === 'throttled') {
      this.#failInvocation(arn);
      return;
    }
    this.#lives.of(arn).requestId = invocation.requestId;
    void outcome.then((result) => {
      // Killed by halt(): the next start of the cloud takes it up again.
      if (this.#isRunning) this.#finishInvocation(arn, invocation, result);
    });
  }

  #callFunction(execution: Execution, requestId: string): Promise<Outcome> | 'throttled' {
    const { registry, invoker, kernel } = this.#deps;
    try {
      const { config } = registry.resolve(execution.functionName, execution.version);
      const payload = JSON.stringify({
        DurableExecutionArn: execution.arn,
        CheckpointToken: execution.token,
        UpdatedOperationIds: this.takeNews(execution.arn),
        InitialExecutionState: statePage(this.#store.operations(execution.arn), '0', this.#deps.pageItems),
      });
      return invoker.run({ config, invokedArn: execution.functionArn, payload, requestId });
    } catch (error) {
      kernel.log('error', `${execution.arn} cannot be invoked; it is tried again.`, { error: String(error) });
      return 'throttled';
    }
  }

  #finishInvocation(
    arn: string,
    invocation: { readonly requestId: string; readonly startedAtMs: number },
    outcome: Outcome,
  ): void {
    this.#lives.invocationEnded(arn);
    const error = outcome.ok
      ? undefined
      : { ErrorType: outcome.error.errorType, ErrorMessage: outcome.error.errorMessage };
    const endedAtMs = this.#nowMs();
    this.#store.addEvent(arn, endedAtMs, invocationEvent({ ...invocation, endedAtMs, error }));
    const execution = this.#running(arn);
    if (execution === undefined) return;
    if (!outcome.ok) {
      this.#failInvocation(arn);
      return;
    }
    const output = readInvocationOutput(outcome.payload);
    if (output.status !== 'PENDING') {
      this.close(execution, output);
      return;
    }
    this.#store.put({ ...execution, token: undefined, isInvoking: false, failures: 0 });
    this.wake(arn);
  }

  /**
   * The function crashed, timed out, threw outside of the SDK or found no room. As on AWS it is invoked
   * again, with growing pauses, until it succeeds or the execution times out; there is no last try.
   * https://docs.aws.amazon.com/lambda/latest/dg/durable-execution-sdk-retries.html#durable-backend-retries
   */
  #failInvocation(arn: string): void {
    const execution = this.#running(arn);
    if (execution === undefined) return;
    const { first, most } = this.#deps.backOffMs;
    const invokeAtMs = this.#nowMs() + Math.min(first * 2 ** execution.failures, most);
    const failures = execution.failures + 1;
    this.#store.put({ ...execution, token: undefined, isInvoking: false, failures, invokeAtMs });
    this.arm(arn);
  }

  #sendDeadLetter({ functionName, version, name, input, error, status }: Execution): void {
    const { registry, kernel } = this.#deps;
    const { config } = registry.resolve(functionName, version);
    const reason = error?.ErrorMessage ?? status;
    void sendDeadLetter(kernel, { config, requestId: name, payload: input, reason });
  }

  #running(arn: string): Execution | undefined {
    const execution = this.#store.get(arn);
    return execution?.status === 'RUNNING' ? execution : undefined;
  }

  #nowMs(): number {
    return this.#deps.kernel.clock.nowMs();
  }
}
