import { join } from 'node:path';
import { HOST } from './ports.ts';
import type { ServiceDefinition, TaskRecord } from './records.ts';
import type { TaskSpec } from './task-process.ts';

/** What to run for one task: the command of its service, told who it is and where to listen. */
export function taskSpec(
  { cluster, service, command, cwd, environment }: ServiceDefinition,
  { taskId, deploymentId, hostPort }: TaskRecord,
  logFolder: string | undefined,
): TaskSpec {
  return {
    command,
    cwd,
    environment: {
      ...environment,
      ECS_CLUSTER: cluster,
      ECS_SERVICE: service,
      ECS_TASK_ID: taskId,
      ECS_DEPLOYMENT_ID: deploymentId,
      HOST,
      ...(hostPort === undefined ? {} : { PORT: String(hostPort) }),
    },
    ...(logFolder === undefined ? {} : { logFile: join(logFolder, cluster, `${service}.log`) }),
  };
}
