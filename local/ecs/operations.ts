import * as z from 'zod';
import { AwsError, type Operation } from '../kernel/service.ts';
import { describeCluster, describeService, describeServiceDeployment, describeTask } from './describe.ts';
import { lastPart, type Names } from './names.ts';
import type { DeploymentRecord, TaskRecord } from './records.ts';
import type { Supervisor } from './supervisor.ts';

export interface EcsDeps {
  readonly names: Names;
  readonly supervisors: () => readonly Supervisor[];
}

const cluster = z.string().default('default').transform(lastPart);
const page = {
  maxResults: z.coerce.number().int().min(1).max(100).default(100),
  nextToken: z.string().optional(),
};
const desiredStatus = z.enum(['RUNNING', 'PENDING', 'STOPPED']);

const UpdateService = z.strictObject({
  cluster,
  service: z.string().transform(lastPart),
  desiredCount: z.coerce.number().int().min(0).optional(),
  forceNewDeployment: z.boolean().default(false),
});
const ListTasks = z.strictObject({
  cluster,
  ...page,
  serviceName: z.string().transform(lastPart).optional(),
  startedBy: z.string().optional(),
  desiredStatus: desiredStatus.default('RUNNING'),
});
const DescribeClusters = z.object({
  clusters: z.array(z.string().transform(lastPart)).max(100).default(['default']),
});
const DescribeServices = z.object({ cluster, services: z.array(z.string()).min(1).max(10) });
const DescribeTasks = z.object({ cluster, tasks: z.array(z.string()).min(1).max(100) });
const StopTask = z.object({ cluster, task: z.string(), reason: z.string().default('Task stopped by user') });
const ListServiceDeployments = z.object({
  ...page,
  cluster,
  service: z.string().transform(lastPart),
});

/** The operations of ECS on the services that were defined. */
export function ecsOperations({ names, supervisors }: EcsDeps): Record<string, Operation> {
  const find = new Finder(supervisors);
  return {
    ...deploymentOperations({ names, supervisors }, find),
    ...taskOperations({ names, supervisors }, find),
    ListClusters: (input) => {
      const arns = [...new Set(supervisors().map((one) => names.cluster(one.definition.cluster)))];
      return paged('clusterArns', arns, z.object(page).parse(input));
    },
    DescribeClusters: (input) => {
      const { clusters } = DescribeClusters.parse(input);
      const known = Map.groupBy(supervisors(), (one) => one.definition.cluster);
      const found = clusters.filter((name) => known.has(name));
      const missing = clusters.filter((name) => !known.has(name));
      return {
        clusters: found.map((name) => describeCluster(name, known.get(name) ?? [], names)),
        failures: missing.map((name) => ({ arn: names.cluster(name), reason: 'MISSING' })),
      };
    },
    ListServices: (input) => {
      const read = z.object({ cluster, ...page }).parse(input);
      const arns = find
        .inCluster(read.cluster)
        .map(({ definition }) => names.service(definition.cluster, definition.service));
      return paged('serviceArns', arns, read);
    },
    DescribeServices: (input) => {
      const read = DescribeServices.parse(input);
      const known = find.inCluster(read.cluster);
      const services: object[] = [];
      const failures: object[] = [];
      for (const wanted of read.services) {
        const found = known.find(({ definition }) => definition.service === lastPart(wanted));
        if (found === undefined)
          failures.push({ arn: names.service(read.cluster, lastPart(wanted)), reason: 'MISSING' });
        else services.push(describeService(found.record, found.tasks(), names));
      }
      return { services, failures };
    },
    UpdateService: (input) => {
      const read = UpdateService.parse(input);
      const supervisor = find.service(read.cluster, read.service);
      supervisor.update(read);
      return { service: describeService(supervisor.record, supervisor.tasks(), names) };
    },
  };
}

