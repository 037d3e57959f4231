import { expect, test } from 'vitest';
import { contributorId } from '../../../../shared/domain/alert/contributors.ts';
import { alarmOf, aPromqlAlarm, contributorsOf, down, startCloud, told, type Cloud } from './cloud.ts';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:shop';
const INTAKE = 'arn:aws:lambda:us-east-1:123456789012:function:intake:live';
const ALARM_ARN = 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:down';

const labels = (instance: string) => ({
  __name__: 'up',
  instance,
  '@aws.account': '123456789012',
  '@aws.region': 'us-east-1',
});
const messageOf = (sent: Cloud['kernel']['deliveries'][number] | undefined): unknown =>
  JSON.parse((sent?.delivery.payload as { message: string } | undefined)?.message ?? 'null');

test('the events of an alarm have the shapes and the order that AWS documents', async () => {
  const cloud = await startCloud();
  cloud.declare(aPromqlAlarm({ AlarmDescription: 'A target is down.' }));
  expect(alarmOf(cloud)).toMatchObject({ StateValue: 'OK', EvaluationInterval: 10 });
  cloud.send(down('a'));
  await cloud.forward(1);
  expect(cloud.kernel.events).toEqual([
    {
      source: 'aws.cloudwatch',
      resources: [ALARM_ARN],
      detailType: 'CloudWatch Alarm Contributor State Change',
      detail: {
        alarmName: 'down',
        alarmContributor: { id: contributorId(labels('a')), attributes: labels('a') },
        state: {
          value: 'ALARM',
          reason: 'The query returned this time series for the pending period of 0 seconds.',
          timestamp: '2026-03-01T00:00:01.000+0000',
        },
        configuration: { description: 'A target is down.' },
      },
    },
    {
      source: 'aws.cloudwatch',
      resources: [ALARM_ARN],
      detailType: 'CloudWatch Alarm State Change',
      detail: {
        alarmName: 'down',
        state: {
          value: 'ALARM',
          reason: '1 out of 1 time series evaluated to ALARM',
          timestamp: '2026-03-01T00:00:01.000+0000',
        },
        previousState: {
          value: 'OK',
          reason: 'Unchecked: Initial alarm creation',
          timestamp: '2026-03-01T00:00:00.000+0000',
        },
        configuration: { description: 'A target is down.' },
      },
    },
  ]);
  expect(contributorsOf(cloud)).toEqual([
    {
      ContributorId: contributorId(labels('a')),
      ContributorAttributes: new Map(Object.entries(labels('a'))),
      StateReason: 'The query returned this time series for the pending period of 0 seconds.',
      StateTransitionedTimestamp: new Date('2026-03-01T00:00:01Z'),
    },
  ]);
});

test('the alarm stays in ALARM while one contributor is', async () => {
  const cloud = await startCloud();
  cloud.declare(aPromqlAlarm());
  cloud.send(down('a', 'b'));
  await cloud.forward(1);
  cloud.send({
    up: [
      [{ instance: 'a' }, 1],
      [{ instance: 'b' }, 0],
    ],
  });
  await cloud.forward(10);
  expect(alarmOf(cloud)['StateValue']).toBe('ALARM');
  cloud.send({ up: [[{ instance: 'b' }, 1]] });
  await cloud.forward(10);
  expect(told(cloud)).toEqual([
    ['contributor', 'ALARM'],
    ['contributor', 'ALARM'],
    ['alarm', 'ALARM'],
    ['contributor', 'OK'],
    ['contributor', 'OK'],
    ['alarm', 'OK'],
  ]);
  expect(contributorsOf(cloud)).toEqual([]);
});

test('an alarm is evaluated in its interval, on the rhythm it began with', async () => {
  const cloud = await startCloud({ alarmTickMs: 100 });
  cloud.declare(aPromqlAlarm({ pending: 20 }));
  for (let second = 0; second < 30; second += 5) {
    cloud.send(down('a'));
    await cloud.forward(5);
  }
  // Seen at 0.1 s, 10.1 s and 20.1 s.
  expect(cloud.kernel.events[0]?.detail['state']).toMatchObject({
    timestamp: '2026-03-01T00:00:20.100+0000',
  });
});

