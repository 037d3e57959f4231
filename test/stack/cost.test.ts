import { expect, test } from 'vitest';
import { DURABLE_KEPT_DAYS } from '../../shared/contract/function-sizes.ts';
import type { Item } from '../../shared/domain/cost/prices.ts';
import { IDLE, MINUTES } from '../../shared/domain/cost/month.ts';
import { assumedSize } from '../../shared/domain/cost/sizes.ts';
import { usesOf } from '../../shared/domain/cost/uses.ts';
import { theFleet } from './fleet-catalog.ts';
import { synthesized } from './synthesized.ts';

/** The bill counts what is deployed. */

const fleet = theFleet();
const app = synthesized(fleet);
const sizes = Object.fromEntries(Object.values(fleet.systems).map((one) => [one.system, assumedSize(one)]));
const uses = usesOf(fleet, sizes, IDLE);
const counted = (...items: Item[]): number =>
  uses.filter(({ item }) => items.includes(item)).reduce((sum, { quantity }) => sum + quantity, 0);

test('every alarm, dashboard, key and schedule in the templates is on the bill, and no other', () => {
  const alarms = app.of('AWS::CloudWatch::Alarm');
  expect(counted('alarms', 'fastAlarms')).toBe(alarms.length);
  expect(counted('fastAlarms')).toBe(
    alarms.filter(({ properties }) => Number(properties['EvaluationInterval'] ?? 60) < 60).length,
  );
  expect(counted('dashboards')).toBe(app.of('AWS::CloudWatch::Dashboard').length);
  expect(counted('kmsKeys')).toBe(app.of('AWS::KMS::Key').length);
  expect(counted('schedules')).toBe(app.of('AWS::Scheduler::Schedule').length * MINUTES);
});

test('the time of the scheduled functions is counted at the memory that they have', () => {
  const memoryMb = (name: string): number =>
    app
      .of('AWS::Lambda::Function')
      .filter(({ properties }) => String(properties['FunctionName']).startsWith(name))
      .reduce((sum, { properties }) => sum + Number(properties['MemorySize']), 0);
  const perMinute = memoryMb('homeostat-collect') * 62 + memoryMb('homeostat-escalate');
  expect(counted('lambdaGbSeconds')).toBeCloseTo((perMinute / 1024) * MINUTES, 3);
});

test('durable data is counted as long as it is kept', () => {
  const recover = app.one('AWS::Lambda::Function', 'Recover').properties;
  expect(recover['DurableConfig']).toMatchObject({ RetentionPeriodInDays: DURABLE_KEPT_DAYS });
});
