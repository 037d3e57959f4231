import { expect, test } from 'vitest';
import { aClassicAlarm, startCloud, type Cloud } from './cloud.ts';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:self-watch';
const INTAKE = 'arn:aws:lambda:us-east-1:123456789012:function:intake';

const alarmOf = (cloud: Cloud) =>
  (cloud.rpc('DescribeAlarms', {})['MetricAlarms'] as Record<string, unknown>[])[0] ?? {};
const stateOf = (cloud: Cloud) => alarmOf(cloud)['StateValue'];
const vend = (cloud: Cloud, value: number, over: { name?: string; unit?: string } = {}): void => {
  const dimensions = { FunctionName: 'collect' };
  cloud.service.record({
    namespace: 'AWS/Lambda',
    name: 'Errors',
    dimensions,
    value,
    unit: 'Count',
    ...over,
  });
};
/** One sample every ten seconds. */
async function vendFor(cloud: Cloud, seconds: number, value: number): Promise<void> {
  for (let at = 0; at < seconds; at += 10) {
    vend(cloud, value);
    await cloud.forward(10);
  }
}

test('starts with INSUFFICIENT_DATA, alarms over the threshold and recovers, with its actions', async () => {
  const cloud = await startCloud();
  cloud.declare(
    aClassicAlarm({ AlarmActions: [TOPIC, INTAKE], OKActions: [TOPIC], TreatMissingData: 'notBreaching' }),
  );
  expect(stateOf(cloud)).toBe('INSUFFICIENT_DATA');
  await vendFor(cloud, 20, 0);
  expect(stateOf(cloud)).toBe('OK');
  vend(cloud, 3);
  await cloud.forward(11);
  expect(stateOf(cloud)).toBe('ALARM');
  await vendFor(cloud, 70, 0);
  expect(stateOf(cloud)).toBe('OK');
  const subjects = cloud.kernel.deliveries.map(
    ({ delivery }) => (delivery.payload as { subject?: string }).subject,
  );
  expect(subjects).toEqual([
    'OK: "errors" in US East (N. Virginia)',
    'ALARM: "errors" in US East (N. Virginia)',
    undefined,
    'OK: "errors" in US East (N. Virginia)',
  ]);
});

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

const silent = (over: object = {}) =>
  aClassicAlarm({
    EvaluationPeriods: 2,
    TreatMissingData: 'breaching',
    ComparisonOperator: 'LessThanThreshold',
    Threshold: 1,
    ...over,
  });

test('silence is breaching once the window lies in the time that the cloud was running', async () => {
  const cloud = await startCloud();
  cloud.declare(silent());
  await cloud.forward(119);
  expect(stateOf(cloud)).toBe('INSUFFICIENT_DATA');
  await cloud.forward(11);
  expect(stateOf(cloud)).toBe('ALARM');
  expect(alarmOf(cloud)['StateReason']).toBe(
    'Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [Breaching].',
  );
});

test('a cloud that was stopped for hours does not take its own absence for silence', async () => {
  const before = await startCloud();
  before.declare(silent());
  await vendFor(before, 130, 5);
  expect(stateOf(before)).toBe('OK');
  const cloud = await before.restart(8 * 3600);
  cloud.declare(silent());
  await cloud.forward(100);
  expect(stateOf(cloud)).toBe('OK');
  await cloud.forward(35);
  expect(stateOf(cloud)).toBe('ALARM');
});

test('a quick restart loses neither samples nor the time already silent', async () => {
  const before = await startCloud();
  before.declare(silent());
  await vendFor(before, 130, 5);
  await before.forward(100);
  const cloud = await before.restart(5);
  cloud.declare(silent());
  await cloud.forward(15);
  expect(stateOf(cloud)).toBe('OK');
  // The last sample leaves the evaluation range of four minutes.
  await cloud.forward(60);
  expect(stateOf(cloud)).toBe('OK');
  await cloud.forward(60);
  expect(stateOf(cloud)).toBe('ALARM');
});

test('M of N: two bad minutes of the last three', async () => {
  const cloud = await startCloud();
  cloud.declare(
    aClassicAlarm({ EvaluationPeriods: 3, DatapointsToAlarm: 2, TreatMissingData: 'notBreaching' }),
  );
  await vendFor(cloud, 60, 0);
  await vendFor(cloud, 10, 1);
  await vendFor(cloud, 80, 0);
  expect(stateOf(cloud)).toBe('OK');
  await vendFor(cloud, 10, 1);
  expect(stateOf(cloud)).toBe('ALARM');
});

test('an alarm holds on to the last real points for a while after its metric has stopped', async () => {
  const cloud = await startCloud();
  cloud.declare(aClassicAlarm({ TreatMissingData: 'notBreaching' }));
  vend(cloud, 1);
  await cloud.forward(170);
  expect(stateOf(cloud)).toBe('ALARM');
  // The evaluation range of one period is three.
  await cloud.forward(20);
  expect(stateOf(cloud)).toBe('OK');
});

test('an alarm of a unit sees only that unit', async () => {
  const cloud = await startCloud();
  cloud.declare(aClassicAlarm({ Unit: 'Seconds' }));
  vend(cloud, 5);
  await cloud.forward(11);
  expect(stateOf(cloud)).toBe('INSUFFICIENT_DATA');
  vend(cloud, 5, { unit: 'Seconds' });
  await cloud.forward(11);
  expect(stateOf(cloud)).toBe('ALARM');
});

test('a warm-up holds a new alarm back, as a whole or until its window is full', async () => {
  const warm = async (isWhole: boolean) => {
    const cloud = await startCloud();
    const WarmUpConfiguration = {
      WarmUpPeriodDurationInMinutes: 5,
      OnlyStartEvaluatingAfterWarmUpPeriodEnds: isWhole,
    };
    cloud.declare(
      aClassicAlarm({ WarmUpConfiguration, EvaluationPeriods: 2, TreatMissingData: 'breaching' }),
    );
    await vendFor(cloud, 150, 0);
    const early = stateOf(cloud);
    await cloud.forward(160);
    return [early, stateOf(cloud)];
  };
  expect(await warm(false)).toEqual(['OK', 'OK']);
  expect(await warm(true)).toEqual(['INSUFFICIENT_DATA', 'OK']);
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

test.each([
  { over: { Metrics: [] }, message: 'Unrecognized key: "Metrics"' },
  { over: { Statistic: 'p99' }, message: 'Statistic' },
  { over: { Threshold: undefined }, message: 'has no Threshold' },
  { over: { DatapointsToAlarm: 2 }, message: 'DatapointsToAlarm 2 is over EvaluationPeriods 1' },
  { over: { Period: 45 }, message: 'must be 10, 20, 30 or a multiple of 60' },
  { over: { EvaluationInterval: 60 }, message: 'which only PromQL alarms have' },
])('a definition that is not understood is refused: $message', async ({ over, message }) => {
  const cloud = await startCloud();
  expect(() => {
    cloud.declare(aClassicAlarm(over));
  }).toThrow(message);
});
