import type { BusEvent } from '../kernel/kernel.ts';
import { describeTask } from './describe.ts';
import type { Names } from './names.ts';
import type { DeploymentRecord, ServiceRecord, TaskRecord } from './records.ts';

const source = 'aws.ecs';
const iso = (ms: number): string => new Date(ms).toISOString();

/** `ECS Task State Change` (ECS developer guide, "Amazon ECS task state change events"). Times are ISO 8601. */
export function taskStateChange(task: TaskRecord, names: Names, atMs: number): BusEvent {
  // Through JSON, dates become the ISO texts that events carry.
  const described = JSON.parse(JSON.stringify(describeTask(task, names))) as Record<string, unknown>;
  return {
    source,
    detailType: 'ECS Task State Change',
    resources: [names.task(task.cluster, task.taskId)],
    detail: { ...described, updatedAt: iso(atMs) },
  };
}

/** `ECS Service Action` (ECS developer guide, "Amazon ECS service action events"). */
export function serviceAction(
  { cluster, service }: ServiceRecord,
  eventName: 'SERVICE_STEADY_STATE' | 'SERVICE_TASK_START_IMPAIRED',
  names: Names,
  atMs: number,
): BusEvent {
  return {
    source,
    detailType: 'ECS Service Action',
    resources: [names.service(cluster, service)],
    detail: {
      eventType: eventName === 'SERVICE_STEADY_STATE' ? 'INFO' : 'WARN',
      eventName,
      clusterArn: names.cluster(cluster),
      createdAt: iso(atMs),
    },
  };
}

/** `ECS Deployment State Change` (ECS developer guide, "Amazon ECS service deployment state change events"). */
export function deploymentStateChange(
  { cluster, service }: ServiceRecord,
  deployment: DeploymentRecord,
  names: Names,
): BusEvent {
  return {
    source,
    detailType: 'ECS Deployment State Change',
    resources: [names.service(cluster, service)],
    detail: {
      eventType: deployment.rollout === 'FAILED' ? 'ERROR' : 'INFO',
      eventName: `SERVICE_DEPLOYMENT_${deployment.rollout}`,
      clusterArn: names.cluster(cluster),
      deploymentId: deployment.id,
      updatedAt: iso(deployment.updatedAtMs),
      reason: deployment.reason,
    },
  };
}
