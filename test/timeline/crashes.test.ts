import fc from 'fast-check';
import { expect, test } from 'vitest';
import { incidents, restarts } from './as-told.ts';
import { startOps } from './start-ops.ts';

/** Law 3: act at most once per attempt, whenever and however often the process of `recover` dies. */

async function night(mayDie: (passing: string) => boolean = () => false) {
  const ops = startOps({ at: '2026-03-01T01:59:00Z', mayDie });
  await ops.forward({ minutes: 1 });
  ops.services.service('inventory').isUp = false;
  await ops.forward({ minutes: 12 });
  return ops;
}

const calm = await night();
const points = [...new Set(calm.engine.passed)];

test('there are enough points to die at', () => {
  expect(points).toContain('shop-1-r1 services.restart before');
  expect(points).toContain('shop-1-r1 services.restart unrecorded');
  expect(points).toContain('shop-1-r1 act-0 unrecorded');
  expect(points.length).toBeGreaterThan(40);
});

test.each(points)('recover dies once at "%s": one restart, and the incident is resolved', async (point) => {
  let deaths = 0;
  const ops = await night((passing) => passing === point && (deaths += 1) === 1);
  expect(deaths).toBeGreaterThan(0);
  expect(restarts(ops)).toHaveLength(1);
  expect(await incidents(ops)).toEqual(['shop-1 resolved']);
  expect(ops.engine.endings.get('shop-1-r1')).toMatch(/^(recovered|nothing to do)/);
});

test('recover dies at random points, again and again: never more than one restart an attempt', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 60 }), { maxLength: 12 }), async (lives) => {
      let passed = 0;
      let life = 0;
      const ops = await night(() => {
        passed += 1;
        if (passed <= (lives[life] ?? Infinity)) return false;
        passed = 0;
        life += 1;
        return true;
      });
      const attempts = Object.keys((await ops.state()).attempts);
      expect(restarts(ops).length).toBeLessThanOrEqual(attempts.length);
      expect(restarts(ops).length).toBeGreaterThan(0);
      expect(await incidents(ops)).toEqual(['shop-1 resolved']);
    }),
    { numRuns: 60 },
  );
});

test('an execution that comes back after its deadline acts no more', async () => {
  // It dies after the intent is in the log, before ECS is asked, and Lambda takes ten minutes to try again.
  const ops = startOps({
    at: '2026-03-01T01:59:00Z',
    mayDie: (passing) => passing === 'shop-1-r1 services.restart before' && ops.clock.nowMs() < lateMs,
  });
  const lateMs = Date.parse('2026-03-01T02:08:00Z');
  await ops.forward({ minutes: 1 });
  const inventory = ops.services.service('inventory');
  inventory.isUp = false;
  await ops.forward({ minutes: 10 });
  expect(restarts(ops)).toEqual([]);
  expect((await ops.state()).attempts['shop-1-r1']?.ended?.outcome).toBe('failed');
  await ops.forward({ minutes: 10 });
  expect((await ops.state()).attempts['shop-1-r2']?.ended?.outcome).toBe('recovered');
  expect(restarts(ops)).toHaveLength(1);
});
