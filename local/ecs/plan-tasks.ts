import type { TaskRecord } from './records.ts';

export interface TaskPlan {
  /** How many tasks of the primary deployment to start. */
  readonly start: number;
  /** Ids of tasks to stop. */
  readonly stop: readonly string[];
}

/**
 * Decides what brings a service nearer to what is wanted: new tasks first, and one task of an older
 * deployment less for each new one that runs (minimum healthy 100 %, maximum 200 %, the defaults of ECS).
 *
 * @param tasks all tasks of the service, stopped ones as well; any order
 */
export function planTasks(desiredCount: number, primaryId: string, tasks: readonly TaskRecord[]): TaskPlan {
  const live = tasks.filter((task) => task.desiredStatus === 'RUNNING').toSorted(mostWorthKeepingFirst);
  const own = live.filter((task) => task.deploymentId === primaryId);
  const older = live.filter((task) => task.deploymentId !== primaryId);
  const isNeeded = Math.max(0, desiredCount - own.filter(isRunning).length);
  const stop = [
    ...own.slice(desiredCount),
    ...older.filter(isRunning).slice(isNeeded),
    ...older.filter((task) => !isRunning(task)),
  ];
  return { start: Math.max(0, desiredCount - own.length), stop: stop.map((task) => task.taskId) };
}

/** Steady: the wanted number of the primary deployment runs, and nothing else is left. */
export function isSteady(desiredCount: number, primaryId: string, tasks: readonly TaskRecord[]): boolean {
  const there = tasks.filter((task) => task.lastStatus !== 'STOPPED');
  return (
    there.length === desiredCount && there.every((task) => task.deploymentId === primaryId && isRunning(task))
  );
}

/**
 * The tasks that take new connections: those of the primary deployment as soon as one runs, before that
 * the older ones.
 */
export function servingTasks(primaryId: string, tasks: readonly TaskRecord[]): TaskRecord[] {
  const running = tasks.filter((task) => isRunning(task) && task.desiredStatus === 'RUNNING');
  const own = running.filter((task) => task.deploymentId === primaryId);
  return own.length > 0 ? own : running;
}

/** How long to wait before the next start after so many failures in a row: 1, 2, 4, 8, then 10 s. */
export function restartDelayMs(failures: number): number {
  return Math.min(1_000 * 2 ** (failures - 1), 10_000);
}

/** The deployment circuit breaker of ECS: half of the wanted tasks, at least 3, at most 200. */
export function failureThreshold(desiredCount: number): number {
  return Math.min(Math.max(Math.ceil(desiredCount / 2), 3), 200);
}

function isRunning(task: TaskRecord): boolean {
  return task.lastStatus === 'RUNNING';
}

function mostWorthKeepingFirst(left: TaskRecord, right: TaskRecord): number {
  return Number(isRunning(right)) - Number(isRunning(left)) || left.createdAtMs - right.createdAtMs;
}