test('actions of a PromQL alarm run for each contributor, to SNS and to Lambda', async () => {
  const cloud = await startCloud();
  cloud.declare(aPromqlAlarm({ AlarmActions: [TOPIC, INTAKE], OKActions: [TOPIC] }));
  cloud.send(down('a'));
  await cloud.forward(1);
  const contributor = { id: contributorId(labels('a')), attributes: labels('a') };
  const [sns, lambda] = cloud.kernel.deliveries;
  expect(sns).toMatchObject({
    arn: TOPIC,
    delivery: {
      from: 'cloudwatch.amazonaws.com',
      sourceArn: ALARM_ARN,
      payload: { subject: 'ALARM: "down" in US East (N. Virginia)' },
    },
  });
  expect(messageOf(sns)).toEqual({
    AlarmName: 'down',
    AlarmDescription: null,
    AWSAccountId: '123456789012',
    AlarmConfigurationUpdatedTimestamp: '2026-03-01T00:00:00.000+0000',
    NewStateValue: 'ALARM',
    StateChangeTime: '2026-03-01T00:00:01.000+0000',
    Region: 'US East (N. Virginia)',
    AlarmArn: ALARM_ARN,
    OldStateValue: 'OK',
    OKActions: [TOPIC],
    AlarmActions: [TOPIC, INTAKE],
    InsufficientDataActions: [],
    AlarmContributorId: contributor.id,
    AlarmContributorAttributes: contributor.attributes,
  });
  expect(lambda).toEqual({
    arn: INTAKE,
    delivery: {
      from: 'lambda.alarms.cloudwatch.amazonaws.com',
      sourceArn: ALARM_ARN,
      payload: {
        source: 'aws.cloudwatch',
        alarmArn: ALARM_ARN,
        accountId: '123456789012',
        time: '2026-03-01T00:00:01.000+0000',
        region: 'us-east-1',
        alarmData: {
          alarmName: 'down',
          alarmContributor: contributor,
          state: {
            value: 'ALARM',
            reason: 'The query returned this time series for the pending period of 0 seconds.',
            timestamp: '2026-03-01T00:00:01.000+0000',
          },
          previousState: expect.objectContaining({ value: 'OK' }) as object,
          configuration: {},
        },
      },
    },
  });
  expect(cloud.kernel.deliveries).toHaveLength(2);
});

test('with actions disabled nothing is delivered, events go on', async () => {
  const cloud = await startCloud();
  cloud.declare(aPromqlAlarm({ AlarmActions: [TOPIC], ActionsEnabled: false }));
  cloud.send(down('a'));
  await cloud.forward(1);
  expect(cloud.kernel.deliveries).toEqual([]);
  expect(cloud.kernel.events).toHaveLength(2);
});

test('over 100 contributors: the alarm says PARTIAL_DATA and the rest has no events', async () => {
  const cloud = await startCloud();
  cloud.declare(aPromqlAlarm());
  cloud.send(down(...Array.from({ length: 120 }, (_, index) => `i${index}`)));
  await cloud.forward(1);
  expect(told(cloud).filter(([kind]) => kind === 'contributor')).toHaveLength(100);
  expect(alarmOf(cloud)).toMatchObject({
    StateValue: 'ALARM',
    EvaluationState: 'PARTIAL_DATA',
    StateReason: '100 out of 120 time series evaluated to ALARM',
  });
  const first = cloud.rpc('DescribeAlarmContributors', { AlarmName: 'down' });
  const second = cloud.rpc('DescribeAlarmContributors', { AlarmName: 'down', NextToken: first['NextToken'] });
  const ids = [first, second].flatMap((page) => page['AlarmContributors'] as { ContributorId: string }[]);
  expect(new Set(ids.map(({ ContributorId }) => ContributorId)).size).toBe(100);
  expect(second['NextToken']).toBeUndefined();
});

test('a query that fails keeps the state and says why', async () => {
  const cloud = await startCloud();
  // Two series on each side match: known only when it runs.
  const query = 'up * on(job) group_left() limit == 0';
  cloud.declare(aPromqlAlarm({ query }));
  cloud.send({
    up: [[{ job: 'j', instance: 'a' }, 0]],
    limit: [[{ job: 'j', x: '1' }, 1]],
  });
  await cloud.forward(1);
  expect(alarmOf(cloud)).toMatchObject({ StateValue: 'ALARM' });
  cloud.send({ limit: [[{ job: 'j', x: '2' }, 1]] });
  await cloud.forward(10);
  expect(alarmOf(cloud)).toMatchObject({ StateValue: 'ALARM', EvaluationState: 'EVALUATION_ERROR' });
  expect(String(alarmOf(cloud)['StateReason'])).toMatch(/match/);
  expect(told(cloud)).toHaveLength(2);
});

test.each([
  { query: 'up ==', message: 'The query of alarm "down" is wrong: char' },
  { query: '{job="x"} == 0', message: 'the selector names no metric' },
  { query: 'up[5m]', message: 'the query gives a matrix; an alarm needs an instant vector' },
  { query: 'rate(up[8d]) > 0', message: 'more than 7 days' },
])('a query that cannot be an alarm is refused when it is declared: $query', async ({ query, message }) => {
  const cloud = await startCloud();
  expect(() => {
    cloud.declare(aPromqlAlarm({ query }));
  }).toThrow(message);
});

test('a changed definition starts anew unless only description and actions changed', async () => {
  const cloud = await startCloud();
  cloud.declare(aPromqlAlarm());
  cloud.send(down('a'));
  await cloud.forward(1);
  cloud.declare(aPromqlAlarm({ AlarmDescription: 'new', AlarmActions: [TOPIC] }));
  expect(alarmOf(cloud)).toMatchObject({ StateValue: 'ALARM', AlarmDescription: 'new' });
  cloud.declare(aPromqlAlarm({ pending: 60 }));
  expect(alarmOf(cloud)).toMatchObject({ StateValue: 'OK' });
});

test('an alarm that is taken away does not fire any more', async () => {
  const cloud = await startCloud();
  cloud.declare(aPromqlAlarm());
  await cloud.service.resources?.[0]?.remove?.('down');
  cloud.send(down('a'));
  await cloud.forward(20);
  expect(cloud.kernel.events).toEqual([]);
  expect(alarmOf(cloud)).toEqual({});
});
