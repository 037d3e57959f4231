import { createHash, randomUUID } from 'node:crypto';
import type { FunctionError } from '../function-error.ts';
import type { ResolvedFunction } from '../function-registry.ts';
import type { DurableStart } from '../invoke-function.ts';
import type { Execution } from './execution.ts';
import type { Operation } from './operation.ts';

/** An execution that is due to be invoked at once, on the version its caller's name resolved to. */
export function newExecution(target: ResolvedFunction, request: DurableStart, nowMs: number): Execution {
  const { config } = target;
  const name = request.name ?? randomUUID();
  const functionArn = `${config.arn}:${config.version}`;
  return {
    arn: `${functionArn}/durable-execution/${name}/${randomUUID()}`,
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
export function executionOperation({ arn, input, startedAtMs, name }: Execution): Operation {
  const id = createHash('sha256').update(arn).digest('hex').slice(0, 32);
  return { id, name, type: 'EXECUTION', status: 'STARTED', startedAtMs, result: input };
}

/** What a synchronous caller gets for a closed execution. */
export function resultOf({ status, result, error }: Execution): { result: string } | FunctionError {
  if (status === 'SUCCEEDED') return { result: result ?? 'null' };
  return {
    errorType: error?.ErrorType ?? `DurableExecution.${status}`,
    errorMessage: error?.ErrorMessage ?? `The durable execution ended ${status}.`,
    trace: error?.StackTrace,
  };
}
