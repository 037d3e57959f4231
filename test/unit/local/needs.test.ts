import { expect, test } from 'vitest';
import { createChaos } from '../../../local/chaos/chaos.ts';
import { createCloudWatch } from '../../../local/cloudwatch/cloudwatch.ts';
import { createDynamoDb } from '../../../local/dynamodb/dynamodb.ts';
import { createEcs } from '../../../local/ecs/ecs.ts';
import { createEvents } from '../../../local/events/events.ts';
import { createIam } from '../../../local/iam/iam.ts';
import { createSts } from '../../../local/iam/sts.ts';
import type { Service } from '../../../local/kernel/service.ts';
import { createLambda } from '../../../local/lambda/lambda.ts';
import { createLogs } from '../../../local/logs/logs.ts';
import { createScheduler } from '../../../local/scheduler/scheduler.ts';
import { createSns } from '../../../local/sns/sns.ts';
import { createSqs } from '../../../local/sqs/sqs.ts';
import { createFakeKernel } from '../../fakes/fake-kernel.ts';

const kernel = createFakeKernel();
/** All that `startCloud` runs. */
const services: Service[] = [
  createIam(kernel),
  createCloudWatch(kernel),
  createSns(kernel),
  createSqs(kernel),
  createEvents(kernel),
  createEcs(kernel),
  createLambda(kernel),
  createScheduler(kernel),
  createChaos(kernel).service,
  createSts(kernel),
  createLogs(kernel),
  await createDynamoDb(kernel),
];

const operationsOf = ({ rpc, rest }: Service): string[] => [
  ...Object.keys(rpc?.operations ?? {}),
  ...(rest ?? []).map(({ operation }) => operation),
];

test.each(services)('every operation of $name states what a role needs to call it', (service) => {
  const operations = new Set(operationsOf(service));
  const stated = new Set(Object.keys(service.needs ?? {}));
  expect({
    withoutNeeds: [...operations].filter((name) => !stated.has(name)),
    ofNoOperation: [...stated].filter((name) => !operations.has(name)),
  }).toEqual({
    withoutNeeds: [],
    ofNoOperation: [],
  });
});

test.each(services)('whoever hands something to $name is asked for its rights', (service) => {
  expect(service.needsToReceive === undefined).toBe(service.receive === undefined);
});

test('what belongs to the machine and not to AWS is for the owner only', () => {
  const ours = services.flatMap((service) =>
    (service.rest ?? [])
      .filter(({ operation }) => operation.startsWith('homeostat:'))
      .map(({ operation }) => service.needs?.[operation]),
  );
  expect(ours.length).toBeGreaterThan(0);
  expect(new Set(ours)).toEqual(new Set(['owner']));
});

const QUEUE_URL = 'http://127.0.0.1:1/123456789012/q';
const EXECUTION = 'arn:aws:lambda:us-east-1:123456789012:function:f:1/durable-execution/n/id';
const rest = (params: Record<string, string>, query = '') => ({
  params,
  query: new URLSearchParams(query),
  headers: {},
  body: Buffer.alloc(0),
});

test.each<[string, string, unknown, string[]]>([
  ['dynamodb', 'Query', { TableName: 't' }, ['dynamodb:Query table/t']],
  ['dynamodb', 'Query', { TableName: 't', IndexName: 'due' }, ['dynamodb:Query table/t/index/due']],
  [
    'dynamodb',
    'BatchWriteItem',
    { RequestItems: { a: [], b: [] } },
    ['dynamodb:BatchWriteItem table/a', 'dynamodb:BatchWriteItem table/b'],
  ],
  ['sqs', 'SendMessageBatch', { QueueUrl: QUEUE_URL }, ['sqs:SendMessage q']],
  ['sns', 'Publish', { TopicArn: 'arn:aws:sns:us-east-1:123456789012:t' }, ['sns:Publish t']],
  ['sns', 'Publish', { PhoneNumber: '+1' }, ['sns:Publish *']],
  [
    'ecs',
    'ListTasks',
    { cluster: 'arn:aws:ecs:us-east-1:123456789012:cluster/c' },
    ['ecs:ListTasks * cluster/c'],
  ],
  [
    'ecs',
    'DescribeServices',
    { cluster: 'c', services: ['a', 'arn:aws:ecs:us-east-1:1:service/c/b'] },
    ['ecs:DescribeServices service/c/a cluster/c', 'ecs:DescribeServices service/c/b cluster/c'],
  ],
  ['monitoring', 'PutOtlpMetrics', rest({}), ['cloudwatch:PutMetricData *']],
  ['monitoring', 'PromqlQuery', rest({}), ['cloudwatch:GetMetricData *', 'cloudwatch:ListMetrics *']],
  ['monitoring', 'DescribeAlarms', { AlarmNamePrefix: 'h' }, ['cloudwatch:DescribeAlarms alarm:*']],
  [
    'monitoring',
    'DescribeAlarmContributors',
    { AlarmName: 'h' },
    ['cloudwatch:DescribeAlarmContributors alarm:h'],
  ],
  ['lambda', 'Invoke', rest({ name: 'f' }, 'Qualifier=live'), ['lambda:InvokeFunction function:f:live']],
  [
    'lambda',
    'Invoke',
    rest({ name: 'arn:aws:lambda:us-east-1:123456789012:function:f:live' }),
    ['lambda:InvokeFunction function:f:live'],
  ],
  [
    'lambda',
    'CheckpointDurableExecution',
    rest({ arn: EXECUTION }),
    ['lambda:CheckpointDurableExecution function:f:1/durable-execution/n/id'],
  ],
  [
    'lambda',
    'SendDurableExecutionCallbackSuccess',
    rest({ id: 'unknown' }),
    ['lambda:SendDurableExecutionCallbackSuccess *'],
  ],
])('%s %s of %j needs %j', (name, operation, input, expected) => {
  const needs = services.find((service) => service.name === name)?.needs?.[operation];
  if (needs === undefined || needs === 'owner') throw new Error('no needs');
  const said = needs(input as never).map(({ action, resource, context }) =>
    [action, short(resource), ...Object.values(context ?? {}).map((value) => short(String(value)))].join(' '),
  );
  expect(said).toEqual(expected);
});

const short = (arn: string): string => arn.replace(/^arn:aws:[a-z]+:us-east-1:123456789012:/, '');
