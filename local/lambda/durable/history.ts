import type { ErrorObject, Execution } from './execution.ts';
import type { Operation, OperationUpdate } from './operation.ts';

/** One event of GetDurableExecutionHistory, times in epoch seconds; id and time are added when it is stored. */
export type HistoryEvent = { readonly EventType: string } & Readonly<Record<string, unknown>>;

const KIND = { STEP: 'Step', WAIT: 'Wait', CALLBACK: 'Callback', CONTEXT: 'Context' } as const;

/** What the history says about a change of an operation by a checkpoint or by a timer. */
export function operationEvent(operation: Operation, action: OperationUpdate['Action']): HistoryEvent {
  const kind = operation.type in KIND ? KIND[operation.type as keyof typeof KIND] : 'Execution';
  const what = endingOf(operation, action);
  const eventType = `${kind}${what}`;
  return {
    EventType: eventType,
    Id: operation.id,
    ParentId: operation.parentId,
    Name: operation.name,
    SubType: operation.subType,
    [`${eventType}Details`]: detailsOf(operation, what),
  };
}

type Ending = 'Started' | 'Succeeded' | 'Failed' | 'TimedOut' | 'Cancelled';

function endingOf(operation: Operation, action: OperationUpdate['Action']): Ending {
  if (operation.status === 'TIMED_OUT') return 'TimedOut';
  if (action === 'START') return 'Started';
  if (action === 'CANCEL') return 'Cancelled';
  if (action === 'FAIL') return 'Failed';
  // A try that is repeated: after an error it failed, a poll that goes on succeeded.
  if (action === 'RETRY' && operation.error !== undefined) return 'Failed';
  return 'Succeeded';
}

function detailsOf(operation: Operation, what: Ending): object {
  const result = { Result: { Payload: operation.result, Truncated: false } };
  const error = { Error: { Payload: operation.error, Truncated: false } };
  if (what === 'Started') return startedDetails(operation);
  if (what === 'Cancelled') return {};
  if (operation.type === 'WAIT') {
    return { Duration: ((operation.endedAtMs ?? operation.startedAtMs) - operation.startedAtMs) / 1000 };
  }
  const retry = operation.type === 'STEP' && { RetryDetails: { CurrentAttempt: operation.attempt } };
  return { ...(what === 'Succeeded' ? result : error), ...retry };
}

function startedDetails(operation: Operation): object {
  const { callback, dueAtMs, startedAtMs } = operation;
  if (operation.type === 'WAIT' && dueAtMs !== undefined) {
    return { Duration: (dueAtMs - startedAtMs) / 1000, ScheduledEndTimestamp: dueAtMs / 1000 };
  }
  if (callback === undefined) return {};
  const timeoutS =
    callback.timeoutAtMs === undefined ? undefined : (callback.timeoutAtMs - startedAtMs) / 1000;
  return { CallbackId: callback.callbackId, Timeout: timeoutS, HeartbeatTimeout: callback.heartbeatS };
}

const CLOSED = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  STOPPED: 'ExecutionStopped',
} as const;

export function startedEvent(execution: Execution): HistoryEvent {
  return {
    EventType: 'ExecutionStarted',
    Name: execution.name,
    ExecutionStartedDetails: {
      Input: { Payload: execution.input, Truncated: false },
      ExecutionTimeout: execution.executionTimeoutS,
    },
  };
}

/** The last event of a closed execution. */
export function closedEvent(execution: Execution & { readonly status: keyof typeof CLOSED }): HistoryEvent {
  const eventType = CLOSED[execution.status];
  const details =
    execution.status === 'SUCCEEDED'
      ? { Result: { Payload: execution.result, Truncated: false } }
      : { Error: { Payload: execution.error, Truncated: false } };
  return { EventType: eventType, Name: execution.name, [`${eventType}Details`]: details };
}

export function invocationEvent(invocation: {
  readonly requestId: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly error?: ErrorObject | undefined;
}): HistoryEvent {
  return {
    EventType: 'InvocationCompleted',
    InvocationCompletedDetails: {
      RequestId: invocation.requestId,
      StartTimestamp: invocation.startedAtMs / 1000,
      EndTimestamp: invocation.endedAtMs / 1000,
      ...(invocation.error !== undefined && { Error: { Payload: invocation.error, Truncated: false } }),
    },
  };
}
