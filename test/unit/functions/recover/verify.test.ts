import { describe, expect, test } from 'vitest';
import { act } from '../../../../functions/recover/act.ts';
import { verify } from '../../../../functions/recover/verify.ts';
import { record } from '../../../../shared/application/record.ts';
import { aRule, aSystem } from '../../../builders/catalog.ts';
import { aSignal, STALE } from '../../../builders/timeline-of-decisions.ts';
import { deployment, order, startAttempt } from './attempt-bench.ts';

describe('verify', () => {
  const attributes = aSignal().attributes as Record<string, string>;

  test('alarm, deployment and health, and what is missing in words', async () => {
    const { deps, system, step, world, seen } = await startAttempt();
    await act(deps, system, order, step);
    seen(attributes);
    world.firing = [attributes];
    world.isHealthy = false;
    world.deployments = [deployment('d2', { rollout: 'IN_PROGRESS' })];
    expect(await verify(deps, system, order)).toEqual({
      isRecovered: false,
      because:
        'ServiceDown still fires; the deployment of inventory is IN_PROGRESS; http://inventory.test/health asked',
    });
    world.firing = [];
    world.isHealthy = true;
    world.deployments = [deployment('d2')];
    expect(await verify(deps, system, order)).toEqual({
      isRecovered: true,
      because: 'verified: alarms OK with fresh samples, deployment complete, health check good',
    });
  });

  test('an alarm that is OK because its series stopped is no recovery', async () => {
    const { deps, system, step } = await startAttempt();
    await act(deps, system, order, step);
    expect(await verify(deps, system, order)).toEqual({
      isRecovered: false,
      because: 'ServiceDown is out of sight',
    });
  });

  test('what fires for an instance that no longer runs does not count', async () => {
    const { deps, system, step, world, seen } = await startAttempt();
    await act(deps, system, order, step);
    world.firing = [attributes];
    seen({ job: 'inventory', instance: 'new:80' });
    expect((await verify(deps, system, order)).isRecovered).toBe(true);
  });

  test('nor does an alert that the recovery is not for', async () => {
    const disk = aRule({ alert: 'DiskFilling', severity: 'warning' });
    const { deps, system, step, seen } = await startAttempt(aSystem({ rules: [aRule(), disk] }));
    await record(deps, 'shop', [aSignal({ alarm: disk.alarmName })]);
    await act(deps, system, order, step);
    seen(attributes);
    const alarms = {
      ...deps.alarms,
      contributors: (alarm: string) =>
        Promise.resolve(alarm === disk.alarmName ? [{ attributes, sinceMs: 0 }] : []),
    };
    expect((await verify({ ...deps, alarms }, system, order)).isRecovered).toBe(true);
  });

  test('an incident that a person closed in mid-attempt is not called recovered', async () => {
    const { deps, system, step, clock } = await startAttempt();
    await act(deps, system, order, step);
    await record(deps, 'shop', [
      aSignal({ value: 'OK', atMs: clock.nowMs(), evidence: STALE }),
      { type: 'resolve', incident: 'shop-1', by: 'ana', reason: 'taken down for good' },
    ]);
    expect(await verify(deps, system, order)).toEqual({
      isRecovered: false,
      isClosed: true,
      because: 'ana closed the incident in mid-attempt; it was not verified',
    });
  });

  test('an attempt that nobody knows any more needs no more', async () => {
    const { deps, system } = await startAttempt();
    expect(await verify(deps, system, { system: 'shop', attempt: 'shop-7-r1' })).toEqual({
      isRecovered: false,
      isClosed: true,
      because: 'the incident is over',
    });
  });
});
