import { randomUUID } from 'node:crypto';
import type { Kernel } from '../kernel/kernel.ts';
import type { Outcome } from './execution-environment.ts';
import type { FunctionConfig } from './function-config.ts';
import type { WorkerPool } from './worker-pool.ts';

/** Runs one event in an environment and records what AWS would vend about it. */
export interface Invoker {
  readonly run: (request: RunRequest) => Promise<Outcome> | 'throttled';
  readonly hasRoom: (config: FunctionConfig) => boolean;
}

export interface RunRequest {
  readonly config: FunctionConfig;
  readonly invokedArn: string;
  /** JSON text. */
  readonly payload: string;
  /** The same over the retries of an asynchronous event, as on AWS; new if not given. */
  readonly requestId?: string | undefined;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
export function createInvoker(kernel: Kernel, pool: WorkerPool): Invoker {
  const vend = (config: FunctionConfig, name: string, value: number, unit = 'Count'): void => {
    kernel.vend({ namespace: 'AWS/Lambda', name, dimensions: { FunctionName: config.name }, value, unit });
  };
  return {
    hasRoom: (config) => pool.hasRoom(config),
    run: ({ config, invokedArn, payload, requestId = randomUUID() }) => {
      const running = pool.tryInvoke(config, { requestId, invokedFunctionArn: invokedArn, payload });
      if (running === 'throttled') {
        vend(config, 'Throttles', 1);
        return running;
      }
      vend(config, 'Invocations', 1);
      vend(config, 'ConcurrentExecutions', pool.busyCount(config.name));
      return running.then((outcome) => {
        vend(config, 'Errors', outcome.ok ? 0 : 1);
        vend(config, 'Throttles', 0);
        vend(config, 'Duration', outcome.durationMs, 'Milliseconds');
        return outcome;
      });
    },
  };
}
