import type { Kernel } from '../kernel/kernel.ts';
import type { EcsStore } from './ecs-store.ts';
import { newTaskId, type Names } from './names.ts';
import { isSteady, planTasks, restartDelayMs, servingTasks } from './plan-tasks.ts';
import type { ServiceDefinition, ServiceRecord, StopReason, TaskRecord } from './records.ts';
import { ServiceBook } from './service-book.ts';
import { TaskBook } from './task-book.ts';
import type { TaskEnd } from './task-process.ts';
import { taskSpec } from './task-spec.ts';
import { startTaskRun, type TaskRun, type TaskRunDeps } from './task-run.ts';

export interface SupervisorDeps extends TaskRunDeps {
  readonly kernel: Kernel;
  readonly store: EcsStore;
  readonly names: Names;
  /** Ports given to tasks of any service; shared, so that no two get the same. */
  readonly takenPorts: Set<number>;
  /** Logs are `<logFolder>/<cluster>/<service>.log`. */
  readonly logFolder?: string;
}

/** A task that ran so long was no failure to start, so the back-off begins anew. */
const SETTLED_MS = 10_000;

/**
 * Keeps one service as it is wanted: replaces tasks that end, with growing waits; rolls over to a new
 * deployment; keeps the number. After every change it compares what is there with what is wanted
 * ({@link planTasks}), so it does not matter which change came first.
 */
export class Supervisor {
  readonly definition: ServiceDefinition;
  readonly #deps: SupervisorDeps;
  readonly #book: ServiceBook;
  readonly #tasks: TaskBook;
  readonly #runs = new Map<string, TaskRun>();
  #failures = 0;
  #cancelRetry: (() => void) | undefined;
  #isRunning = false;

  constructor(definition: ServiceDefinition, deps: SupervisorDeps) {
    this.definition = definition;
    this.#deps = deps;
    this.#book = new ServiceBook(definition, deps);
    this.#tasks = new TaskBook(definition, deps);
  }

  get record(): ServiceRecord {
    return this.#book.record;
  }

  tasks(): TaskRecord[] {
    return this.#tasks.all();
  }

