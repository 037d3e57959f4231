import { AwsError } from '../../kernel/service.ts';
import { isClosed, type CallbackTerms, type Operation, type OperationUpdate } from './operation.ts';

export interface UpdateTime {
  readonly nowMs: number;
  /** The id for a callback that is created now: a secret that lets its holder answer. */
  readonly callbackId: string;
}

/**
 * What an operation becomes by one update of a checkpoint. Which action is allowed on which type and
 * status follows the durable SDK 2.4 and the API reference; anything else is refused, so that an
 * operation that is closed is never written again.
 *
 * @param current the operation as it is, if it is there
 * @throws AwsError InvalidParameterValueException; the SDK then fails the execution
 */
export function applyUpdate(
  current: Operation | undefined,
  update: OperationUpdate,
  time: UpdateTime,
): Operation {
  if (current !== undefined && (isClosed(current) || current.type !== update.Type))
    throw refusal(current, update);
  switch (update.Type) {
    case 'STEP':
      return applyToStep(current, update, time.nowMs);
    case 'CONTEXT':
      return applyToContext(current, update, time.nowMs);
    case 'WAIT':
      return applyToWait(current, update, time.nowMs);
    case 'CALLBACK':
      return applyToCallback(current, update, time);
    case 'CHAINED_INVOKE':
      throw new AwsError(
        'InvalidParameterValueException',
        "UnknownOperation: context.invoke (CHAINED_INVOKE) is not implemented by homeostat's embedded cloud. Invoke in a step.",
      );
    case 'EXECUTION':
      throw refusal(current, update);
  }
}

function applyToStep(current: Operation | undefined, update: OperationUpdate, nowMs: number): Operation {
  const started = current ?? begin(update, nowMs);
  switch (update.Action) {
    case 'START':
      // The state of a polling step (its result) is kept over its tries.
      if (current !== undefined && current.status !== 'READY') throw refusal(current, update);
      return { ...started, status: 'STARTED', attempt: started.attempt ?? 0 };
    case 'SUCCEED':
      return { ...end(started, 'SUCCEEDED', nowMs), result: update.Payload ?? undefined, error: undefined };
    case 'FAIL':
      return { ...end(started, 'FAILED', nowMs), error: update.Error ?? {}, result: undefined };
    case 'RETRY':
      return {
        ...started,
        status: 'PENDING',
        attempt: (started.attempt ?? 0) + 1,
        dueAtMs: nowMs + (update.StepOptions?.NextAttemptDelaySeconds ?? 1) * 1000,
        result: update.Payload ?? undefined,
        error: update.Error ?? undefined,
      };
    case 'CANCEL':
      throw refusal(current, update);
  }
}

function applyToContext(current: Operation | undefined, update: OperationUpdate, nowMs: number): Operation {
  const started = current ?? begin(update, nowMs);
  const replayChildren = update.ContextOptions?.ReplayChildren ?? undefined;
  switch (update.Action) {
    case 'START':
      if (current !== undefined) throw refusal(current, update);
      return started;
    case 'SUCCEED':
      return { ...end(started, 'SUCCEEDED', nowMs), result: update.Payload ?? undefined, replayChildren };
    case 'FAIL':
      return { ...end(started, 'FAILED', nowMs), error: update.Error ?? {}, replayChildren };
    case 'RETRY':
    case 'CANCEL':
      throw refusal(current, update);
  }
}

function applyToWait(current: Operation | undefined, update: OperationUpdate, nowMs: number): Operation {
  if (update.Action === 'START' && current === undefined) {
    return { ...begin(update, nowMs), dueAtMs: nowMs + (update.WaitOptions?.WaitSeconds ?? 0) * 1000 };
  }
  if (update.Action === 'CANCEL' && current !== undefined) return end(current, 'CANCELLED', nowMs);
  throw refusal(current, update);
}

function applyToCallback(
  current: Operation | undefined,
  update: OperationUpdate,
  time: UpdateTime,
): Operation {
  if (update.Action !== 'START' || current !== undefined) throw refusal(current, update);
  const timeoutS = update.CallbackOptions?.TimeoutSeconds ?? 0;
  const heartbeatS = update.CallbackOptions?.HeartbeatTimeoutSeconds ?? 0;
  // 0 or not given means without limit, for both.
  const callback: CallbackTerms = {
    callbackId: time.callbackId,
    timeoutAtMs: timeoutS === 0 ? undefined : time.nowMs + timeoutS * 1000,
    heartbeatS: heartbeatS === 0 ? undefined : heartbeatS,
  };
  return { ...begin(update, time.nowMs), callback, dueAtMs: callbackDueMs(callback, time.nowMs) };
}

/** When a callback that gave a sign of life at `aliveAtMs` times out, whichever limit comes first. */
export function callbackDueMs(callback: CallbackTerms, aliveAtMs: number): number | undefined {
  const silentAtMs = callback.heartbeatS === undefined ? Infinity : aliveAtMs + callback.heartbeatS * 1000;
  const dueMs = Math.min(callback.timeoutAtMs ?? Infinity, silentAtMs);
  return dueMs === Infinity ? undefined : dueMs;
}

/** What a timer makes of an operation whose `dueAtMs` has come. */
export function fireDue(operation: Operation, nowMs: number): Operation {
  if (operation.type === 'WAIT') return end(operation, 'SUCCEEDED', nowMs);
  if (operation.type === 'STEP') return { ...operation, status: 'READY', dueAtMs: undefined };
  const isTimeout = (operation.callback?.timeoutAtMs ?? Infinity) <= nowMs;
  const error = isTimeout
    ? { ErrorType: 'Callback.Timeout', ErrorMessage: 'Callback timed out' }
    : { ErrorType: 'Callback.Heartbeat', ErrorMessage: 'Callback heartbeat timed out' };
  return { ...end(operation, 'TIMED_OUT', nowMs), error };
}

/** Closes an operation: no timer acts on it any more. */
export function end(operation: Operation, status: Operation['status'], nowMs: number): Operation {
  return { ...operation, status, endedAtMs: nowMs, dueAtMs: undefined };
}

function begin(update: OperationUpdate, nowMs: number): Operation {
  return {
    id: update.Id,
    parentId: update.ParentId ?? undefined,
    name: update.Name ?? undefined,
    type: update.Type,
    subType: update.SubType ?? undefined,
    status: 'STARTED',
    startedAtMs: nowMs,
  };
}

function refusal(current: Operation | undefined, update: OperationUpdate): AwsError {
  const is = current === undefined ? 'not there' : `a ${current.type} that is ${current.status}`;
  return new AwsError(
    'InvalidParameterValueException',
    `Cannot ${update.Action} the ${update.Type} ${update.Name ?? update.Id}: it is ${is}.`,
  );
}
