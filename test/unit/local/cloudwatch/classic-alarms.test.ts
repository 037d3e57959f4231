import { expect, test } from 'vitest';
import { aClassicAlarm, alarmOf, startCloud, vend, type Cloud } from './cloud.ts';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:self-watch';
const INTAKE = 'arn:aws:lambda:us-east-1:123456789012:function:intake';

const stateOf = (cloud: Cloud) => alarmOf(cloud)['StateValue'];
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

/** Fewer than one in each of two minutes, and silence is as bad. */
const silent = () =>
  aClassicAlarm({
    EvaluationPeriods: 2,
    TreatMissingData: 'breaching',
    ComparisonOperator: 'LessThanThreshold',
    Threshold: 1,
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
