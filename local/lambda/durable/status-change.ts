import type { Kernel } from '../../kernel/kernel.ts';
import type { Execution } from './execution.ts';

const METRIC = {
  RUNNING: 'DurableExecutionStarted',
  SUCCEEDED: 'DurableExecutionSucceeded',
  FAILED: 'DurableExecutionFailed',
  TIMED_OUT: 'DurableExecutionTimedOut',
  STOPPED: 'DurableExecutionStopped',
} as const;

/**
 * Tells the event bus and the metrics that an execution has begun or is closed.
 * https://docs.aws.amazon.com/lambda/latest/dg/durable-monitoring.html
 */
export function announce(kernel: Kernel, execution: Execution): void {
  const { arn, name, functionArn, status, startedAtMs, endedAtMs } = execution;
  kernel.emit({
    source: 'aws.lambda',
    detailType: 'Durable Execution Status Change',
    resources: [],
    detail: {
      durableExecutionArn: arn,
      durableExecutionName: name,
      functionArn,
      status,
      startTimestamp: new Date(startedAtMs).toISOString(),
      ...(endedAtMs !== undefined && { endTimestamp: new Date(endedAtMs).toISOString() }),
    },
  });
  const sample = { namespace: 'AWS/Lambda', dimensions: { FunctionName: execution.functionName } };
  kernel.vend({ ...sample, name: METRIC[status], value: 1, unit: 'Count' });
  if (endedAtMs === undefined) return;
  const value = endedAtMs - startedAtMs;
  kernel.vend({ ...sample, name: 'DurableExecutionDuration', value, unit: 'Milliseconds' });
}
