import * as z from 'zod';
import type { NeedsByOperation } from '../kernel/need.ts';
import { lastPart, type Names } from './names.ts';

const Input = z.looseObject({ cluster: z.string().default('default').transform(lastPart) });
const Service = Input.extend({ service: z.string().transform(lastPart) });
const Services = Input.extend({ services: z.array(z.string().transform(lastPart)) });
const Task = Input.extend({ task: z.string().transform(lastPart) });
const Tasks = Input.extend({ tasks: z.array(z.string().transform(lastPart)) });
const Clusters = z.looseObject({ clusters: z.array(z.string().transform(lastPart)).default(['default']) });
const Deployments = z.looseObject({ serviceDeploymentArns: z.array(z.string()) });

/**
 * What each operation needs; all that is in a cluster has it in the key `ecs:cluster` too.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 */
export function ecsNeeds(names: Names): NeedsByOperation {
  const inCluster = (action: string, cluster: string, resource: string) => ({
    action: `ecs:${action}`,
    resource,
    context: { 'ecs:cluster': names.cluster(cluster) },
  });
  const onService = (action: string) => (input: unknown) => {
    const { cluster, service } = Service.parse(input);
    return [inCluster(action, cluster, names.service(cluster, service))];
  };
  const list = (action: string) => (input: unknown) => [inCluster(action, Input.parse(input).cluster, '*')];
  return {
    ListClusters: () => [{ action: 'ecs:ListClusters', resource: '*' }],
    DescribeClusters: (input: unknown) =>
      Clusters.parse(input).clusters.map((one) => inCluster('DescribeClusters', one, names.cluster(one))),
    ListServices: list('ListServices'),
    DescribeServices: (input: unknown) => {
      const { cluster, services } = Services.parse(input);
      return services.map((one) => inCluster('DescribeServices', cluster, names.service(cluster, one)));
    },
    UpdateService: onService('UpdateService'),
    ListTasks: list('ListTasks'),
    DescribeTasks: (input: unknown) => {
      const { cluster, tasks } = Tasks.parse(input);
      return tasks.map((one) => inCluster('DescribeTasks', cluster, names.task(cluster, one)));
    },
    StopTask: (input: unknown) => {
      const { cluster, task } = Task.parse(input);
      return [inCluster('StopTask', cluster, names.task(cluster, task))];
    },
    ListServiceDeployments: onService('ListServiceDeployments'),
    DescribeServiceDeployments: (input: unknown) =>
      Deployments.parse(input).serviceDeploymentArns.map((resource) => ({
        action: 'ecs:DescribeServiceDeployments',
        resource,
      })),
  };
}
