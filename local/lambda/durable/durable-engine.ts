import { createHash, randomUUID } from 'node:crypto';
import type { Kernel } from '../../kernel/kernel.ts';
import { AwsError } from '../../kernel/service.ts';
import type { FunctionError } from '../execution-environment.ts';
import type { FunctionRegistry, ResolvedFunction } from '../function-registry.ts';
import type { DurableStart } from '../invoke-function.ts';
import type { Invoker } from '../invoker.ts';
import { applyAnswer, closedCallback, type CallbackAnswer } from './callback-answer.ts';
import { checkToken, isRepeated, writeCheckpoint, type CheckpointRequest } from './checkpoint.ts';
import { openDurableStore, type DurableStore } from './durable-store.ts';
import type { ErrorObject, Execution } from './execution.ts';
import { createExecutionRunner } from './execution-runner.ts';
import { operationEvent, startedEvent } from './history.ts';
import { announce } from './status-change.ts';
import { statePage, toWire, type StatePage } from './wire-operation.ts';

/** Durable executions as their callers and their functions see them. */
export interface DurableEngine {
  /** Starts an execution, or finds the one of the same name and payload, running or closed. */
  readonly start: (target: ResolvedFunction, request: DurableStart) => { readonly arn: string };
  readonly whenClosed: (arn: string) => Promise<{ result: string } | FunctionError>;
  readonly checkpoint: (arn: string, request: CheckpointRequest) => object;
  readonly state: (
    arn: string,
    token: string,
    page: { marker: string | undefined; maxItems: number | undefined },
  ) => StatePage;
  readonly answerCallback: (callbackId: string, answer: CallbackAnswer) => void;
  /** Closes the execution; an invocation under way can write no more. */
  readonly stopExecution: (arn: string, error: ErrorObject) => Execution;
  /** Throws ResourceNotFoundException. */
  readonly get: (arn: string) => Execution;
  readonly store: DurableStore;
  /** Arms all timers from the state; invocations that were under way are presumed dead and repeated. */
  readonly resume: () => void;
  readonly halt: () => void;
}

export interface DurableEngineDeps {
  readonly kernel: Kernel;
  readonly registry: FunctionRegistry;
  readonly invoker: Invoker;
  readonly backOffMs: { readonly first: number; readonly most: number };
}

/** The engine over the state of the service. Nothing is invoked before `resume`. */
export function createDurableEngine(deps: DurableEngineDeps): DurableEngine {
  const { kernel } = deps;
  const store = openDurableStore(kernel.state('lambda'));
  const runner = createExecutionRunner({ ...deps, store });
  const { clock } = kernel;

  const get = (arn: string): Execution => {
    const execution = store.get(arn);
    if (execution !== undefined) return execution;
    throw new AwsError('ResourceNotFoundException', `Durable execution not found: ${arn}`, 404);
  };
  const answer = (execution: Execution, operationIds: readonly string[]): object => {
    const ids = new Set([...operationIds, ...runner.takeNews(execution.arn)]);
    const operations = [...ids].flatMap((id) => store.operation(execution.arn, id) ?? []);
    return {
      CheckpointToken: execution.token,
      NewExecutionState: { Operations: operations.map((each) => toWire(each)) },
    };
  };

  return {
    get,
    store,
    resume: runner.resume,
    halt: runner.halt,
    whenClosed: async (arn) => resultOf(await runner.whenClosed(get(arn))),
    start: (target, request) => {
      const known = request.name === undefined ? undefined : store.byName(request.name);
      if (known !== undefined) {
        checkSameStart(known, target, request);
        return known;
      }
      const execution = newExecution(target, request, clock.nowMs());
      store.atomically(() => {
        store.put(execution);
        store.putOperation(execution.arn, executionOperation(execution));
        store.addEvent(execution.arn, execution.startedAtMs, startedEvent(execution));
      });
      announce(kernel, execution);
      runner.wake(execution.arn);
      return execution;
    },
    checkpoint: (arn, request) => {
      const before = get(arn);
      if (isRepeated(before, request)) return answer(before, before.lastCheckpoint?.operationIds ?? []);
      checkToken(before, request.CheckpointToken);
      runner.fireTimers(arn);
      const { execution, operationIds } = writeCheckpoint(store, get(arn), request, clock.nowMs());
      runner.arm(arn);
      return answer(execution, operationIds);
    },
    state: (arn, token, page) => {
      checkToken(get(arn), token);
      return statePage(store.operations(arn), page.marker, page.maxItems);
    },
    answerCallback: (callbackId, given) => {
      const found = store.byCallback(callbackId);
      if (found === undefined) {
        throw new AwsError('InvalidParameterValueException', 'The callback id is not known.');
      }
      if (get(found.arn).status !== 'RUNNING') throw closedCallback();
      const { operation, action } = applyAnswer(found.operation, given, clock.nowMs());
      store.atomically(() => {
        store.putOperation(found.arn, operation);
        if (action === undefined) return;
        store.addEvent(found.arn, clock.nowMs(), operationEvent(operation, action));
        runner.noteNews(found.arn, [operation.id]);
      });
      runner.wake(found.arn);
    },
    stopExecution: (arn, error) => {
      const execution = get(arn);
      return execution.status === 'RUNNING'
        ? runner.close(execution, { status: 'STOPPED', error })
        : execution;
    },
  };
}

/** Scope of a name is the account and Region (DOC durable-execution-idempotency); the payload is compared byte by byte. */
function checkSameStart(known: Execution, target: ResolvedFunction, request: DurableStart): void {
  if (known.functionName === target.config.name && known.input === request.payload) return;
  throw new AwsError(
    'DurableExecutionAlreadyStartedException',
    `A durable execution named "${known.name}" of ${known.functionName} exists with another payload or function.`,
    409,
  );
}

function newExecution(target: ResolvedFunction, request: DurableStart, nowMs: number): Execution {
  const { config } = target;
  const id = randomUUID();
  const name = request.name ?? randomUUID();
  const functionArn = `${config.arn}:${config.version}`;
  return {
    arn: `${functionArn}/durable-execution/${name}/${id}`,
    name,
    functionName: config.name,
    version: config.version,
    functionArn,
    input: request.payload,
    isAsync: request.isAsync,
    startedAtMs: nowMs,
    executionTimeoutS: config.durable?.executionTimeoutS ?? 0,
    retentionDays: config.durable?.retentionDays ?? 0,
    status: 'RUNNING',
    isInvoking: false,
    invokeAtMs: nowMs,
    failures: 0,
  };
}

/** The operation that comes first and carries the input. Its id only has to be its own. */
function executionOperation({ arn, input, startedAtMs, name }: Execution) {
  const id = createHash('sha256').update(arn).digest('hex').slice(0, 32);
  return { id, name, type: 'EXECUTION', status: 'STARTED', startedAtMs, result: input } as const;
}

function resultOf(closed: Execution): { result: string } | FunctionError {
  if (closed.status === 'SUCCEEDED') return { result: closed.result ?? 'null' };
  return {
    errorType: closed.error?.ErrorType ?? `DurableExecution.${closed.status}`,
    errorMessage: closed.error?.ErrorMessage ?? `The durable execution ended ${closed.status}.`,
    trace: closed.error?.StackTrace,
  };
}
