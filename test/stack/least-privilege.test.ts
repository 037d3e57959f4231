import { expect, test } from 'vitest';
import { theFleet } from './fleet-catalog.ts';
import { rightsOfRole } from './rights.ts';
import { synthesized } from './synthesized.ts';

/** O1, law 8: what no right may be. That each is needed, and none is missing, is in test/e2e/rights.test.ts. */

const app = synthesized(theFleet());
const roles = app.of('AWS::IAM::Role');
const functions = app.of('AWS::Lambda::Function').map(({ properties }) => String(properties['FunctionName']));

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

/** A wider one would be used just as well, so that the test of rights would not see it. */
const PATTERNS = [
  'ecs:DescribeTasks on ecs task/bank/*',
  'ecs:DescribeTasks on ecs task/shop/*',
  'lambda:CheckpointDurableExecution on lambda function:homeostat-recover:*',
  'lambda:GetDurableExecutionState on lambda function:homeostat-recover:*',
  'sns:Publish on sns homeostat-*',
  ...functions.flatMap((name) =>
    ['logs:CreateLogStream', 'logs:PutLogEvents'].map(
      (action) => `${action} on logs log-group:/aws/lambda/${name}:*`,
    ),
  ),
];

test('a right on many resources names no more of them than are listed here', () => {
  const many = all.filter((right) => / on (?!\*( |$)).*\*/.test(right));
  expect([...new Set(many)].toSorted()).toEqual(PATTERNS.toSorted());
});

test('listing tasks is limited to a cluster', () => {
  for (const right of all.filter((one) => one.startsWith('ecs:ListTasks')))
    expect(right).toContain(' if ecs:cluster ');
});

/** Scheduler is held to the schedules of this account's default group: it also starts what belongs to others. */
const OUR_SCHEDULES = {
  StringEquals: {
    'aws:SourceAccount': '111122223333',
    'aws:SourceArn': 'arn:aws:scheduler:eu-west-1:111122223333:schedule-group/default',
  },
};

test('every function has a role of its own that only Lambda may take, and no managed policy', () => {
  const own = app.of('AWS::Lambda::Function').map(({ properties }) => properties['Role']);
  expect(new Set(own).size).toBe(functions.length);
  for (const { id, properties } of roles) {
    const trust = id.startsWith('Schedule')
      ? { Principal: { Service: 'scheduler.amazonaws.com' }, Condition: OUR_SCHEDULES }
      : { Principal: { Service: 'lambda.amazonaws.com' } };
    expect(properties['AssumeRolePolicyDocument'], id).toEqual({
      Version: '2012-10-17',
      Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', ...trust }],
    });
    expect(properties).not.toHaveProperty('ManagedPolicyArns');
  }
});
