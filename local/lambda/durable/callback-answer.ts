import { AwsError } from '../../kernel/service.ts';
import { callbackDueMs, end } from './apply-update.ts';
import type { ErrorObject } from './execution.ts';
import { isClosed, type Operation, type OperationUpdate } from './operation.ts';

/** What the holder of a callback id sends. */
export type CallbackAnswer =
  | { readonly kind: 'succeed'; readonly result: string | undefined }
  | { readonly kind: 'fail'; readonly error: ErrorObject }
  | { readonly kind: 'heartbeat' };

/**
 * What a callback becomes by an answer, and what the history calls it (a heartbeat is not in it).
 *
 * @throws AwsError CallbackTimeoutException when it is closed or its time is over
 */
export function applyAnswer(
  operation: Operation,
  answer: CallbackAnswer,
  nowMs: number,
): { operation: Operation; action?: OperationUpdate['Action'] } {
  if (isClosed(operation) || (operation.dueAtMs ?? Infinity) <= nowMs) throw closedCallback();
  switch (answer.kind) {
    case 'succeed':
      return {
        operation: { ...end(operation, 'SUCCEEDED', nowMs), result: answer.result },
        action: 'SUCCEED',
      };
    case 'fail':
      return { operation: { ...end(operation, 'FAILED', nowMs), error: answer.error }, action: 'FAIL' };
    case 'heartbeat':
      return {
        operation: { ...operation, dueAtMs: operation.callback && callbackDueMs(operation.callback, nowMs) },
      };
  }
}

export function closedCallback(): AwsError {
  return new AwsError('CallbackTimeoutException', 'The callback is closed or its time is over.');
}
