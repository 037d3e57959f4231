import { randomUUID } from 'node:crypto';
import type { Kernel } from '../kernel/kernel.ts';
import type { EcsStore } from './ecs-store.ts';
import { newDeploymentId, type Names } from './names.ts';
import { failureThreshold } from './plan-tasks.ts';
import type { DeploymentRecord, ServiceDefinition, ServiceRecord, TaskRecord } from './records.ts';
import { deploymentStateChange, serviceAction } from './state-changes.ts';

export interface BookDeps {
  readonly kernel: Kernel;
  readonly store: EcsStore;
  readonly names: Names;
}

const MESSAGES_KEPT = 100;
const DEPLOYMENTS_KEPT = 20;

/**
 * What is written about one service: its count, its deployments and how far they are, and the messages
 * that DescribeServices shows. Each change is on disk before it is told.
 */
export class ServiceBook {
  readonly #deps: BookDeps;
  #record: ServiceRecord;
  #isSteady = false;
  #isNew: boolean;

  constructor(definition: ServiceDefinition, deps: BookDeps) {
    this.#deps = deps;
    const kept = deps.store.service(definition.cluster, definition.service);
    this.#isNew = kept === undefined;
    this.#record = kept === undefined ? firstRecord(definition, this.#nowMs()) : takenUp(kept, definition);
    deps.store.putService(this.#record);
  }

  get record(): ServiceRecord {
    return this.#record;
  }

  get primary(): DeploymentRecord {
    return this.#record.deployments[0];
  }

  /** Tells of the first deployment of a service that was not there before. */
  announce(): void {
    if (this.#isNew) this.#tell(this.primary);
    this.#isNew = false;
  }

  setDesiredCount(desiredCount: number): void {
    this.#write({ desiredCount });
  }

  /** Begins a new deployment; the one before gives way. */
  deploy(): void {
    this.#isSteady = false;
    const former = this.#record.deployments.map((one): DeploymentRecord =>
      one.status === 'PRIMARY' ? { ...one, status: 'ACTIVE' } : one,
    );
    const deployment = newDeployment(this.#nowMs());
    this.#write({ deployments: [deployment, ...former.slice(0, DEPLOYMENTS_KEPT - 1)] });
    this.#tell(deployment);
  }

  taskStarted({ taskId, deploymentId }: TaskRecord): void {
    this.#say(`has started 1 tasks: (task ${taskId}).`);
    if (deploymentId === this.primary.id && this.primary.failedTasks > 0)
      this.#writePrimary({ failedTasks: 0 });
  }

  taskStopping({ taskId }: TaskRecord): void {
    this.#say(`has stopped 1 running tasks: (task ${taskId}).`);
  }

  /**
   * Counts a task that ended by itself. As many in a row as the circuit breaker allows fail a deployment
   * that is not through. It is marked and told, as with the breaker on; starts go on, as with it off, so a
   * service whose cause of failure goes away comes back without a person.
   */
  taskFailed(task: TaskRecord, failuresInARow: number): void {
    if (failuresInARow === 3) {
      this.#say('is unable to consistently start tasks successfully.');
      this.#emitAction('SERVICE_TASK_START_IMPAIRED');
    }
    if (this.primary.rollout === 'COMPLETED') return;
    const failedTasks = this.primary.failedTasks + (task.startedAtMs === undefined ? 1 : 0);
    const isTooMany = failuresInARow >= failureThreshold(this.#record.desiredCount);
    if (!isTooMany || this.primary.rollout === 'FAILED') {
      this.#writePrimary({ failedTasks });
      return;
    }
    const reason = 'ECS deployment circuit breaker: tasks failed to start.';
    this.#writePrimary({ failedTasks, rollout: 'FAILED', reason, finishedAtMs: this.#nowMs() });
    this.#say(`(deployment ${this.primary.id}) deployment failed: tasks failed to start.`);
    this.#tell(this.primary);
  }

  /** Notes which older deployments are over, and whether the service has become steady. */
  settle(tasks: readonly TaskRecord[], isSteady: boolean): void {
    const there = new Set(
      tasks.filter((task) => task.lastStatus !== 'STOPPED').map((task) => task.deploymentId),
    );
    if (this.#record.deployments.some((one) => one.status === 'ACTIVE' && !there.has(one.id))) {
      const [primary, ...others] = this.#record.deployments;
      const inactive = others.map((one): DeploymentRecord =>
        there.has(one.id) ? one : { ...one, status: 'INACTIVE' },
      );
      this.#write({ deployments: [primary, ...inactive] });
    }
    const hasBecomeSteady = isSteady && !this.#isSteady;
    this.#isSteady = isSteady;
    if (!hasBecomeSteady) return;
    if (this.primary.rollout !== 'COMPLETED') {
      const reason = `ECS deployment ${this.primary.id} completed.`;
      this.#writePrimary({ rollout: 'COMPLETED', reason, failedTasks: 0, finishedAtMs: this.#nowMs() });
      this.#say(`(deployment ${this.primary.id}) deployment completed.`);
      this.#tell(this.primary);
    }
    this.#say('has reached a steady state.');
    this.#emitAction('SERVICE_STEADY_STATE');
  }

  #writePrimary(change: Partial<DeploymentRecord>): void {
    const [primary, ...others] = this.#record.deployments;
    this.#write({ deployments: [{ ...primary, ...change, updatedAtMs: this.#nowMs() }, ...others] });
  }

  #say(text: string): void {
    const message = {
      id: randomUUID(),
      atMs: this.#nowMs(),
      text: `(service ${this.#record.service}) ${text}`,
    };
    this.#write({ messages: [message, ...this.#record.messages].slice(0, MESSAGES_KEPT) });
  }

  #write(change: Partial<ServiceRecord>): void {
    this.#record = { ...this.#record, ...change };
    this.#deps.store.putService(this.#record);
  }

  #tell(deployment: DeploymentRecord): void {
    this.#deps.kernel.emit(deploymentStateChange(this.#record, deployment, this.#deps.names));
  }

  #emitAction(name: 'SERVICE_STEADY_STATE' | 'SERVICE_TASK_START_IMPAIRED'): void {
    this.#deps.kernel.emit(serviceAction(this.#record, name, this.#deps.names, this.#nowMs()));
  }

  #nowMs(): number {
    return this.#deps.kernel.clock.nowMs();
  }
}

function firstRecord({ cluster, service, desiredCount }: ServiceDefinition, nowMs: number): ServiceRecord {
  return {
    cluster,
    service,
    createdAtMs: nowMs,
    desiredCount,
    definedCount: desiredCount,
    deployments: [newDeployment(nowMs)],
    messages: [],
  };
}

/** The tasks of an earlier run are gone, and with them the deployments that were giving way. */
function takenUp(kept: ServiceRecord, { desiredCount }: ServiceDefinition): ServiceRecord {
  const [primary, ...others] = kept.deployments;
  const inactive = others.map((one): DeploymentRecord => ({ ...one, status: 'INACTIVE' }));
  const deployments = [primary, ...inactive] as const;
  const isRedefined = desiredCount !== kept.definedCount;
  return { ...kept, deployments, ...(isRedefined ? { desiredCount, definedCount: desiredCount } : {}) };
}

function newDeployment(nowMs: number): DeploymentRecord {
  const id = newDeploymentId();
  return {
    id,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    status: 'PRIMARY',
    rollout: 'IN_PROGRESS',
    reason: `ECS deployment ${id} in progress.`,
    failedTasks: 0,
  };
}
