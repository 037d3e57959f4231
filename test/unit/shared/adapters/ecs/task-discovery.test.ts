import { ECSClient } from '@aws-sdk/client-ecs';
import { afterEach, expect, test } from 'vitest';
import { taskDiscovery } from '../../../../../shared/adapters/ecs/task-discovery.ts';
import type { LoopbackServer } from '../../../../fakes/bad-target.ts';
import { serve } from '../../../../fakes/bad-target.ts';
import { recorder } from '../../../../fakes/recorder.ts';

let server: LoopbackServer | undefined;
afterEach(() => server?.stop());

const arn = (id: string) => `arn:aws:ecs:us-east-1:123456789012:task/main/${id}`;
const eni = (address: string) => ({
  type: 'ElasticNetworkInterface',
  details: [
    { name: 'subnetId', value: 'subnet-1' },
    { name: 'privateIPv4Address', value: address },
  ],
});

/** A fleet over the real client, against a server that speaks ECS' protocol. */
async function start(pages: readonly (readonly string[])[], task: (id: string) => object) {
  const recorded = recorder(({ headers, body }) => {
    const input = JSON.parse(body.toString()) as { nextToken?: string; tasks?: string[] };
    const page = Number(input.nextToken ?? 0);
    const answer =
      headers['x-amz-target'] === 'AmazonEC2ContainerServiceV20141113.ListTasks'
        ? {
            taskArns: pages[page]?.map(arn),
            ...(page + 1 < pages.length ? { nextToken: String(page + 1) } : {}),
          }
        : {
            tasks: input.tasks?.map((taskArn) => ({
              taskArn,
              lastStatus: 'RUNNING',
              ...task(taskArn.split('/')[2] ?? ''),
            })),
          };
    return {
      status: 200,
      body: JSON.stringify(answer),
      headers: { 'content-type': 'application/x-amz-json-1.1' },
    };
  });
  server = await serve(recorded.listener);
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' };
  const client = new ECSClient({ region: 'us-east-1', endpoint: server.url, credentials });
  const calls = () =>
    recorded.requests.map(({ headers, body }) => ({
      operation: String(headers['x-amz-target']).split('.')[1],
      ...(JSON.parse(body.toString()) as object),
    }));
  return { fleet: taskDiscovery(client), calls };
}

test('running tasks with address, ports and start', async () => {
  const tasks: Record<string, object> = {
    t1: { attachments: [eni('10.0.0.5')], startedAt: 1_700_000_000.25 },
    t2: {
      attachments: [{ type: 'other' }, eni('127.0.0.1')],
      containers: [{ networkBindings: [{ containerPort: 8080, hostPort: 49_153 }] }, {}],
    },
    t3: { lastStatus: 'PENDING', attachments: [eni('10.0.0.7')] },
    t4: {},
  };
  const { fleet, calls } = await start([['t1', 't2', 't3', 't4']], (id) => tasks[id] ?? {});
  expect(await fleet.tasks('main', 'web')).toEqual([
    { taskId: 't1', address: '10.0.0.5', ports: [], startedAtMs: 1_700_000_000_250 },
    { taskId: 't2', address: '127.0.0.1', ports: [{ containerPort: 8080, hostPort: 49_153 }] },
    { taskId: 't4', ports: [] },
  ]);
  expect(calls()[0]).toMatchObject({
    operation: 'ListTasks',
    cluster: 'main',
    serviceName: 'web',
    desiredStatus: 'RUNNING',
  });
});

test('no task is one call', async () => {
  const { fleet, calls } = await start([[]], () => ({}));
  expect(await fleet.tasks('main', 'web')).toEqual([]);
  expect(calls()).toHaveLength(1);
});

test('pages are followed, tasks described a hundred at a time', async () => {
  const ids = Array.from({ length: 250 }, (_, i) => `t${String(i)}`);
  const { fleet, calls } = await start([ids.slice(0, 100), ids.slice(100, 200), ids.slice(200)], () => ({}));
  expect(await fleet.tasks('main', 'web')).toHaveLength(250);
  expect(calls().map(({ operation }) => operation)).toEqual([
    'ListTasks',
    'ListTasks',
    'ListTasks',
    'DescribeTasks',
    'DescribeTasks',
    'DescribeTasks',
  ]);
});
