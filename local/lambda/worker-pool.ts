import type { Kernel } from '../kernel/kernel.ts';
import { AwsError } from '../kernel/service.ts';
import { ExecutionEnvironment, type Invocation, type Outcome } from './execution-environment.ts';
import type { FunctionConfig } from './function-config.ts';
import type { FunctionLog } from './function-log.ts';
import { needsToLog } from './needs.ts';
import { processVariables } from './process-variables.ts';
import type { RuntimeApi } from './runtime-api.ts';

export interface RunningProcess {
  readonly functionName: string;
  readonly pid: number | undefined;
  readonly isBusy: boolean;
  readonly requestId?: string | undefined;
}

export interface PoolDeps {
  readonly kernel: Kernel;
  readonly runtimeApi: RuntimeApi;
  readonly log: FunctionLog;
  /** At most so many processes at a time, busy and idle, of all functions together. */
  readonly maxProcesses: number;
  readonly initTimeoutMs: number;
  /** An environment became free or ended. */
  readonly onRoom: () => void;
}

/** The execution environments of all functions: warm ones are used again, idle ones end. */
export class WorkerPool {
  readonly #deps: PoolDeps;
  readonly #all = new Set<ExecutionEnvironment>();
  #isStopped = false;

  constructor(deps: PoolDeps) {
    this.#deps = deps;
  }

  hasRoom(config: FunctionConfig): boolean {
    return (
      !this.#isStopped &&
      this.busyCount(config.name) < (config.reservedConcurrency ?? Infinity) &&
      (this.#all.size < this.#deps.maxProcesses || this.#idle().length > 0)
    );
  }

  /** Over all versions, as reserved concurrency counts. */
  busyCount(functionName: string): number {
    return [...this.#all].filter((each) => each.config.name === functionName && each.isBusy).length;
  }

  /** Runs one event at once, or says that there is no room for it. */
  tryInvoke(config: FunctionConfig, invocation: Invocation): Promise<Outcome> | 'throttled' {
    if (!this.hasRoom(config)) return 'throttled';
    const idle = this.#idle();
    const warm = idle.findLast((each) => isSame(each.config, config));
    if (warm !== undefined) return warm.invoke(invocation);
    if (this.#all.size >= this.#deps.maxProcesses && idle[0] !== undefined) this.#remove(idle[0]);
    return this.#start(config).invoke(invocation);
  }

  /** Ends idle environments that run something else than this configuration of its version. */
  retire(config: FunctionConfig): void {
    for (const each of this.#idle()) {
      const isOutdated = each.config.version === config.version && !isSame(each.config, config);
      if (each.config.name === config.name && isOutdated) this.#remove(each);
    }
  }

  reapIdle(idleMs: number): void {
    const untilMs = this.#deps.kernel.clock.nowMs() - idleMs;
    for (const each of this.#idle()) if (each.lastUsedMs <= untilMs) this.#remove(each);
  }

  processes(): RunningProcess[] {
    return [...this.#all].map(({ config, pid, isBusy, requestId }) => ({
      functionName: config.name,
      pid,
      isBusy,
      requestId,
    }));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([...this.#all].map(async (each) => each.kill()));
  }

  #start(config: FunctionConfig): ExecutionEnvironment {
    const { kernel, runtimeApi, initTimeoutMs } = this.#deps;
    const environment = new ExecutionEnvironment(config, {
      clock: kernel.clock,
      runtimeApi,
      initTimeoutMs,
      log: this.#logOf(config),
      variables: processVariables(config, kernel),
      onFree: () => {
        this.#announceRoom();
      },
      onGone: () => {
        this.#all.delete(environment);
        this.#announceRoom();
      },
    });
    this.#all.add(environment);
    return environment;
  }

  /** The log as the function's role may write it; as on AWS, what it may not write is lost without a word to it. */
  #logOf(config: FunctionConfig): FunctionLog {
    const { kernel, log } = this.#deps;
    try {
      kernel.authorize({ kind: 'role', roleArn: config.roleArn }, needsToLog(kernel, config));
      return log;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return { ...log, write: () => undefined };
    }
  }

  #announceRoom(): void {
    if (!this.#isStopped) this.#deps.onRoom();
  }

  #remove(environment: ExecutionEnvironment): void {
    // Out of the books at once, so that nobody hands it an event between the signal and the end.
    this.#all.delete(environment);
    void environment.kill();
  }

  /** Least recently used first. */
  #idle(): ExecutionEnvironment[] {
    return [...this.#all].filter((each) => !each.isBusy).sort((a, b) => a.lastUsedMs - b.lastUsedMs);
  }
}

function isSame(one: FunctionConfig, other: FunctionConfig): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
