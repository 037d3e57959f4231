import type { Kernel } from '../kernel/kernel.ts';
import {
  startEnvironment,
  type ExecutionEnvironment,
  type Invocation,
  type Outcome,
} from './execution-environment.ts';
import type { FunctionConfig } from './function-config.ts';
import type { FunctionLog } from './function-log.ts';
import { processVariables } from './process-variables.ts';
import type { RuntimeApi } from './runtime-api.ts';

export interface RunningProcess {
  readonly functionName: string;
  readonly pid: number | undefined;
  readonly isBusy: boolean;
  readonly requestId?: string | undefined;
}

/** The execution environments of all functions: warm ones are used again, idle ones end. */
export interface WorkerPool {
  /** Runs one event at once, or says that there is no room for it. */
  readonly tryInvoke: (config: FunctionConfig, invocation: Invocation) => Promise<Outcome> | 'throttled';
  readonly hasRoom: (config: FunctionConfig) => boolean;
  readonly busyCount: (functionName: string) => number;
  /** Called whenever an environment became free or ended. */
  readonly onRoom: (listener: () => void) => void;
  /** Ends idle environments that run something else than this configuration of `$LATEST`. */
  readonly retire: (config: FunctionConfig) => void;
  readonly processes: () => RunningProcess[];
  readonly reapIdle: (idleMs: number) => void;
  readonly stop: () => Promise<void>;
}

export interface PoolDeps {
  readonly kernel: Kernel;
  readonly runtimeApi: RuntimeApi;
  readonly log: FunctionLog;
  /** At most so many processes at a time, busy and idle, of all functions together. */
  readonly maxProcesses: number;
}

/** An empty pool. */
export function createWorkerPool(deps: PoolDeps): WorkerPool {
  const all = new Set<ExecutionEnvironment>();
  const listeners: (() => void)[] = [];
  let isStopped = false;
  const announceRoom = (): void => {
    if (!isStopped) for (const listener of listeners) listener();
  };
  const start = (config: FunctionConfig): ExecutionEnvironment => {
    const environment = startEnvironment(config, {
      clock: deps.kernel.clock,
      runtimeApi: deps.runtimeApi,
      log: deps.log,
      variables: processVariables(config, deps.kernel),
      onFree: announceRoom,
      onGone: (ended) => {
        all.delete(ended);
        announceRoom();
      },
    });
    all.add(environment);
    return environment;
  };
  const remove = (environment: ExecutionEnvironment): void => {
    // Out of the books at once, so that nobody hands it an event between the signal and the end.
    all.delete(environment);
    void environment.kill();
  };
  const busyCount = (name: string): number =>
    [...all].filter((each) => each.config.name === name && each.isBusy()).length;
  const warm = (config: FunctionConfig): ExecutionEnvironment | undefined =>
    idle(all).findLast((each) => isSame(each.config, config));
  const hasRoom = (config: FunctionConfig): boolean =>
    !isStopped &&
    busyCount(config.name) < (config.reservedConcurrency ?? Infinity) &&
    (all.size < deps.maxProcesses || idle(all).length > 0);

  return {
    hasRoom,
    busyCount,
    onRoom: (listener) => void listeners.push(listener),
    tryInvoke: (config, invocation) => {
      if (!hasRoom(config)) return 'throttled';
      const known = warm(config);
      if (known !== undefined) return known.invoke(invocation);
      const oldest = idle(all)[0];
      if (all.size >= deps.maxProcesses && oldest !== undefined) remove(oldest);
      return start(config).invoke(invocation);
    },
    retire: (config) => {
      for (const each of idle(all)) {
        const isOutdated = each.config.version === config.version && !isSame(each.config, config);
        if (each.config.name === config.name && isOutdated) remove(each);
      }
    },
    processes: () =>
      [...all].map((each) => ({
        functionName: each.config.name,
        pid: each.pid,
        isBusy: each.isBusy(),
        requestId: each.requestId(),
      })),
    reapIdle: (idleMs) => {
      const untilMs = deps.kernel.clock.nowMs() - idleMs;
      for (const each of idle(all)) if (each.lastUsedMs() <= untilMs) remove(each);
    },
    stop: async () => {
      isStopped = true;
      await Promise.all([...all].map(async (each) => each.kill()));
    },
  };
}

/** Least recently used first. */
function idle(all: ReadonlySet<ExecutionEnvironment>): ExecutionEnvironment[] {
  return [...all].filter((each) => !each.isBusy()).sort((a, b) => a.lastUsedMs() - b.lastUsedMs());
}

function isSame(one: FunctionConfig, other: FunctionConfig): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
