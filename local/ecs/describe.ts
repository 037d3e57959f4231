import type { Names } from './names.ts';
import type { DeploymentRecord, ServiceRecord, TaskRecord } from './records.ts';

const at = (ms: number): Date => new Date(ms);

/** A cluster as DescribeClusters gives it. */
export function describeCluster(
  name: string,
  services: readonly { readonly tasks: () => readonly TaskRecord[] }[],
  names: Names,
): object {
  const { running, pending } = countTasks(services.flatMap((service) => service.tasks()));
  return {
    clusterName: name,
    clusterArn: names.cluster(name),
    status: 'ACTIVE',
    activeServicesCount: services.length,
    runningTasksCount: running,
    pendingTasksCount: pending,
  };
}

/** A service as DescribeServices and UpdateService give it. */
export function describeService(record: ServiceRecord, tasks: readonly TaskRecord[], names: Names): object {
  const { cluster, service, deployments, messages } = record;
  const counts = countTasks(tasks);
  const [primary] = deployments;
  return {
    serviceArn: names.service(cluster, service),
    serviceName: service,
    clusterArn: names.cluster(cluster),
    status: 'ACTIVE',
    desiredCount: record.desiredCount,
    runningCount: counts.running,
    pendingCount: counts.pending,
    launchType: 'FARGATE',
    taskDefinition: names.taskDefinition(service),
    deploymentConfiguration: {
      deploymentCircuitBreaker: { enable: true, rollback: false },
      maximumPercent: 200,
      minimumHealthyPercent: 100,
      strategy: 'ROLLING',
    },
    deployments: deployments
      .filter(({ status }) => status !== 'INACTIVE')
      .map((deployment) => describeDeployment(deployment, record, tasks, names)),
    events: messages.map(({ id, atMs, text }) => ({ id, createdAt: at(atMs), message: text })),
    createdAt: at(record.createdAtMs),
    currentServiceDeployment: names.serviceDeployment(cluster, service, primary.id),
    loadBalancers: [],
    serviceRegistries: [],
    schedulingStrategy: 'REPLICA',
    deploymentController: { type: 'ECS' },
    enableECSManagedTags: false,
    enableExecuteCommand: false,
    propagateTags: 'NONE',
  };
}

function describeDeployment(
  deployment: DeploymentRecord,
  { service, desiredCount }: ServiceRecord,
  tasks: readonly TaskRecord[],
  names: Names,
): object {
  const own = tasks.filter((task) => task.deploymentId === deployment.id);
  const counts = countTasks(own);
  const isPrimary = deployment.status === 'PRIMARY';
  return {
    id: deployment.id,
    status: deployment.status,
    taskDefinition: names.taskDefinition(service),
    desiredCount: isPrimary ? desiredCount : own.filter((task) => task.desiredStatus === 'RUNNING').length,
    pendingCount: counts.pending,
    runningCount: counts.running,
    failedTasks: deployment.failedTasks,
    createdAt: at(deployment.createdAtMs),
    updatedAt: at(deployment.updatedAtMs),
    launchType: 'FARGATE',
    rolloutState: deployment.rollout,
    rolloutStateReason: deployment.reason,
  };
}

function countTasks(tasks: readonly TaskRecord[]): { readonly running: number; readonly pending: number } {
  return {
    running: tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pending: tasks.filter(({ lastStatus }) => lastStatus === 'PENDING').length,
  };
}

/** A task as DescribeTasks gives it. The times are dates. */
export function describeTask(task: TaskRecord, names: Names): object {
  const { cluster, service, taskId, lastStatus, desiredStatus, stop } = task;
  return {
    taskArn: names.task(cluster, taskId),
    clusterArn: names.cluster(cluster),
    taskDefinitionArn: names.taskDefinition(service),
    group: `service:${service}`,
    startedBy: task.deploymentId,
    launchType: 'FARGATE',
    connectivity: 'CONNECTED',
    lastStatus,
    desiredStatus,
    createdAt: at(task.createdAtMs),
    ...(task.startedAtMs === undefined ? {} : { startedAt: at(task.startedAtMs) }),
    ...(task.stoppingAtMs === undefined ? {} : { stoppingAt: at(task.stoppingAtMs) }),
    ...(task.stoppedAtMs === undefined
      ? {}
      : { stoppedAt: at(task.stoppedAtMs), executionStoppedAt: at(task.stoppedAtMs) }),
    ...(stop === undefined ? {} : { stopCode: stop.code, stoppedReason: stop.reason }),
    attachments: [
      {
        id: `${taskId.slice(0, 8)}-eni`,
        type: 'ElasticNetworkInterface',
        status: lastStatus === 'STOPPED' ? 'DELETED' : 'ATTACHED',
        details: [{ name: 'privateIPv4Address', value: '127.0.0.1' }],
      },
    ],
    containers: [describeContainer(task, names)],
    overrides: { containerOverrides: [{ name: service }] },
    version: task.version,
  };
}

function describeContainer(task: TaskRecord, names: Names): object {
  const { cluster, service, taskId, containerPort, hostPort, lastStatus, pid, exitCode } = task;
  const isBound = containerPort !== undefined && hostPort !== undefined;
  return {
    containerArn: names.container(cluster, taskId),
    taskArn: names.task(cluster, taskId),
    name: service,
    lastStatus: lastStatus === 'STOPPING' ? 'RUNNING' : lastStatus,
    // The process id, where Docker would show the id of its container.
    ...(pid === undefined ? {} : { runtimeId: String(pid) }),
    ...(exitCode === undefined ? {} : { exitCode }),
    networkBindings: isBound ? [{ bindIP: '127.0.0.1', containerPort, hostPort, protocol: 'tcp' }] : [],
    networkInterfaces: [{ attachmentId: `${taskId.slice(0, 8)}-eni`, privateIpv4Address: '127.0.0.1' }],
    healthStatus: 'UNKNOWN',
  };
}

/** A service deployment as ListServiceDeployments and DescribeServiceDeployments give it. */
export function describeServiceDeployment(
  deployment: DeploymentRecord,
  { cluster, service }: ServiceRecord,
  names: Names,
): object {
  return {
    serviceDeploymentArn: names.serviceDeployment(cluster, service, deployment.id),
    serviceArn: names.service(cluster, service),
    clusterArn: names.cluster(cluster),
    createdAt: at(deployment.createdAtMs),
    startedAt: at(deployment.createdAtMs),
    updatedAt: at(deployment.updatedAtMs),
    ...(deployment.finishedAtMs === undefined ? {} : { finishedAt: at(deployment.finishedAtMs) }),
    status: serviceDeploymentStatus(deployment),
    statusReason: deployment.reason,
  };
}

/** A deployment that another one replaced before its end counts as stopped. */
function serviceDeploymentStatus({ rollout, status }: DeploymentRecord): string {
  switch (rollout) {
    case 'COMPLETED':
      return 'SUCCESSFUL';
    case 'FAILED':
      return 'STOPPED';
    case 'IN_PROGRESS':
      return status === 'PRIMARY' ? 'IN_PROGRESS' : 'STOPPED';
  }
}
