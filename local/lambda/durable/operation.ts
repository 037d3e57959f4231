import * as z from 'zod';
import type { ErrorObject } from './execution.ts';

/** One durable operation as it is kept in the state; times in epoch milliseconds. */
export interface Operation {
  readonly id: string;
  readonly parentId?: string | undefined;
  readonly name?: string | undefined;
  readonly type: OperationType;
  readonly subType?: string | undefined;
  readonly status: OperationStatus;
  readonly startedAtMs: number;
  readonly endedAtMs?: number | undefined;
  readonly result?: string | undefined;
  readonly error?: ErrorObject | undefined;
  /** STEP: how many tries went before, from 0. */
  readonly attempt?: number | undefined;
  /** When a timer acts on it next: end of a wait, next try, callback time-out. */
  readonly dueAtMs?: number | undefined;
  readonly replayChildren?: boolean | undefined;
  readonly callback?: CallbackTerms | undefined;
}

export interface CallbackTerms {
  readonly callbackId: string;
  readonly timeoutAtMs?: number | undefined;
  readonly heartbeatS?: number | undefined;
}

export type OperationType = 'EXECUTION' | 'STEP' | 'WAIT' | 'CALLBACK' | 'CONTEXT' | 'CHAINED_INVOKE';
export type OperationStatus =
  'STARTED' | 'PENDING' | 'READY' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED' | 'TIMED_OUT';

/** https://docs.aws.amazon.com/lambda/latest/api/API_ErrorObject.html */
export const WireError = z.object({
  ErrorMessage: z.string().optional(),
  ErrorType: z.string().optional(),
  ErrorData: z.string().optional(),
  StackTrace: z.array(z.string()).optional(),
});

const seconds = z.number().int().min(0).max(31_622_400);

/** https://docs.aws.amazon.com/lambda/latest/api/API_OperationUpdate.html */
export const OperationUpdate = z.object({
  Id: z.string().min(1),
  ParentId: z.string().nullish(),
  Name: z.string().nullish(),
  Type: z.enum(['EXECUTION', 'STEP', 'WAIT', 'CALLBACK', 'CONTEXT', 'CHAINED_INVOKE']),
  SubType: z.string().nullish(),
  Action: z.enum(['START', 'SUCCEED', 'FAIL', 'RETRY', 'CANCEL']),
  Payload: z.string().nullish(),
  Error: WireError.nullish(),
  ContextOptions: z.object({ ReplayChildren: z.boolean().nullish() }).nullish(),
  StepOptions: z.object({ NextAttemptDelaySeconds: seconds.nullish() }).nullish(),
  WaitOptions: z.object({ WaitSeconds: seconds.nullish() }).nullish(),
  CallbackOptions: z
    .object({ TimeoutSeconds: seconds.nullish(), HeartbeatTimeoutSeconds: seconds.nullish() })
    .nullish(),
});
export type OperationUpdate = z.infer<typeof OperationUpdate>;

/** Nothing may change such an operation any more: its result is recorded once. */
export function isClosed(operation: Operation): boolean {
  switch (operation.status) {
    case 'STARTED':
    case 'PENDING':
    case 'READY':
      return false;
    case 'SUCCEEDED':
    case 'FAILED':
    case 'CANCELLED':
    case 'TIMED_OUT':
      return true;
  }
}
