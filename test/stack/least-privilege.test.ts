import { expect, test } from 'vitest';
import { theFleet } from './fleet-catalog.ts';
import { rightsOf, rightsOfRole } from './rights.ts';
import { synthesized } from './synthesized.ts';

/** O1, law 8: what each function may do, and nothing more. */

const app = synthesized(theFleet());
const roles = app.of('AWS::IAM::Role');
const functions = app.of('AWS::Lambda::Function').map(({ properties }) => String(properties['FunctionName']));

const itsLogs = (name: string): string[] => [
  `logs:CreateLogStream on logs log-group:/aws/lambda/${name}:*`,
  `logs:PutLogEvents on logs log-group:/aws/lambda/${name}:*`,
];
const LOG_OF_INCIDENTS = [
  'dynamodb:Query on dynamodb table/homeostat',
  'dynamodb:GetItem on dynamodb table/homeostat',
  'dynamodb:PutItem on dynamodb table/homeostat',
  'dynamodb:UpdateItem on dynamodb table/homeostat',
];
const TELL_PEOPLE = [
  'sns:Publish on sns homeostat-*',
  'kms:Decrypt on kms key/TopicKeyB2E0C9CB',
  'kms:GenerateDataKey on kms key/TopicKeyB2E0C9CB',
];
const READ_ALARMS_AND_SERIES = [
  'cloudwatch:DescribeAlarms on *',
  'cloudwatch:DescribeAlarmContributors on *',
  'cloudwatch:GetMetricData on *',
  'cloudwatch:ListMetrics on *',
];
const START_RECOVERIES = ['lambda:InvokeFunction on lambda function:homeostat-recover:live'];
const LEASE = [
  'dynamodb:PutItem on dynamodb table/homeostat',
  'dynamodb:DeleteItem on dynamodb table/homeostat',
];
const SEND_SERIES = ['cloudwatch:PutMetricData on *'];
const JOIN_NETWORK = [
  'ec2:CreateNetworkInterface on *',
  'ec2:DescribeNetworkInterfaces on *',
  'ec2:DescribeSubnets on *',
  'ec2:DeleteNetworkInterface on *',
  'ec2:AssignPrivateIpAddresses on *',
  'ec2:UnassignPrivateIpAddresses on *',
];
const findTasks = (cluster: string): string[] => [
  `ecs:ListTasks on * if ecs:cluster ArnEquals ecs cluster/${cluster}`,
  `ecs:DescribeTasks on ecs task/${cluster}/*`,
];
const IN_THE_BANK = functions.find((name) => name.startsWith('homeostat-collect-')) ?? '';

test.each([
  ['homeostat-collect', [...LEASE, ...SEND_SERIES, ...findTasks('shop')]],
  // Its systems are bank and ledger; ledger runs on no ECS.
  [IN_THE_BANK, [...LEASE, ...SEND_SERIES, ...findTasks('bank'), ...JOIN_NETWORK]],
  [
    'homeostat-intake',
    [
      ...LOG_OF_INCIDENTS,
      ...TELL_PEOPLE,
      ...START_RECOVERIES,
      ...READ_ALARMS_AND_SERIES,
      'sqs:ReceiveMessage on sqs homeostat-alarm-events',
      'sqs:DeleteMessage on sqs homeostat-alarm-events',
      'sqs:GetQueueAttributes on sqs homeostat-alarm-events',
      'sqs:SendMessage on sqs homeostat-alarm-events-dead',
    ],
  ],
  [
    'homeostat-escalate',
    [
      ...LOG_OF_INCIDENTS,
      'dynamodb:Query on dynamodb table/homeostat/index/due',
      ...TELL_PEOPLE,
      ...START_RECOVERIES,
      ...READ_ALARMS_AND_SERIES,
    ],
  ],
  [
    'homeostat-recover',
    [
      ...LOG_OF_INCIDENTS,
      ...TELL_PEOPLE,
      ...START_RECOVERIES,
      ...READ_ALARMS_AND_SERIES,
      ...['shop/checkout', 'shop/inventory', 'bank/accounts'].flatMap((service) => [
        `ecs:DescribeServices on ecs service/${service}`,
        `ecs:UpdateService on ecs service/${service}`,
      ]),
      'lambda:CheckpointDurableExecution on lambda function:homeostat-recover:*',
      'lambda:GetDurableExecutionState on lambda function:homeostat-recover:*',
    ],
  ],
])('%s may do its own work and nothing else', (name, rights) => {
  expect(rightsOf(app, name).toSorted()).toEqual([...itsLogs(name), ...rights].toSorted());
});

test('the table above is complete', () => {
  expect(functions.toSorted()).toEqual(
    [
      IN_THE_BANK,
      'homeostat-collect',
      'homeostat-escalate',
      'homeostat-intake',
      'homeostat-recover',
    ].toSorted(),
  );
});

const all = roles.flatMap(({ stack, id }) => rightsOfRole(app, stack, id));

test('no right names a whole service or a pattern of actions', () => {
  expect(all.filter((right) => (right.split(' ')[0] ?? '').includes('*'))).toEqual([]);
});

/** Actions that know no resource, or none that could be named beforehand. */
const WITHOUT_RESOURCE: Readonly<Record<string, string>> = {
  'cloudwatch:PutMetricData': 'series have no ARN; what comes in over OTLP is authorised as this',
  'cloudwatch:GetMetricData': 'nor when they are read; a PromQL query is authorised as this',
  'cloudwatch:ListMetrics': 'and as this',
  'cloudwatch:DescribeAlarms': 'asks by prefix, which cannot be limited to ARNs',
  'cloudwatch:DescribeAlarmContributors': 'as DescribeAlarms',
  'ecs:ListTasks': 'has no resource but the cluster, which is a condition',
  'ec2:CreateNetworkInterface': 'interfaces have no ARN before they exist; Lambda asks for *',
  'ec2:DescribeNetworkInterfaces': 'describes know no resource',
  'ec2:DescribeSubnets': 'describes know no resource',
  'ec2:DeleteNetworkInterface': 'as CreateNetworkInterface',
  'ec2:AssignPrivateIpAddresses': 'as CreateNetworkInterface',
  'ec2:UnassignPrivateIpAddresses': 'as CreateNetworkInterface',
};

test('a right on everything has a reason, and every reason is needed', () => {
  const everything = all.filter((right) => / on \*( if |$)/.test(right)).map((right) => right.split(' ')[0]);
  expect(new Set(everything)).toEqual(new Set(Object.keys(WITHOUT_RESOURCE)));
});

test('listing tasks is limited to a cluster', () => {
  for (const right of all.filter((one) => one.startsWith('ecs:ListTasks')))
    expect(right).toContain(' if ecs:cluster ');
});

test('every function has a role of its own that only Lambda may take, and no managed policy', () => {
  const own = app.of('AWS::Lambda::Function').map(({ properties }) => properties['Role']);
  expect(new Set(own).size).toBe(functions.length);
  for (const { id, properties } of roles) {
    const service = id.startsWith('Schedule') ? 'scheduler.amazonaws.com' : 'lambda.amazonaws.com';
    expect(properties['AssumeRolePolicyDocument'], id).toMatchObject({
      Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: service } }],
    });
    expect(properties).not.toHaveProperty('ManagedPolicyArns');
  }
});
