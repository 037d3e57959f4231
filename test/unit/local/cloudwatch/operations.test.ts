import { expect, test } from 'vitest';
import { aClassicAlarm, aPromqlAlarm, startCloud } from './cloud.ts';

const names = (answer: Record<string, unknown>) =>
  (answer['MetricAlarms'] as { AlarmName: string }[]).map(({ AlarmName }) => AlarmName);

test('DescribeAlarms finds by prefix, name and state, a page at a time', async () => {
  const cloud = await startCloud();
  for (const AlarmName of ['b-2', 'a-1', 'b-1', 'b-3']) cloud.declare(aPromqlAlarm({ AlarmName }));
  expect(names(cloud.rpc('DescribeAlarms', {}))).toEqual(['a-1', 'b-1', 'b-2', 'b-3']);
  expect(names(cloud.rpc('DescribeAlarms', { AlarmNames: ['b-3', 'x'] }))).toEqual(['b-3']);
  expect(names(cloud.rpc('DescribeAlarms', { StateValue: 'ALARM' }))).toEqual([]);
  expect(names(cloud.rpc('DescribeAlarms', { AlarmTypes: ['CompositeAlarm'] }))).toEqual([]);
  // The Query protocol sends numbers as text.
  const first = cloud.rpc('DescribeAlarms', { AlarmNamePrefix: 'b-', MaxRecords: '2' });
  expect(names(first)).toEqual(['b-1', 'b-2']);
  cloud.rpc('DeleteAlarms', { AlarmNames: ['b-2'] });
  const second = cloud.rpc('DescribeAlarms', { AlarmNamePrefix: 'b-', NextToken: first['NextToken'] });
  expect(names(second)).toEqual(['b-3']);
  expect(second['NextToken']).toBeUndefined();
});

test('PutMetricAlarm takes what CloudFormation takes and describes it the same', async () => {
  const cloud = await startCloud();
  cloud.rpc('PutMetricAlarm', aPromqlAlarm({ query: 'up == 0', pending: 20, recovery: 30 }));
  cloud.rpc('PutMetricAlarm', aClassicAlarm());
  expect(cloud.rpc('DescribeAlarms', {})['MetricAlarms']).toMatchObject([
    {
      AlarmName: 'down',
      EvaluationCriteria: { PromQLCriteria: { Query: 'up == 0', PendingPeriod: 20, RecoveryPeriod: 30 } },
    },
    aClassicAlarm(),
  ]);
  expect(() => cloud.rpc('PutMetricAlarm', { ...aPromqlAlarm(), AlarmName: undefined })).toThrow(
    'AlarmName is missing',
  );
});

test('SetAlarmState lasts until the next evaluation and runs the actions', async () => {
  const cloud = await startCloud();
  const topic = 'arn:aws:sns:us-east-1:123456789012:shop';
  cloud.declare(aPromqlAlarm({ AlarmActions: [topic] }));
  await cloud.forward(1);
  cloud.rpc('SetAlarmState', { AlarmName: 'down', StateValue: 'ALARM', StateReason: 'a drill' });
  await cloud.forward(0);
  expect(cloud.kernel.deliveries.map(({ arn }) => arn)).toEqual([topic]);
  expect(cloud.rpc('DescribeAlarms', {})['MetricAlarms']).toMatchObject([
    { StateValue: 'ALARM', StateReason: 'a drill' },
  ]);
  await cloud.forward(10);
  expect(cloud.rpc('DescribeAlarms', {})['MetricAlarms']).toMatchObject([{ StateValue: 'OK' }]);
  expect(cloud.kernel.events.map(({ detail }) => (detail['state'] as { value: string }).value)).toEqual([
    'ALARM',
    'OK',
  ]);
});

