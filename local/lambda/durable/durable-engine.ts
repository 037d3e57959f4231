import type { Kernel } from '../../kernel/kernel.ts';
import { AwsError } from '../../kernel/service.ts';
import type { FunctionError } from '../function-error.ts';
import type { FunctionRegistry, ResolvedFunction } from '../function-registry.ts';
import type { DurableStart, DurableStarter } from '../invoke-function.ts';
import type { Invoker } from '../invoker.ts';
import { applyAnswer, closedCallback, type CallbackAnswer } from './callback-answer.ts';
import { checkToken, isRepeated, writeCheckpoint, type CheckpointRequest } from './checkpoint.ts';
import { DurableStore } from './durable-store.ts';
import type { ErrorObject, Execution } from './execution.ts';
import { ExecutionRunner } from './execution-runner.ts';
import { operationEvent, startedEvent } from './history.ts';
import { executionOperation, newExecution, resultOf } from './new-execution.ts';
import { announce } from './status-change.ts';
import { statePage, toWire, type StatePage } from './wire-operation.ts';

export interface DurableEngineDeps {
  readonly kernel: Kernel;
  readonly registry: FunctionRegistry;
  readonly invoker: Invoker;
  /** Operations in the page of the state that an invocation begins with. */
  readonly pageItems?: number | undefined;
  readonly backOffMs: { readonly first: number; readonly most: number };
}

/** Durable executions as their callers and their functions see them. Nothing is invoked before `resume`. */
export class DurableEngine implements DurableStarter {
  readonly store: DurableStore;
  readonly #kernel: Kernel;
  readonly #runner: ExecutionRunner;

  constructor(deps: DurableEngineDeps) {
    this.#kernel = deps.kernel;
    this.store = new DurableStore(deps.kernel.state('lambda'));
    this.#runner = new ExecutionRunner({ ...deps, store: this.store });
  }

  /** Arms all timers from the state; invocations that were under way are presumed dead and repeated. */
  resume(): void {
    this.#runner.resume();
  }

  halt(): void {
    this.#runner.halt();
  }

  /** Throws ResourceNotFoundException. */
  get(arn: string): Execution {
    const execution = this.store.get(arn);
    if (execution !== undefined) return execution;
    throw new AwsError('ResourceNotFoundException', `Durable execution not found: ${arn}`, 404);
  }

  /**
   * Starts an execution, or finds the one of the same name and payload, running or closed.
   *
   * @throws AwsError DurableExecutionAlreadyStartedException
   */
  start(target: ResolvedFunction, request: DurableStart): Execution {
    const known = request.name === undefined ? undefined : this.store.byName(request.name);
    if (known !== undefined) {
      checkSameStart(known, target, request);
      return known;
    }
    const execution = newExecution(target, request, this.#nowMs());
    this.store.atomically(() => {
      this.store.put(execution);
      this.store.putOperation(execution.arn, executionOperation(execution));
      this.store.addEvent(execution.arn, execution.startedAtMs, startedEvent(execution));
    });
    announce(this.#kernel, execution);
    this.#runner.wake(execution.arn);
    return execution;
  }

  async whenClosed(arn: string): Promise<{ result: string } | FunctionError> {
    return resultOf(await this.#runner.whenClosed(this.get(arn)));
  }

  /**
   * Takes a checkpoint of the invocation that holds the token. One that was taken before and is sent
   * again by a client that missed the answer is answered again, not written again.
   *
   * @throws AwsError InvalidParameterValueException
   */
  checkpoint(arn: string, request: CheckpointRequest): object {
    const before = this.get(arn);
    if (isRepeated(before, request)) return this.#answer(before, before.lastCheckpoint?.operationIds ?? []);
    checkToken(before, request.CheckpointToken);
    this.#runner.fireTimers(arn);
    const { execution, operationIds } = writeCheckpoint(this.store, this.get(arn), request, this.#nowMs());
    this.#runner.arm(arn);
    return this.#answer(execution, operationIds);
  }

  /** A further page of the state, for the invocation that holds the token. */
  state(
    arn: string,
    token: string,
    page: { marker?: string | undefined; maxItems?: number | undefined },
  ): StatePage {
    checkToken(this.get(arn), token);
    return statePage(this.store.operations(arn), page.marker, page.maxItems);
  }

  /**
   * Takes what the holder of a callback id says.
   *
   * @throws AwsError InvalidParameterValueException, CallbackTimeoutException
   */
  answerCallback(callbackId: string, given: CallbackAnswer): void {
    const found = this.store.byCallback(callbackId);
    if (found === undefined) {
      throw new AwsError('InvalidParameterValueException', 'The callback id is not known.');
    }
    if (this.get(found.arn).status !== 'RUNNING') throw closedCallback();
    const { operation, action } = applyAnswer(found.operation, given, this.#nowMs());
    this.store.atomically(() => {
      this.store.putOperation(found.arn, operation);
      if (action === undefined) return;
      this.store.addEvent(found.arn, this.#nowMs(), operationEvent(operation, action));
      this.#runner.noteNews(found.arn, [operation.id]);
    });
    this.#runner.wake(found.arn);
  }

  /** Closes the execution; an invocation under way can write no more. One that is closed stays as it is. */
  stopExecution(arn: string, error: ErrorObject): Execution {
    const execution = this.get(arn);
    return execution.status === 'RUNNING'
      ? this.#runner.close(execution, { status: 'STOPPED', error })
      : execution;
  }

  #answer(execution: Execution, operationIds: readonly string[]): object {
    const ids = new Set([...operationIds, ...this.#runner.takeNews(execution.arn)]);
    const operations = [...ids].flatMap((id) => this.store.operation(execution.arn, id) ?? []);
    return {
      CheckpointToken: execution.token,
      NewExecutionState: { Operations: operations.map((each) => toWire(each)) },
    };
  }

  #nowMs(): number {
    return this.#kernel.clock.nowMs();
  }
}

/** Scope of a name is the account and Region (DOC durable-execution-idempotency); payloads are compared byte by byte. */
function checkSameStart(known: Execution, target: ResolvedFunction, request: DurableStart): void {
  if (known.functionName === target.config.name && known.input === request.payload) return;
  throw new AwsError(
    'DurableExecutionAlreadyStartedException',
    `A durable execution named "${known.name}" of ${known.functionName} exists with another payload or function.`,
    409,
  );
}
