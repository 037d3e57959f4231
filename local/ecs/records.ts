/** What a person defines: one service of the owner's. */
export interface ServiceDefinition {
  readonly cluster: string;
  readonly service: string;
  /** Program and arguments. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Where the service is reached; none if it serves nothing. */
  readonly port?: number;
  readonly desiredCount: number;
}

export interface DeploymentRecord {
  /** `ecs-svc/` and 19 digits. */
  readonly id: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly finishedAtMs?: number;
  readonly status: 'PRIMARY' | 'ACTIVE' | 'INACTIVE';
  readonly rollout: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  readonly reason: string;
  /** Tasks that failed one after the other before they ran. */
  readonly failedTasks: number;
}

/** A service as it is kept over a restart. */
export interface ServiceRecord {
  readonly cluster: string;
  readonly service: string;
  readonly createdAtMs: number;
  readonly desiredCount: number;
  /** What its definition said; if that changes, it wins over an earlier UpdateService. */
  readonly definedCount: number;
  /** Newest first; the first one is PRIMARY. */
  readonly deployments: readonly [DeploymentRecord, ...DeploymentRecord[]];
  /** What DescribeServices shows as events, newest first. */
  readonly messages: readonly ServiceMessage[];
}

export interface ServiceMessage {
  readonly id: string;
  readonly atMs: number;
  readonly text: string;
}

export interface TaskRecord {
  readonly cluster: string;
  readonly service: string;
  readonly taskId: string;
  readonly deploymentId: string;
  readonly containerPort?: number;
  readonly hostPort?: number;
  readonly pid?: number;
  readonly createdAtMs: number;
  readonly startedAtMs?: number;
  readonly stoppingAtMs?: number;
  readonly stoppedAtMs?: number;
  readonly lastStatus: 'PENDING' | 'RUNNING' | 'STOPPING' | 'STOPPED';
  readonly desiredStatus: 'RUNNING' | 'STOPPED';
  readonly stop?: StopReason;
  readonly exitCode?: number;
  /** Counts the changes of this task. */
  readonly version: number;
}

export interface StopReason {
  readonly code:
    | 'EssentialContainerExited'
    | 'ServiceSchedulerInitiated'
    | 'TaskFailedToStart'
    | 'TerminationNotice'
    | 'UserInitiated';
  readonly reason: string;
}