test('the history has what happened, newest first, a page at a time', async () => {
  const cloud = await startCloud();
  cloud.declare(aPromqlAlarm());
  cloud.send({ up: [[{ instance: 'a' }, 0]] });
  await cloud.forward(1);
  const summaries = (answer: Record<string, unknown>) =>
    (answer['AlarmHistoryItems'] as { HistorySummary: string }[]).map(({ HistorySummary }) => HistorySummary);
  const all = cloud.rpc('DescribeAlarmHistory', { AlarmName: 'down' });
  expect(summaries(all)).toEqual([
    'Alarm updated from OK to ALARM',
    expect.stringMatching(/^Alarm contributor [0-9a-f]{16} updated from OK to ALARM$/),
    'Alarm "down" created',
  ]);
  const first = cloud.rpc('DescribeAlarmHistory', { ScanBy: 'TimestampAscending', MaxRecords: 2 });
  expect(summaries(first)).toHaveLength(2);
  const rest = { ScanBy: 'TimestampAscending', MaxRecords: 2, NextToken: first['NextToken'] };
  expect(summaries(cloud.rpc('DescribeAlarmHistory', rest))).toEqual(['Alarm updated from OK to ALARM']);
  const late = { StartDate: cloud.kernel.clock.nowMs() / 1000 + 1, EndDate: '2030-01-01T00:00:00Z' };
  expect(summaries(cloud.rpc('DescribeAlarmHistory', late))).toEqual([]);
});

test.each([
  { operation: 'DescribeAlarmContributors', input: { AlarmName: 'x' }, code: 'ResourceNotFoundException' },
  {
    operation: 'SetAlarmState',
    input: { AlarmName: 'x', StateValue: 'OK', StateReason: '' },
    code: 'ResourceNotFound',
  },
  { operation: 'DeleteAlarms', input: { AlarmNames: ['x'] }, code: 'ResourceNotFound' },
  { operation: 'DescribeAlarms', input: { NextToken: '!' }, code: 'InvalidNextToken' },
  { operation: 'DescribeAlarms', input: { AlarmNames: [], AlarmNamePrefix: 'a' }, code: 'ValidationError' },
])('$operation answers $code', async ({ operation, input, code }) => {
  const cloud = await startCloud();
  expect(() => cloud.rpc(operation, input)).toThrow(expect.objectContaining({ code }) as Error);
});

test('PutMetricData takes values, counts and statistic sets', async () => {
  const cloud = await startCloud();
  cloud.declare(aClassicAlarm({ Namespace: 'Shop', MetricName: 'Orders', Dimensions: [], Threshold: 9 }));
  const put = (datum: object) =>
    cloud.rpc('PutMetricData', { Namespace: 'Shop', MetricData: [{ MetricName: 'Orders', ...datum }] });
  put({ Value: 1 });
  put({ Values: [1, 2], Counts: [1, 2], Timestamp: cloud.kernel.clock.nowMs() / 1000 });
  put({
    StatisticValues: { SampleCount: 2, Sum: 4, Minimum: 1, Maximum: 3 },
    Timestamp: '2026-03-01T00:00:00Z',
  });
  await cloud.forward(11);
  const [alarm] = cloud.rpc('DescribeAlarms', {})['MetricAlarms'] as { StateReasonData: string }[];
  expect(JSON.parse(alarm?.StateReasonData ?? '')).toMatchObject({
    evaluatedDatapoints: [{ sampleCount: 6, value: 10 }],
  });
  for (const { datum, message } of [
    { datum: { Value: 1, Values: [1] }, message: 'exactly one of' },
    { datum: { Value: 'NaN' }, message: 'Value' },
    { datum: { Values: [1], Counts: [1, 2] }, message: 'go in pairs' },
    { datum: { Value: 1, Timestamp: '2026-01-01T00:00:00Z' }, message: 'two weeks' },
  ]) {
    expect(() => put(datum)).toThrow(message);
  }
  expect(() =>
    cloud.rpc('PutMetricData', { Namespace: 'AWS/Lambda', MetricData: [{ MetricName: 'E', Value: 1 }] }),
  ).toThrow('belong to AWS');
});
