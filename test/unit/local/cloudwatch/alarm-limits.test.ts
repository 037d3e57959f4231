import { describe, expect, test } from 'vitest';
import { MAX_CONTRIBUTORS_IN_ALARM } from '../../../../shared/domain/alert/contributors.ts';
import { MAX_SERIES_RETURNED } from '../../../../local/cloudwatch/evaluate-promql.ts';
import { alarmOf, aPromqlAlarm, contributorsOf, startCloud, type Reading } from './cloud.ts';

/** CloudWatch API reference, "PutMetricAlarm" and "AlarmPromQLCriteria"; user guide, "PromQL limits and restrictions". */

const padded = (length: number): string => `up == 0${' '.repeat(length - 'up == 0'.length)}`;
const arns = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `arn:aws:sns:us-east-1:123456789012:t${String(at)}`);

type Over = NonNullable<Parameters<typeof aPromqlAlarm>[0]>;

const every = (seconds: number) => `an interval of ${String(seconds)} s`;

describe('PutMetricAlarm takes', () => {
  test.each<[string, object]>([
    ['a query of 10,000 characters', aPromqlAlarm({ query: padded(10_000) })],
    ['periods of a day', aPromqlAlarm({ pending: 86_400, recovery: 86_400 })],
    ['a name of 255 characters', aPromqlAlarm({ AlarmName: 'x'.repeat(255) })],
    ['five actions for each state', aPromqlAlarm({ AlarmActions: arns(5), OKActions: arns(5) })],
    ...[10, 20, 30, 60, 120, 3_600].map((s): [string, object] => [
      every(s),
      aPromqlAlarm({ EvaluationInterval: s }),
    ]),
  ])('%s', async (_, alarm) => {
    const cloud = await startCloud();
    cloud.rpc('PutMetricAlarm', alarm);
    expect(alarmOf(cloud)).toMatchObject({ StateValue: 'OK' });
  });
});

describe('PutMetricAlarm refuses', () => {
  test.each<[string, Over, string]>([
    ['a query of 10,001 characters', { query: padded(10_001) }, 'Query'],
    ['a pending period over a day', { pending: 86_401 }, 'PendingPeriod'],
    ['a recovery period over a day', { recovery: 86_401 }, 'RecoveryPeriod'],
    ['a name of 256 characters', { AlarmName: 'x'.repeat(256) }, 'AlarmName'],
    ['six actions for a state', { AlarmActions: arns(6) }, 'AlarmActions'],
    ['a selector without a metric', { query: '{job="x"}' }, 'names no metric'],
    ['one among others without a metric', { query: 'up and on(job) {job="x"}' }, 'names no metric'],
    ['a query that gives a number', { query: 'scalar(up)' }, 'instant vector'],
    ['a query that gives a range', { query: 'up[5m]' }, 'instant vector'],
    ['a query that reaches back more than 7 days', { query: 'rate(up[8d])' }, '7 days'],
    ['a query that is none', { query: 'up ==' }, 'is wrong'],
    ...[0, 5, 15, 45, 90, 3_660].map((s): [string, Over, string] => [
      every(s),
      { EvaluationInterval: s },
      'EvaluationInterval',
    ]),
  ])('%s', async (_, over, why) => {
    const cloud = await startCloud();
    const refused = expect.objectContaining({
      code: 'ValidationError',
      status: 400,
      message: expect.stringContaining(why) as unknown,
    }) as unknown;
    expect(() => cloud.rpc('PutMetricAlarm', aPromqlAlarm(over))).toThrow(refused);
    expect(alarmOf(cloud)).toEqual({});
  });
});

test('100 contributors are in ALARM at most, and the alarm says that it has more', async () => {
  expect(MAX_CONTRIBUTORS_IN_ALARM).toBe(100);
  const cloud = await startCloud();
  cloud.declare(aPromqlAlarm());
  cloud.send({ up: Array.from({ length: 101 }, (_, at): Reading => [{ instance: String(at) }, 0]) });
  await cloud.forward(10);
  expect(alarmOf(cloud)).toMatchObject({ StateValue: 'ALARM', EvaluationState: 'PARTIAL_DATA' });
  expect(contributorsOf(cloud)).toHaveLength(50);
});

test('an alarm sees 500 series at most, those first that it knows, and says so', async () => {
  expect(MAX_SERIES_RETURNED).toBe(500);
  const cloud = await startCloud();
  cloud.declare(aPromqlAlarm({ pending: 3_600 }));
  const many = Array.from({ length: 501 }, (_, at): Reading => [{ instance: String(at) }, 0]);
  cloud.send({ up: many });
  await cloud.forward(10);
  expect(alarmOf(cloud)).toMatchObject({ EvaluationState: 'PARTIAL_DATA' });
});
