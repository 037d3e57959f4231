/** An error as the durable API carries it. */
export interface ErrorObject {
  readonly ErrorMessage?: string | undefined;
  readonly ErrorType?: string | undefined;
  readonly ErrorData?: string | undefined;
  readonly StackTrace?: readonly string[] | undefined;
}

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'STOPPED';

/** One durable execution as it is kept in the state. */
export interface Execution {
  readonly arn: string;
  /** Unique in the account and Region until the retention ends; generated if the caller gave none. */
  readonly name: string;
  readonly functionName: string;
  /** The version that began it; all its invocations run this one. */
  readonly version: string;
  readonly functionArn: string;
  /** JSON text. */
  readonly input: string;
  /** Began as an event: a dead letter is sent when it fails. */
  readonly isAsync: boolean;
  readonly startedAtMs: number;
  readonly executionTimeoutS: number;
  readonly retentionDays: number;
  readonly status: ExecutionStatus;
  readonly endedAtMs?: number | undefined;
  /** JSON text. */
  readonly result?: string | undefined;
  readonly error?: ErrorObject | undefined;
  /** What the next checkpoint must bring; undefined when no invocation may write. */
  readonly token?: string | undefined;
  /** The last checkpoint taken, so that its repetition by a retrying client is answered, not refused. */
  readonly lastCheckpoint?: LastCheckpoint | undefined;
  /** An invocation was under way when this was written. After a restart it is presumed dead. */
  readonly isInvoking: boolean;
  /** The next invocation is due then. Set as soon as something happened that the function must see. */
  readonly invokeAtMs?: number | undefined;
  /** Invocations in a row that failed without a checkpoint; decides the back-off. */
  readonly failures: number;
}

export interface LastCheckpoint {
  readonly clientToken: string;
  readonly consumedToken: string;
  readonly operationIds: readonly string[];
}

/** The moment at which the execution is closed as TIMED_OUT. */
export function timeoutAtMs(execution: Execution): number {
  return execution.startedAtMs + execution.executionTimeoutS * 1000;
}
