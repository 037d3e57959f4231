import type { ECSClient, Task } from '@aws-sdk/client-ecs';
import { DescribeTasksCommand, paginateListTasks } from '@aws-sdk/client-ecs';
import type { RunningTask } from '../../domain/collection/targets.ts';
import type { Fleet } from '../../ports/fleet.ts';

/** DescribeTasks takes 100 tasks a call (API_DescribeTasks); ListTasks gives as many a page. */
const BATCH = 100;

/** Finds the running tasks of ECS services. A task that ends between the two calls is left out. */
export function taskDiscovery(client: ECSClient): Fleet {
  return {
    tasks: async (cluster, serviceName) => {
      const arns: string[] = [];
      const pages = paginateListTasks(
        { client, pageSize: BATCH },
        { cluster, serviceName, desiredStatus: 'RUNNING' },
      );
      for await (const page of pages) arns.push(...(page.taskArns ?? []));
      const tasks: Task[] = [];
      for (let at = 0; at < arns.length; at += BATCH) {
        const answer = await client.send(
          new DescribeTasksCommand({ cluster, tasks: arns.slice(at, at + BATCH) }),
        );
        tasks.push(...(answer.tasks ?? []));
      }
      return tasks.filter((task) => task.lastStatus === 'RUNNING').map(runningTask);
    },
  };
}

function runningTask(task: Task): RunningTask {
  const address = addressOf(task);
  const bindings = (task.containers ?? []).flatMap((container) => container.networkBindings ?? []);
  return {
    taskId: task.taskArn?.split('/').at(-1) ?? '',
    ...(address === undefined ? {} : { address }),
    ports: bindings.flatMap(({ containerPort, hostPort }) =>
      containerPort === undefined || hostPort === undefined ? [] : [{ containerPort, hostPort }],
    ),
    ...(task.startedAt === undefined ? {} : { startedAtMs: task.startedAt.getTime() }),
  };
}

/** The private address of the task's network interface (network mode awsvpc). */
function addressOf(task: Task): string | undefined {
  const interfaces = (task.attachments ?? []).filter(({ type }) => type === 'ElasticNetworkInterface');
  return interfaces.flatMap(({ details }) => details ?? []).find(({ name }) => name === 'privateIPv4Address')
    ?.value;
}