function taskOperations({ names }: EcsDeps, find: Finder): Record<string, Operation> {
  return {
    ListTasks: (input) => {
      const read = ListTasks.parse(input);
      const from =
        read.serviceName === undefined
          ? find.inCluster(read.cluster)
          : [find.service(read.cluster, read.serviceName)];
      const arns = from
        .flatMap((supervisor) => supervisor.tasks())
        .filter((task) => task.desiredStatus === read.desiredStatus)
        .filter((task) => read.startedBy === undefined || task.deploymentId === read.startedBy)
        .map((task) => names.task(task.cluster, task.taskId));
      return paged('taskArns', arns, read);
    },
    DescribeTasks: (input) => {
      const read = DescribeTasks.parse(input);
      const known = find.inCluster(read.cluster).flatMap((supervisor) => supervisor.tasks());
      const tasks: object[] = [];
      const failures: object[] = [];
      for (const wanted of read.tasks) {
        const task = known.find(({ taskId }) => taskId === lastPart(wanted));
        if (task === undefined)
          failures.push({ arn: names.task(read.cluster, lastPart(wanted)), reason: 'MISSING' });
        else tasks.push(describeTask(task, names));
      }
      return { tasks, failures };
    },
    StopTask: (input) => {
      const read = StopTask.parse(input);
      const taskId = lastPart(read.task);
      const { supervisor } = find.task(read.cluster, taskId);
      supervisor.stopTask(taskId, read.reason);
      return { task: describeTask(find.task(read.cluster, taskId).task, names) };
    },
  };
}

function deploymentOperations({ names, supervisors }: EcsDeps, find: Finder): Record<string, Operation> {
  const briefOf = (supervisor: Supervisor, deployment: DeploymentRecord): object => ({
    ...describeServiceDeployment(deployment, supervisor.record, names),
    targetServiceRevisionArn: revisionOf(supervisor, deployment),
  });
  const revisionOf = ({ definition }: Supervisor, { id }: DeploymentRecord): string =>
    names.serviceRevision(definition.cluster, definition.service, id);
  return {
    ListServiceDeployments: (input) => {
      const read = ListServiceDeployments.parse(input);
      const supervisor = find.service(read.cluster, read.service);
      const all = supervisor.record.deployments.map((deployment) => briefOf(supervisor, deployment));
      return { serviceDeployments: all.slice(0, read.maxResults) };
    },
    DescribeServiceDeployments: (input) => {
      const { serviceDeploymentArns } = z
        .object({ serviceDeploymentArns: z.array(z.string()).min(1).max(20) })
        .parse(input);
      const serviceDeployments: object[] = [];
      const failures: object[] = [];
      for (const arn of serviceDeploymentArns) {
        const found = supervisors().flatMap((supervisor) => {
          const { cluster: inCluster, service, deployments } = supervisor.record;
          const deployment = deployments.find(
            ({ id }) => names.serviceDeployment(inCluster, service, id) === arn,
          );
          return deployment === undefined ? [] : [{ supervisor, deployment }];
        })[0];
        if (found === undefined) {
          failures.push({ arn, reason: 'MISSING' });
          continue;
        }
        serviceDeployments.push({
          ...describeServiceDeployment(found.deployment, found.supervisor.record, names),
          targetServiceRevision: { arn: revisionOf(found.supervisor, found.deployment) },
        });
      }
      return { serviceDeployments, failures };
    },
  };
}

/** Finds by name or throws what ECS throws. */
class Finder {
  readonly #supervisors: () => readonly Supervisor[];
  constructor(supervisors: () => readonly Supervisor[]) {
    this.#supervisors = supervisors;
  }

  inCluster(name: string): Supervisor[] {
    const found = this.#supervisors().filter(({ definition }) => definition.cluster === name);
    if (found.length === 0) throw new AwsError('ClusterNotFoundException', `Cluster not found: ${name}.`);
    return found;
  }

  service(clusterName: string, name: string): Supervisor {
    const found = this.inCluster(clusterName).find(({ definition }) => definition.service === name);
    if (found === undefined) {
      throw new AwsError('ServiceNotFoundException', `Service not found: ${name} in cluster ${clusterName}.`);
    }
    return found;
  }

  task(clusterName: string, taskId: string): { readonly supervisor: Supervisor; readonly task: TaskRecord } {
    for (const supervisor of this.inCluster(clusterName)) {
      const task = supervisor.tasks().find((one) => one.taskId === taskId);
      if (task !== undefined) return { supervisor, task };
    }
    throw new AwsError('InvalidParameterException', `The referenced task was not found: ${taskId}.`);
  }
}

/** One page, in order; the token is the last item of the page before. */
function paged(
  member: string,
  arns: readonly string[],
  { maxResults, nextToken }: { readonly maxResults: number; readonly nextToken?: string | undefined },
): object {
  const rest = arns.toSorted().filter((arn) => nextToken === undefined || arn > nextToken);
  const items = rest.slice(0, maxResults);
  return { [member]: items, ...(rest.length > items.length ? { nextToken: items.at(-1) } : {}) };
}
