import type { ErrorObject, Execution } from './execution.ts';

/** How an execution ends. */
export type Closing =
  | { readonly status: 'SUCCEEDED'; readonly result: string | undefined }
  | { readonly status: 'FAILED' | 'TIMED_OUT' | 'STOPPED'; readonly error: ErrorObject };

/** The execution as it is kept after its end: nobody may write it, nothing is due. */
export function closeExecution(execution: Execution, how: Closing, endedAtMs: number) {
  return {
    ...execution,
    status: how.status,
    endedAtMs,
    token: undefined,
    isInvoking: false,
    invokeAtMs: undefined,
    // A result that was too large for the answer came by a checkpoint before.
    result: how.status === 'SUCCEEDED' ? (execution.result ?? how.result) : undefined,
    error: how.status === 'SUCCEEDED' ? undefined : how.error,
  };
}
