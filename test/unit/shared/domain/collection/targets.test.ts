import { expect, test } from 'vitest';
import { instanceOf, planTargets } from '../../../../../shared/domain/collection/targets.ts';
import { aService } from '../../../../builders/collection.ts';

const onTasks = aService({
  ecs: { cluster: 'main', service: 'web-svc' },
  scrape: { kind: 'tasks', port: 8080, path: '/metrics' },
});

test('a service without scrape has no targets', () => {
  expect(planTargets(aService(), {})).toEqual({ targets: [], lost: [] });
});

test('a task is reached on its own address and the bound host port, else the configured one', () => {
  const plan = planTargets(onTasks, {
    tasks: [
      { taskId: 't1', address: '10.0.0.5', ports: [] },
      { taskId: 't2', address: '127.0.0.1', ports: [{ containerPort: 8080, hostPort: 49_153 }] },
      { taskId: 't3', address: '10.0.0.7', ports: [{ containerPort: 9, hostPort: 10 }] },
    ],
  });
  expect(plan).toEqual({
    targets: [
      { job: 'web', instance: '10.0.0.5:8080', url: 'http://10.0.0.5:8080/metrics' },
      { job: 'web', instance: '127.0.0.1:49153', url: 'http://127.0.0.1:49153/metrics' },
      { job: 'web', instance: '10.0.0.7:8080', url: 'http://10.0.0.7:8080/metrics' },
    ],
    lost: [],
  });
});

test('no running task is one target that is down', () => {
  expect(planTargets(onTasks, { tasks: [] })).toMatchObject({
    targets: [],
    lost: [{ job: 'web', instance: 'main/web-svc', reason: 'no_tasks' }],
  });
});

test('a task without an address is down, the others are not', () => {
  const plan = planTargets(onTasks, {
    tasks: [
      { taskId: 't1', ports: [] },
      { taskId: 't2', address: '10.0.0.6', ports: [] },
    ],
  });
  expect(plan.targets).toHaveLength(1);
  expect(plan.lost).toMatchObject([{ instance: 't1:8080', reason: 'no_address' }]);
});

test('targets of every kind, and those that are lost, have the labels of the service', () => {
  const labels = { zone: 'eu' };
  const tasks = { kind: 'tasks', port: 8080, path: '/metrics', labels } as const;
  const urls = { kind: 'static', urls: ['http://a/metrics', 'nonsense'], labels } as const;
  const ecs = { cluster: 'main', service: 'web-svc' };
  expect(planTargets(aService({ scrape: tasks, ecs }), {}).lost[0]?.labels).toEqual(labels);
  const plan = planTargets(aService({ scrape: urls }), {});
  expect([...plan.targets, ...plan.lost].map((one) => one.labels)).toEqual([labels, labels]);
});

test('addresses in DNS: each once, the port of the record or the common one, IPv6 in brackets', () => {
  const scraping = (type: 'A' | 'SRV', port?: number) =>
    aService({
      scrape: {
        kind: 'dns',
        names: ['a.local', 'b.local'],
        type,
        ...(port !== undefined && { port }),
        scheme: 'https',
        path: '/m',
      },
    });
  const addresses = [{ host: '10.0.0.5' }, { host: 'fd00::5' }, { host: '10.0.0.5' }];
  expect(planTargets(scraping('A', 9100), { addresses }).targets.map(({ url }) => url)).toEqual([
    'https://10.0.0.5:9100/m',
    'https://[fd00::5]:9100/m',
  ]);
  const records = [
    { host: 'h1.local', port: 81 },
    { host: 'h1.local', port: 82 },
  ];
  expect(planTargets(scraping('SRV'), { addresses: records }).targets).toMatchObject([
    { instance: 'h1.local:81' },
    { instance: 'h1.local:82' },
  ]);
  expect(planTargets(scraping('SRV'), {}).lost).toMatchObject([
    { instance: 'a.local,b.local', reason: 'no_records' },
  ]);
});

test('static URLs: host:port is the instance, with the path only where two would be one', () => {
  const urls = [
    'http://a/metrics',
    'https://a/metrics',
    'http://b:9/one',
    'http://b:9/two',
    'http://a/metrics',
    'nonsense',
  ];
  const plan = planTargets(aService({ scrape: { kind: 'static', urls } }), {});
  expect(plan.targets.map(({ instance }) => instance)).toEqual(['a:80', 'a:443', 'b:9/one', 'b:9/two']);
  expect(plan.lost).toMatchObject([{ instance: 'nonsense', reason: 'bad_url' }]);
});

test.each([
  ['http://[::1]:9090/x', '[::1]:9090'],
  ['https://user:secret@shop.example/health', 'shop.example:443'],
  ['ftp://a/', undefined],
])('the instance of %s is %s', (url, instance) => {
  expect(instanceOf(url)).toBe(instance);
});
