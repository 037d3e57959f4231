import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ECSClient, ListClustersCommand } from '@aws-sdk/client-ecs';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, onTestFinished, test } from 'vitest';
import { CHAOS_PATH, createChaos, type ChaosStatus } from '../../../../local/chaos/chaos.ts';
import { CHAOS_SERVICES, type FaultKind } from '../../../../local/chaos/fault.ts';
import { openDoor } from '../../../../local/door/door.ts';
import { ConnectionLost } from '../../../../local/kernel/gate.ts';
import { realClock } from '../../../../local/kernel/real-clock.ts';
import { AwsError, type Route, type Service } from '../../../../local/kernel/service.ts';

const ROLE = 'arn:aws:iam::123456789012:role/intake';

/** A door with services that only count how often they were called, and chaos before them. */
async function aDoor(maxAttempts = 1) {
  const clock = realClock();
  const chaos = createChaos({ clock, log: () => undefined });
  const called: string[] = [];
  const operation = (name: string) => () => {
    called.push(name);
    return {};
  };
  const rpc = (name: string, targetPrefix: string, operations: string[]): Service => ({
    name,
    rpc: {
      targetPrefix,
      jsonVersion: '1.0',
      xmlNamespace: 'http://example.com/',
      operations: Object.fromEntries(operations.map((one) => [one, operation(one)])),
    },
  });
  const invoke: Route = {
    method: 'POST',
    path: '/2015-03-31/functions/:name/invocations',
    operation: 'Invoke',
    handle: () => {
      called.push('Invoke');
      return { status: 202 };
    },
  };
  const services = [
    rpc('dynamodb', 'DynamoDB_20120810', ['ListTables']),
    rpc('monitoring', 'GraniteServiceVersion20100801', ['DescribeAlarms']),
    rpc('sns', 'AmazonSimpleNotificationService', ['Publish']),
    rpc('sqs', 'AmazonSQS', ['ListQueues']),
    rpc('ecs', 'AmazonEC2ContainerServiceV20141113', ['ListClusters']),
    { name: 'lambda', rest: [invoke] },
    chaos.service,
  ];
  const roleOf = (key: string) => (key === 'owner' ? undefined : ROLE);
  const door = await openDoor({ services, roleOf, gate: chaos.gate, log: () => undefined, clock });
  onTestFinished(async () => {
    await door.close();
    clock.stop();
  });
  const settings = (accessKeyId: string) => ({
    endpoint: door.endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId, secretAccessKey: 'secret' },
    maxAttempts,
  });
  const ask = async (method: string, path: string, body?: object, headers = {}) => {
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${door.endpoint}${path}`, { method, headers, ...text });
    return { status: response.status, body: (await response.json()) as ChaosStatus & { message?: string } };
  };
  const on = (kind: FaultKind, over: object = {}) =>
    ask('PUT', CHAOS_PATH, { kind, services: [...CHAOS_SERVICES], rate: 1, ...over });
  return { chaos, called, settings, ask, on, endpoint: door.endpoint };
}

const CALLS = [
  {
    name: 'dynamodb',
    throttle: 'ProvisionedThroughputExceededException',
    deny: 'AccessDeniedException',
    call: (settings: object) => new DynamoDBClient(settings).send(new ListTablesCommand({})),
  },
  {
    name: 'cloudwatch',
    throttle: 'Throttling',
    deny: 'AccessDenied',
    call: (settings: object) => new CloudWatchClient(settings).send(new DescribeAlarmsCommand({})),
  },
  {
    name: 'ecs',
    throttle: 'ThrottlingException',
    deny: 'AccessDeniedException',
    call: (settings: object) => new ECSClient(settings).send(new ListClustersCommand({})),
  },
  {
    name: 'sqs',
    throttle: 'RequestThrottled',
    deny: 'AccessDeniedException',
    call: (settings: object) => new SQSClient(settings).send(new ListQueuesCommand({})),
  },
  {
    name: 'sns',
    throttle: 'Throttling',
    deny: 'AuthorizationErrorException',
    call: (settings: object) =>
      new SNSClient(settings).send(new PublishCommand({ TopicArn: 't', Message: 'm' })),
  },
  {
    name: 'lambda',
    throttle: 'TooManyRequestsException',
    deny: 'AccessDeniedException',
    call: (settings: object) => new LambdaClient(settings).send(new InvokeCommand({ FunctionName: 'f' })),
  },
];

test.each(CALLS)('$name throttles and denies in the words that its SDK client knows', async (one) => {
  const { on, settings, called, ask } = await aDoor();
  await on('throttle');
  await expect(one.call(settings('role'))).rejects.toMatchObject({ name: one.throttle });
  await ask('DELETE', CHAOS_PATH);
  await on('deny');
  await expect(one.call(settings('role'))).rejects.toMatchObject({ name: one.deny });
  expect(called).toEqual([]);
});

test.each(CALLS)('the SDK tries $name again when it is throttled', async (one) => {
  const { on, settings, ask } = await aDoor(2);
  await on('throttle');
  await expect(one.call(settings('role'))).rejects.toMatchObject({ $metadata: { attempts: 2 } });
  expect((await ask('GET', CHAOS_PATH)).body.made).toEqual({ [one.name]: { throttle: 2 } });
});

test('a connection that is cut is tried again by the SDK; half the time the request had been carried out', async () => {
  const { on, settings, called, ask } = await aDoor(2);
  await on('drop', { rate: 1, seed: 1 });
  const client = new DynamoDBClient(settings('role'));
  for (let turn = 0; turn < 10; turn += 1)
    await expect(client.send(new ListTablesCommand({}))).rejects.toMatchObject({
      $metadata: { attempts: 2 },
    });
  expect((await ask('GET', CHAOS_PATH)).body.made).toEqual({ dynamodb: { drop: 20 } });
  expect(called.length).toBeGreaterThan(3);
  expect(called.length).toBeLessThan(17);
}, 60_000);

test('a request is carried out twice if its sender may ask again, and once if it says that it never does', async () => {
  const { on, settings, called, ask } = await aDoor(2);
  await on('duplicate');
  await new DynamoDBClient(settings('role')).send(new ListTablesCommand({}));
  expect(called).toEqual(['ListTables', 'ListTables']);
  await new DynamoDBClient({ ...settings('role'), maxAttempts: 1 }).send(new ListTablesCommand({}));
  expect(called).toHaveLength(3);
  expect((await ask('GET', CHAOS_PATH)).body.made).toEqual({ dynamodb: { duplicate: 1 } });
});

test('the owner is never hit, signed or not', async () => {
  const { on, settings, called } = await aDoor();
  await on('deny');
  for (const { call } of CALLS) await call(settings('owner'));
  expect(called).toHaveLength(CALLS.length);
});

test.each([
  { what: 'a kind that is none', order: { kind: 'explode', services: ['sns'], rate: 0.1 } },
  { what: 'a service that is none', order: { kind: 'deny', services: ['s3'], rate: 0.1 } },
  { what: 'no service', order: { kind: 'deny', services: [], rate: 0.1 } },
  { what: 'a rate of nothing', order: { kind: 'deny', services: ['sns'], rate: 0 } },
  { what: 'a rate above all', order: { kind: 'deny', services: ['sns'], rate: 1.1 } },
  { what: 'a key that is none', order: { kind: 'deny', services: ['sns'], rate: 1, hours: 3 } },
])('$what is refused and nothing is switched on', async ({ order }) => {
  const { ask } = await aDoor();
  expect(await ask('PUT', CHAOS_PATH, order)).toMatchObject({ status: 400 });
  expect((await ask('GET', CHAOS_PATH)).body.on).toEqual([]);
});

test('where one service has no room for a fault, none gets it', async () => {
  const { on } = await aDoor();
  await on('throttle', { services: ['sns'], rate: 0.5 });
  const refused = await on('deny', { services: ['dynamodb', 'sns', 'sqs'], rate: 0.6 });
  expect(refused.status).toBe(400);
  expect(refused.body.message).toContain('The faults of sns would have rates of more than 1 together');
  const now = await on('delay', { services: ['ecs'], rate: 0.1 });
  expect(now.body.on.map(({ service, kind }) => `${service} ${kind}`)).toEqual(['sns throttle', 'ecs delay']);
});

test('a page of another site cannot switch chaos on', async () => {
  const { ask } = await aDoor();
  const order = { kind: 'deny', services: ['sns'], rate: 1 };
  expect(await ask('PUT', CHAOS_PATH, order, { origin: 'https://evil.example' })).toMatchObject({
    status: 403,
  });
});

const DELIVERY = {
  arn: 'arn:aws:sqs:us-east-1:123456789012:intake',
  delivery: { payload: {}, from: 'events.amazonaws.com', sourceArn: 'arn:aws:events:::rule/r' },
};

test.each([
  { kind: 'throttle', times: [0], error: AwsError },
  { kind: 'deny', times: [0], error: AwsError },
  { kind: 'drop', times: [0, 1], error: ConnectionLost },
  { kind: 'duplicate', times: [2], error: undefined },
  { kind: 'delay', times: [1], error: undefined },
] as const)('a delivery under $kind of its sender is made $times times', async ({ kind, times, error }) => {
  const { chaos, on, ask } = await aDoor();
  await on(kind, { services: ['events'], delayMs: 1 });
  const seen = new Set<number>();
  for (let turn = 0; turn < 20; turn += 1) {
    let performed = 0;
    const end = chaos.gate.onDelivery?.(DELIVERY, async () => void (performed += 1));
    if (error === undefined) await end;
    else await expect(end).rejects.toBeInstanceOf(error);
    seen.add(performed);
  }
  expect(seen).toEqual(new Set(times));
  expect((await ask('GET', CHAOS_PATH)).body.made).toEqual({ events: { [kind]: 20 } });
});

test('a dropped delivery is nothing that its sender may give up: it does not know', () => {
  expect(new ConnectionLost()).not.toBeInstanceOf(AwsError);
});