  /** The ports of the tasks that take new connections now. */
  servingPorts(): number[] {
    const serving = servingTasks(this.#book.primary.id, this.tasks());
    return serving.flatMap(({ hostPort }) => hostPort ?? []);
  }

  /** Begins to supervise. Tasks of an earlier run are gone: their processes ended with it. */
  start(): void {
    this.#tasks.endLeftOvers();
    this.#isRunning = true;
    this.#book.announce();
    this.#reconcile();
  }

  /** Takes a new count, or a new deployment, or both. */
  update(change: { readonly desiredCount?: number | undefined; readonly forceNewDeployment: boolean }): void {
    if (change.desiredCount !== undefined) this.#book.setDesiredCount(change.desiredCount);
    if (change.forceNewDeployment) this.#book.deploy();
    this.#failures = 0;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    this.#reconcile();
  }

  /** Stops one task; another one takes its place. */
  stopTask(taskId: string, reason: string): void {
    this.#stop(taskId, { code: 'UserInitiated', reason });
    this.#reconcile();
  }

  /** Kills all tasks; resolves when they are gone. What is on disk stays as it is for the next run. */
  async shutDown(): Promise<void> {
    this.#isRunning = false;
    this.#cancelRetry?.();
    await Promise.all([...this.#runs.values()].map((run) => run.kill()));
  }

  #reconcile(): void {
    if (!this.#isRunning) return;
    const { desiredCount } = this.record;
    const { id } = this.#book.primary;
    const plan = planTasks(desiredCount, id, this.tasks());
    for (const taskId of plan.stop) {
      this.#stop(taskId, {
        code: 'ServiceSchedulerInitiated',
        reason: `Scaling activity initiated by deployment ${id}`,
      });
    }
    if (this.#cancelRetry === undefined) {
      for (let started = 0; started < plan.start; started += 1) void this.#launch(id);
    }
    this.#tasks.forgetOutdated();
    this.#book.settle(this.tasks(), isSteady(desiredCount, id, this.tasks()));
  }

  async #launch(deploymentId: string): Promise<void> {
    const { cluster, service, port: containerPort } = this.definition;
    const task = this.#tasks.change(
      {
        cluster,
        service,
        taskId: newTaskId(),
        deploymentId,
        ...(containerPort === undefined ? {} : { containerPort }),
        createdAtMs: this.#nowMs(),
        lastStatus: 'PENDING',
        desiredStatus: 'RUNNING',
        version: 0,
      },
      {},
    );
    try {
      const hostPort = containerPort === undefined ? undefined : await this.#takePort();
      this.#run(task.taskId, hostPort);
    } catch (error) {
      this.#ended(task.taskId, { exitCode: 1, error: String(error) });
    }
  }

  async #takePort(): Promise<number> {
    const { machine, takenPorts } = this.#deps;
    for (;;) {
      const port = await machine.findFreePort();
      if (takenPorts.has(port)) continue;
      takenPorts.add(port);
      return port;
    }
  }

  #run(taskId: string, hostPort: number | undefined): void {
    const task = this.#tasks.get(taskId);
    if (task === undefined || !this.#isRunning) return;
    const onEnded = (end: TaskEnd): void => {
      this.#runs.delete(taskId);
      if (hostPort !== undefined) this.#deps.takenPorts.delete(hostPort);
      this.#ended(taskId, end);
    };
    // Stopped while its port was being looked for.
    if (task.desiredStatus === 'STOPPED') {
      onEnded({ exitCode: 0 });
      return;
    }
    const current = hostPort === undefined ? task : this.#tasks.change(task, { hostPort });
    const spec = taskSpec(this.definition, current, this.#deps.logFolder);
    const run = startTaskRun(spec, hostPort, this.#deps, {
      onRunning: () => {
        this.#ran(taskId, run.pid());
      },
      onFailedStart: (stop) => {
        this.#failedToStart(taskId, stop);
      },
      onEnded,
    });
    this.#runs.set(taskId, run);
  }

  #ran(taskId: string, pid: number | undefined): void {
    const task = this.#tasks.get(taskId);
    if (task === undefined || !this.#isRunning) return;
    this.#tasks.change(task, {
      lastStatus: 'RUNNING',
      startedAtMs: this.#nowMs(),
      ...(pid === undefined ? {} : { pid }),
    });
    this.#book.taskStarted(task);
    this.#reconcile();
  }

  #failedToStart(taskId: string, stop: StopReason): void {
    const task = this.#tasks.get(taskId);
    if (task === undefined || !this.#isRunning) return;
    this.#tasks.change(task, {
      stop,
      desiredStatus: 'STOPPED',
      lastStatus: 'STOPPING',
      stoppingAtMs: this.#nowMs(),
    });
    this.#failed(task);
  }

  #ended(taskId: string, { exitCode, error }: TaskEnd): void {
    const task = this.#tasks.get(taskId);
    if (task === undefined || !this.#isRunning) return;
    const stop: StopReason =
      error === undefined || task.startedAtMs !== undefined
        ? { code: 'EssentialContainerExited', reason: 'Essential container in task exited' }
        : { code: 'TaskFailedToStart', reason: `CannotStartContainerError: ${error}` };
    const stoppedAtMs = this.#nowMs();
    this.#tasks.change(task, {
      lastStatus: 'STOPPED',
      desiredStatus: 'STOPPED',
      stop: task.stop ?? stop,
      stoppedAtMs,
      exitCode,
    });
    // With a reason it was stopped by us, and counted then if it had to be.
    if (task.stop === undefined) this.#failed(task);
    this.#reconcile();
  }

  #failed(task: TaskRecord): void {
    if (task.deploymentId !== this.#book.primary.id) return;
    const ranMs = task.startedAtMs === undefined ? 0 : this.#nowMs() - task.startedAtMs;
    this.#failures = ranMs >= SETTLED_MS ? 1 : this.#failures + 1;
    this.#book.taskFailed(task, this.#failures);
    if (this.#cancelRetry !== undefined) return;
    this.#cancelRetry = this.#deps.clock.after(restartDelayMs(this.#failures), () => {
      this.#cancelRetry = undefined;
      this.#reconcile();
    });
  }

  #stop(taskId: string, stop: StopReason): void {
    const task = this.#tasks.get(taskId);
    if (task === undefined || task.desiredStatus === 'STOPPED') return;
    const run = this.#runs.get(taskId);
    const nowMs = this.#nowMs();
    this.#book.taskStopping(task);
    this.#tasks.change(task, { desiredStatus: 'STOPPED', lastStatus: 'STOPPING', stoppingAtMs: nowMs, stop });
    // Without a run its port is still being looked for; #launch sees that it is not wanted any more.
    run?.stop();
  }

  #nowMs(): number {
    return this.#deps.clock.nowMs();
  }
}
