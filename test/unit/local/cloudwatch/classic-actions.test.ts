import { expect, test } from 'vitest';
import { aClassicAlarm, startCloud, vend } from './cloud.ts';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:self-watch';
const INTAKE = 'arn:aws:lambda:us-east-1:123456789012:function:intake';

test('the event, the SNS message and the Lambda event have the shapes that AWS documents', async () => {
  const cloud = await startCloud();
  cloud.declare(aClassicAlarm({ AlarmActions: [TOPIC, INTAKE], AlarmDescription: 'collect fails' }));
  vend(cloud, 2);
  vend(cloud, 1);
  await cloud.forward(11);
  const reason =
    'Threshold Crossed: 1 out of the last 1 datapoints [3.0 (28/02/26 23:59:10)] was greater than the ' +
    'threshold (0.0) (minimum 1 datapoint for OK -> ALARM transition).';
  const state = {
    value: 'ALARM',
    reason,
    reasonData: JSON.stringify({
      version: '1.0',
      queryDate: '2026-03-01T00:00:10.000+0000',
      startDate: '2026-02-28T23:59:10.000+0000',
      statistic: 'Sum',
      period: 60,
      recentDatapoints: [3],
      threshold: 0,
      evaluatedDatapoints: [{ timestamp: '2026-02-28T23:59:10.000+0000', sampleCount: 2, value: 3 }],
    }),
    timestamp: '2026-03-01T00:00:10.000+0000',
  };
  const previousState = {
    value: 'INSUFFICIENT_DATA',
    reason: 'Unchecked: Initial alarm creation',
    timestamp: '2026-03-01T00:00:00.000+0000',
  };
  const metric = { namespace: 'AWS/Lambda', name: 'Errors', dimensions: { FunctionName: 'collect' } };
  const configuration = {
    description: 'collect fails',
    metrics: [
      {
        id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string,
        metricStat: { metric, period: 60, stat: 'Sum' },
        returnData: true,
      },
    ],
  };
  expect(cloud.kernel.events).toEqual([
    {
      source: 'aws.cloudwatch',
      detailType: 'CloudWatch Alarm State Change',
      resources: ['arn:aws:cloudwatch:us-east-1:123456789012:alarm:errors'],
      detail: { alarmName: 'errors', state, previousState, configuration },
    },
  ]);
  const [sns, lambda] = cloud.kernel.deliveries.map(
    ({ delivery }) => delivery.payload as Record<string, unknown>,
  );
  expect(JSON.parse(String(sns?.['message']))).toMatchObject({
    AlarmName: 'errors',
    AlarmDescription: 'collect fails',
    NewStateValue: 'ALARM',
    NewStateReason: reason,
    StateChangeTime: '2026-03-01T00:00:10.000+0000',
    OldStateValue: 'INSUFFICIENT_DATA',
    Trigger: {
      MetricName: 'Errors',
      Namespace: 'AWS/Lambda',
      StatisticType: 'Statistic',
      Statistic: 'SUM',
      Unit: null,
      Dimensions: [{ value: 'collect', name: 'FunctionName' }],
      Period: 60,
      EvaluationPeriods: 1,
      DatapointsToAlarm: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 0,
      TreatMissingData: 'missing',
      EvaluateLowSampleCountPercentile: '',
    },
  });
  expect(lambda?.['alarmData']).toEqual({ alarmName: 'errors', state, previousState, configuration });
});

test('a failed action is tried again, given up at last, and the history says so', async () => {
  const cloud = await startCloud();
  cloud.declare(aClassicAlarm({ AlarmActions: [TOPIC] }));
  let attempts = 0;
  cloud.kernel.onDeliver = () => {
    attempts += 1;
    throw new Error('no such topic');
  };
  vend(cloud, 1);
  await cloud.forward(50);
  expect(attempts).toBe(4);
  expect(cloud.kernel.logs.filter(({ level }) => level === 'error')).toHaveLength(1);
  const items = cloud.rpc('DescribeAlarmHistory', { HistoryItemType: 'Action' })['AlarmHistoryItems'];
  expect(items).toMatchObject([
    { AlarmName: 'errors', HistorySummary: expect.stringContaining('Failed') as string },
  ]);
});

test('an action that was not yet delivered when the cloud died goes out after the restart', async () => {
  const before = await startCloud();
  before.declare(aClassicAlarm({ AlarmActions: [TOPIC] }));
  before.kernel.onDeliver = () => new Promise(() => undefined);
  vend(before, 1);
  await before.forward(11);
  expect(before.kernel.deliveries).toEqual([]);
  const cloud = await before.restart();
  await cloud.forward(1);
  expect(cloud.kernel.deliveries.map(({ arn }) => arn)).toEqual([TOPIC]);
  const again = await cloud.restart();
  await again.forward(1);
  expect(again.kernel.deliveries).toEqual([]);
});

test('an action that ends after the stop writes nothing, and is done again', async () => {
  const before = await startCloud();
  before.declare(aClassicAlarm({ AlarmActions: [TOPIC] }));
  let finish: () => void = () => undefined;
  before.kernel.onDeliver = () =>
    new Promise((resolve) => {
      finish = resolve;
    });
  vend(before, 1);
  await before.forward(11);
  await before.service.stop?.();
  finish();
  await before.forward(0);
  const cloud = await before.restart();
  await cloud.forward(0);
  expect(cloud.kernel.deliveries.map(({ arn }) => arn)).toEqual([TOPIC]);
});
