import { expect, test } from 'vitest';
import { aShop, serviceDown } from './a-shop.ts';
import { incidents, restarts, told } from './as-told.ts';
import { startOps } from './start-ops.ts';

/** Law 2: silence is not recovery. */

test('collect dies in mid-incident: the alarm turns OK, the incident does not; people are told, and the end waits for samples', async () => {
  const ops = startOps({ at: '2026-03-01T01:59:00Z' });
  await ops.forward({ minutes: 1 });
  const inventory = ops.services.service('inventory');
  inventory.errorRatio = 0.5;
  await ops.forward({ minutes: 2 });
  await ops.give({ type: 'acknowledge', incident: 'shop-1', by: 'ana' });
  ops.collect.isDead = true;
  inventory.errorRatio = 0;

  await ops.forward({ minutes: 15 });
  expect(ops.alarms.inTruth()).toEqual([]);
  expect(await incidents(ops)).toEqual(['shop-1 HighErrorRate unknown']);
  const blind = ops.pager.pages.filter(({ kind }) => kind === 'unknown');
  expect(blind.map(({ who }) => who)).toEqual(['ana']);
  expect(blind[0]?.text).toContain('The series that the rule reads have stopped; this is not a recovery');
  expect(blind[0]?.subject).toBe('[high] shop-1 inventory: out of sight');

  ops.collect.isDead = false;
  await ops.forward({ minutes: 2 });
  expect(await incidents(ops)).toEqual(['shop-1 resolved']);
});

test('what nobody can see is not restarted again', async () => {
  const ops = startOps({ at: '2026-03-01T01:59:00Z' });
  const inventory = ops.services.service('inventory');
  inventory.healsByRestart = false;
  await ops.forward({ minutes: 1 });
  inventory.isUp = false;
  await ops.forward({ minutes: 3 });
  ops.collect.isDead = true;
  await ops.forward({ hours: 1 });
  expect(restarts(ops)).toHaveLength(1);
  expect(await incidents(ops)).toEqual(['shop-1 ServiceDown unknown']);
});

test('CloudWatch cannot be read: nothing is concluded, and the steps that are due are taken all the same', async () => {
  const ops = startOps({ at: '2026-03-01T01:59:00Z' });
  await ops.forward({ minutes: 1 });
  const inventory = ops.services.service('inventory');
  inventory.errorRatio = 0.5;
  await ops.forward({ minutes: 2 });
  ops.series.outage = new Error('CloudWatch answers 503');
  ops.alarms.outage = ops.series.outage;
  inventory.errorRatio = 0;
  await ops.forward({ minutes: 6 });
  expect(await incidents(ops)).toEqual(['shop-1 HighErrorRate unknown']);
  expect(told(ops)).toContain('02:06:07 max escalated shop-1');
  expect(ops.escalation.failures.length).toBeGreaterThan(4);
  ops.series.outage = undefined;
  ops.alarms.outage = undefined;
  await ops.forward({ minutes: 2 });
  expect(await incidents(ops)).toEqual(['shop-1 resolved']);
});

test('the contributor of an instance that no longer runs lingers: the attempt is verified, nobody else is woken, nothing is restarted again', async () => {
  const linger = { ...serviceDown, recoveryS: 1_200 };
  const ops = startOps({
    at: '2026-03-01T01:59:00Z',
    system: aShop({ rules: [linger] }),
    services: { address: (service, deployment) => [`${service}-${String(deployment)}:80`] },
  });
  await ops.forward({ minutes: 1 });
  ops.services.service('inventory').isUp = false;
  await ops.forward({ minutes: 15 });
  const { attempts } = await ops.state();
  expect(attempts['shop-1-r1']?.ended?.outcome).toBe('recovered');
  expect(await incidents(ops)).toEqual(['shop-1 ServiceDown firing']);
  await ops.forward({ minutes: 20 });
  expect(await incidents(ops)).toEqual(['shop-1 resolved']);
  expect(restarts(ops)).toHaveLength(1);
  expect(new Set(ops.pager.pages.map(({ who }) => who))).toEqual(new Set(['ana', 'raj']));
});
