import type { Kernel } from '../kernel/kernel.ts';
import type { EcsStore } from './ecs-store.ts';
import type { Names } from './names.ts';
import type { ServiceDefinition, TaskRecord } from './records.ts';
import { taskStateChange } from './state-changes.ts';

/** ECS shows a stopped task for at least an hour; a task that fails again and again must not fill the disk. */
const STOPPED_KEPT_MS = 3_600_000;
const STOPPED_KEPT = 100;

/** What is written about the tasks of one service. Each change is on disk before it is told. */
export class TaskBook {
  readonly #deps: { readonly kernel: Kernel; readonly store: EcsStore; readonly names: Names };
  readonly #tasks = new Map<string, TaskRecord>();

  constructor(
    { cluster, service }: ServiceDefinition,
    deps: { readonly kernel: Kernel; readonly store: EcsStore; readonly names: Names },
  ) {
    this.#deps = deps;
    for (const task of deps.store.tasks(cluster, service)) this.#tasks.set(task.taskId, task);
  }

  all(): TaskRecord[] {
    return [...this.#tasks.values()];
  }

  get(taskId: string): TaskRecord | undefined {
    return this.#tasks.get(taskId);
  }

  change(task: TaskRecord, change: Partial<TaskRecord>): TaskRecord {
    const changed = { ...task, ...change, version: task.version + 1 };
    this.#tasks.set(changed.taskId, changed);
    this.#deps.store.putTask(changed);
    this.#deps.kernel.emit(taskStateChange(changed, this.#deps.names, this.#nowMs()));
    return changed;
  }

  /** Tasks of an earlier run are gone: their processes ended with it. */
  endLeftOvers(): void {
    for (const task of this.all()) {
      if (task.lastStatus === 'STOPPED') continue;
      this.change(task, {
        lastStatus: 'STOPPED',
        desiredStatus: 'STOPPED',
        stoppedAtMs: this.#nowMs(),
        stop: task.stop ?? { code: 'TerminationNotice', reason: 'The embedded cloud was stopped.' },
      });
    }
  }

  /** Forgets the stopped tasks that need not be shown any longer. */
  forgetOutdated(): void {
    const nowMs = this.#nowMs();
    const stopped = this.all()
      .filter((task) => task.lastStatus === 'STOPPED')
      .toSorted((left, right) => (right.stoppedAtMs ?? 0) - (left.stoppedAtMs ?? 0));
    for (const [index, task] of stopped.entries()) {
      if (index < STOPPED_KEPT && nowMs - (task.stoppedAtMs ?? 0) <= STOPPED_KEPT_MS) continue;
      this.#tasks.delete(task.taskId);
      this.#deps.store.deleteTask(task);
    }
  }

  #nowMs(): number {
    return this.#deps.kernel.clock.nowMs();
  }
}
