import {
  CloudWatchClient,
  DescribeAlarmContributorsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetDashboardCommand,
  ListDashboardsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  ResourceNotFoundException,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDoor, type Door } from '../../../../local/door/door.ts';
import { realClock } from '../../../../local/kernel/real-clock.ts';
import { startCloud, type Cloud } from './cloud.ts';

let cloud: Cloud;
let door: Door;
let client: CloudWatchClient;
const clock = realClock();

beforeAll(async () => {
  cloud = await startCloud();
  const services = [cloud.service];
  door = await openDoor({ services, roleOf: () => undefined, log: () => undefined, clock });
  const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
  client = new CloudWatchClient({ endpoint: door.endpoint, region: 'us-east-1', credentials });
});

afterAll(async () => {
  client.destroy();
  await door.close();
  clock.stop();
});

test('the unmodified SDK client puts alarms and data, and reads states, contributors and history', async () => {
  const PromQLCriteria = { Query: 'up == 0', PendingPeriod: 0 };
  const definition = { AlarmName: 'down', EvaluationInterval: 10, EvaluationCriteria: { PromQLCriteria } };
  await client.send(new PutMetricAlarmCommand(definition));
  const datum = { MetricName: 'orders', Value: 1, Timestamp: new Date(cloud.kernel.clock.nowMs()) };
  await client.send(new PutMetricDataCommand({ Namespace: 'shop', MetricData: [datum] }));
  cloud.send({ up: [[{ instance: 'a' }, 0]] });
  await cloud.forward(1);
  const at = new Date('2026-03-01T00:00:01Z');
  const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({ AlarmNamePrefix: 'd' }));
  expect(MetricAlarms).toMatchObject([
    { AlarmName: 'down', StateValue: 'ALARM', StateTransitionedTimestamp: at },
  ]);
  const name = { AlarmName: 'down' };
  const { AlarmContributors } = await client.send(new DescribeAlarmContributorsCommand(name));
  expect(AlarmContributors).toMatchObject([
    { ContributorAttributes: { instance: 'a' }, StateTransitionedTimestamp: at },
  ]);
  const history = { ...name, StartDate: new Date(0), EndDate: at };
  const { AlarmHistoryItems } = await client.send(new DescribeAlarmHistoryCommand(history));
  expect(AlarmHistoryItems).toHaveLength(3);
});

test('its errors arrive under their names', async () => {
  const contributors = new DescribeAlarmContributorsCommand({ AlarmName: 'x' });
  await expect(client.send(contributors)).rejects.toBeInstanceOf(ResourceNotFoundException);
  const state = new SetAlarmStateCommand({ AlarmName: 'x', StateValue: 'OK', StateReason: '' });
  await expect(client.send(state)).rejects.toMatchObject({ name: 'ResourceNotFound' });
});

test('a client reads dashboards, and when they were written', async () => {
  const DashboardBody = JSON.stringify({ widgets: [] });
  const provider = cloud.service.resources?.find(({ type }) => type === 'AWS::CloudWatch::Dashboard');
  await provider?.put({
    stack: 's',
    logicalId: 'l',
    suggestedName: 's-l',
    properties: { DashboardName: 'homeostat-shop', DashboardBody },
  });
  const { DashboardEntries: entries } = await client.send(new ListDashboardsCommand({}));
  expect(entries).toMatchObject([{ DashboardName: 'homeostat-shop', Size: DashboardBody.length }]);
  expect(entries?.[0]?.LastModified).toEqual(new Date(cloud.kernel.clock.nowMs()));
  const found = await client.send(new GetDashboardCommand({ DashboardName: 'homeostat-shop' }));
  expect(found.DashboardBody).toBe(DashboardBody);
  await expect(client.send(new GetDashboardCommand({ DashboardName: 'other' }))).rejects.toMatchObject({
    name: expect.stringMatching(/NotFound/) as string,
  });
});
