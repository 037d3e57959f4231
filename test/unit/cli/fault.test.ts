import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { main } from '../../../cli/main.ts';
import { writeCloudFile } from '../../../local/cloud-file.ts';
import { readOrders } from '../../../local/workload/played/fault-orders.ts';
import { aTerminal } from './fake-terminal.ts';
import { aTemporaryFolder } from '../../builders/temporary-folder.ts';

const WORKLOAD = 'cluster: shop\nservices:\n  inventory: { command: [node], port: 9101 }\n';

/** Answers DescribeServices with one service in the middle of a roll-out; remembers what it was asked. */
async function anEcs(deployments: readonly object[]) {
  const asked: unknown[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      asked.push({ target: request.headers['x-amz-target'], input: JSON.parse(body) as unknown });
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify({ services: [{ serviceName: 'inventory', deployments }], failures: [] }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

function aState(over: { endpoint?: string; pid?: number; workload?: string | null } = {}) {
  const { endpoint = 'http://127.0.0.1:1', pid = process.pid, workload = WORKLOAD } = over;
  const dir = aTemporaryFolder();
  if (workload !== null) writeFileSync(join(dir, 'workload.yaml'), workload);
  const faultsDir = join(dir, 'faults');
  const outbox = join(dir, 'outbox');
  writeCloudFile(dir, {
    endpoint,
    pid,
    region: 'eu-central-1',
    catalogDir: dir,
    cloudLike: false,
    outbox,
    faultsDir,
  });
  const file = join(faultsDir, 'inventory.json');
  return {
    dir,
    read: () => JSON.parse(readFileSync(file, 'utf8')) as unknown,
    exists: () => existsSync(file),
  };
}

async function homeostat(...line: string[]) {
  const terminal = aTerminal();
  return { exitCode: await main(line, terminal), stdout: terminal.stdout(), stderr: terminal.stderr() };
}

const ROLLING = [
  { id: 'ecs-svc/2', status: 'PRIMARY' },
  { id: 'ecs-svc/1', status: 'ACTIVE' },
];

test('crash is bound to the deployment that is PRIMARY now', async () => {
  const ecs = await anEcs(ROLLING);
  const state = aState({ endpoint: ecs.endpoint });
  const done = await homeostat('fault', 'inventory', 'crash', '--state', state.dir, '--json');
  expect(done).toMatchObject({ exitCode: 0, stderr: '' });
  expect(JSON.parse(done.stdout)).toEqual({
    service: 'inventory',
    fault: 'crash',
    deploymentId: 'ecs-svc/2',
  });
  expect(state.read()).toEqual({ fault: 'crash', deploymentId: 'ecs-svc/2' });
  expect(ecs.asked).toEqual([
    {
      target: 'AmazonEC2ContainerServiceV20141113.DescribeServices',
      input: { cluster: 'shop', services: ['inventory'] },
    },
  ]);
});

test('slow is bound to no deployment, and none takes it back', async () => {
  const state = aState();
  expect((await homeostat('fault', 'inventory', 'slow', '--state', state.dir)).stdout).toMatch(
    /^inventory: slow\. /,
  );
  expect(state.read()).toEqual({ fault: 'slow', deploymentId: null });
  expect(await homeostat('fault', 'inventory', 'none', '--state', state.dir)).toMatchObject({ exitCode: 0 });
  expect(state.exists()).toBe(false);
});

test.each([
  { what: 'a misspelt service', args: ['inventry', 'hang'], state: {}, says: 'did you mean "inventory"?' },
  { what: 'a misspelt fault', args: ['inventory', 'hangs'], state: {}, says: 'did you mean "hang"?' },
  {
    what: 'a catalog without a workload',
    args: ['inventory', 'hang'],
    state: { workload: null },
    says: 'has no workload.yaml',
  },
  {
    what: 'a cloud that is gone',
    args: ['inventory', 'slow'],
    state: { pid: 2 ** 22 + 1 },
    says: 'npx homeostat local',
  },
  {
    what: 'a cloud that does not answer',
    args: ['inventory', 'hang'],
    state: {},
    says: 'http://127.0.0.1:1 did not answer',
  },
])('$what is an error that says what to do', async ({ args, state, says }) => {
  const { dir, exists } = aState(state);
  const done = await homeostat('fault', ...args, '--state', dir);
  expect(done).toMatchObject({ exitCode: 2, stdout: '' });
  expect(done.stderr).toContain(says);
  expect(exists()).toBe(false);
});

test('a service that does not run has no deployment to break', async () => {
  const ecs = await anEcs([]);
  const state = aState({ endpoint: ecs.endpoint });
  const done = await homeostat('fault', 'inventory', 'errors', '--state', state.dir);
  expect(done.exitCode).toBe(2);
  expect(done.stderr).toContain('does not run in cluster "shop"');
});

const PLAYED = 'cluster: shop\nplays: plays.yaml\ncommand: [node]\nservices:\n  api: { port: 9101 }\n';
const PLAYS = `services: {api: {metrics: {g: {value: 1}}}}
faults:
  Full: [{service: api, metric: g, value: 9}]
  Down: [{service: api, process: crash}]`;

function aPlayedState(endpoint?: string) {
  const { dir } = aState({ workload: PLAYED, ...(endpoint === undefined ? {} : { endpoint }) });
  writeFileSync(join(dir, 'plays.yaml'), PLAYS);
  mkdirSync(join(dir, 'web'));
  writeFileSync(join(dir, 'web/homeostat.yaml'), '');
  const orders = () => readOrders(join(dir, 'faults'), (problem) => expect.fail(problem));
  return { orders, fault: (...args: string[]) => homeostat('fault', ...args, '--state', dir) };
}

test('a played system is told an alert, and none takes it back', async () => {
  const { orders, fault } = aPlayedState();
  expect((await fault('web', 'Full')).stdout).toMatch(/^web: Full\. From now api shows/);
  expect(orders()).toEqual([{ alert: 'Full', deployments: {} }]);
  expect((await fault('web', 'none')).stdout).toBe('web: none. Over: Full.\n');
  expect(orders()).toEqual([]);
});

test('what a restart heals is bound to the deployment that is PRIMARY now', async () => {
  const ecs = await anEcs(ROLLING);
  const { orders, fault } = aPlayedState(ecs.endpoint);
  expect(JSON.parse((await fault('api', 'Down', '--json')).stdout)).toEqual([
    { alert: 'Down', services: ['api'] },
  ]);
  expect(orders()).toEqual([{ alert: 'Down', deployments: { api: 'ecs-svc/2' } }]);
});

test('--list tells services with their faults and systems with their alerts', async () => {
  const { fault } = aPlayedState();
  expect(JSON.parse((await fault('--list', '--json')).stdout)).toEqual({
    services: [{ service: 'api', faults: ['crash', 'hang', 'none'] }],
    alerts: [
      { system: 'web', alert: 'Full', services: ['api'] },
      { system: 'web', alert: 'Down', services: ['api'] },
    ],
  });
});

test.each([
  { args: ['web', 'Ful'], says: 'did you mean "Full"?' },
  { args: ['web', 'crash'], says: 'no such fault of web: "crash"' },
  { args: ['api', 'slow'], says: 'no such fault of api: "slow"' },
  { args: ['wep', 'Full'], says: 'did you mean "web"?' },
  { args: ['web'], says: '`homeostat fault --list` shows both' },
])('$args is an error that says what there is', async ({ args, says }) => {
  const { orders, fault } = aPlayedState();
  const done = await fault(...args);
  expect(done).toMatchObject({ exitCode: 2, stdout: '' });
  expect(done.stderr).toContain(says);
  expect(orders()).toEqual([]);
});
