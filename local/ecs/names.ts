import { randomInt, randomUUID } from 'node:crypto';

/** Builds the ARNs of one account and Region. */
export interface Names {
  readonly cluster: (cluster: string) => string;
  readonly service: (cluster: string, service: string) => string;
  readonly task: (cluster: string, taskId: string) => string;
  readonly taskDefinition: (service: string) => string;
  readonly container: (cluster: string, taskId: string) => string;
  readonly serviceDeployment: (cluster: string, service: string, deploymentId: string) => string;
  readonly serviceRevision: (cluster: string, service: string, deploymentId: string) => string;
}

export function namesIn({
  region,
  accountId,
}: {
  readonly region: string;
  readonly accountId: string;
}): Names {
  const prefix = `arn:aws:ecs:${region}:${accountId}`;
  return {
    cluster: (cluster) => `${prefix}:cluster/${cluster}`,
    service: (cluster, service) => `${prefix}:service/${cluster}/${service}`,
    task: (cluster, taskId) => `${prefix}:task/${cluster}/${taskId}`,
    // The command comes from a file of the owner's: there is one revision.
    taskDefinition: (service) => `${prefix}:task-definition/${service}:1`,
    container: (cluster, taskId) => `${prefix}:container/${cluster}/${taskId}/${taskId.slice(0, 12)}`,
    serviceDeployment: (cluster, service, id) =>
      `${prefix}:service-deployment/${cluster}/${service}/${lastPart(id)}`,
    serviceRevision: (cluster, service, id) =>
      `${prefix}:service-revision/${cluster}/${service}/${lastPart(id)}`,
  };
}

/** The name at the end of an ARN; a plain name stays as it is. */
export function lastPart(arnOrName: string): string {
  return arnOrName.slice(arnOrName.lastIndexOf('/') + 1);
}

/** `ecs-svc/` and 19 digits, as ECS names deployments. */
export function newDeploymentId(): string {
  const digits = Array.from({ length: 18 }, () => randomInt(10)).join('');
  return `ecs-svc/${1 + randomInt(9)}${digits}`;
}

/** 32 hexadecimal digits. */
export function newTaskId(): string {
  return randomUUID().replaceAll('-', '');
}
