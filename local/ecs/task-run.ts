import type { LocalClock } from '../kernel/kernel.ts';
import type { LoadBalancer } from './load-balancer.ts';
import type { StopReason } from './records.ts';
import type { TaskEnd, TaskProcess, TaskSpec } from './task-process.ts';

/** What services need of the machine; tests bring their own. */
export interface Machine {
  readonly launch: (spec: TaskSpec) => TaskProcess;
  readonly findFreePort: () => Promise<number>;
  readonly acceptsConnections: (port: number) => Promise<boolean>;
  readonly openLoadBalancer: (port: number, targets: () => readonly number[]) => Promise<LoadBalancer>;
}

export interface TaskRunDeps {
  readonly clock: LocalClock;
  readonly machine: Machine;
  /** A task that does not take connections after so long has failed to start. */
  readonly startTimeoutMs: number;
  /** SIGKILL so long after SIGTERM. */
  readonly stopTimeoutMs: number;
}

export interface TaskRunEvents {
  /** It takes connections (or, without a port, its process is there). */
  readonly onRunning: () => void;
  /** Why it is being stopped without anybody having asked for it. */
  readonly onFailedStart: (reason: StopReason) => void;
  readonly onEnded: (end: TaskEnd) => void;
}

/** How often a starting task is asked whether it takes connections. */
const PROBE_EVERY_MS = 100;

/** One task from its process's start to its end. */
export interface TaskRun {
  readonly pid: () => number | undefined;
  /** SIGTERM now, SIGKILL when the time is up. */
  readonly stop: () => void;
  /** SIGKILL; resolves when the process is gone. */
  readonly kill: () => Promise<void>;
}

/** Starts a task. `hostPort` is where it is expected to take connections, if anywhere. */
export function startTaskRun(
  spec: TaskSpec,
  hostPort: number | undefined,
  deps: TaskRunDeps,
  on: TaskRunEvents,
): TaskRun {
  const { clock, machine } = deps;
  const process = machine.launch(spec);
  const timers = new Set<() => void>();
  let phase: 'starting' | 'running' | 'stopping' | 'ended' = 'starting';

  const after = (delayMs: number, call: () => void): void => {
    const cancel = clock.after(delayMs, () => {
      timers.delete(cancel);
      call();
    });
    timers.add(cancel);
  };
  const stop = (): void => {
    if (phase === 'stopping' || phase === 'ended') return;
    phase = 'stopping';
    process.signal('SIGTERM');
    after(deps.stopTimeoutMs, () => {
      process.signal('SIGKILL');
    });
  };
  const probe = async (): Promise<void> => {
    const isUp =
      hostPort === undefined ? process.pid() !== undefined : await machine.acceptsConnections(hostPort);
    if (phase !== 'starting') return;
    if (!isUp) {
      after(PROBE_EVERY_MS, () => void probe());
      return;
    }
    phase = 'running';
    on.onRunning();
  };
  after(deps.startTimeoutMs, () => {
    if (phase !== 'starting') return;
    on.onFailedStart({
      code: 'TaskFailedToStart',
      reason: `Task failed to start: nothing took connections on port ${hostPort ?? 'none'} within ${deps.startTimeoutMs / 1_000} s.`,
    });
    stop();
  });
  after(PROBE_EVERY_MS, () => void probe());
  const ended = process.ended.then((end) => {
    phase = 'ended';
    for (const cancel of timers) cancel();
    on.onEnded(end);
  });
  return {
    pid: process.pid,
    stop,
    kill: () => {
      phase = 'stopping';
      process.signal('SIGKILL');
      return ended;
    },
  };
}
