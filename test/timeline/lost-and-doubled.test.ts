import fc from 'fast-check';
import { expect, test } from 'vitest';
import { incidents, restarts, told } from './as-told.ts';
import { startOps } from './start-ops.ts';

/** Law 1: events are hints, the alarms are read. */

test('EventBridge loses everything: within a minute the alarm is found, and all goes its way', async () => {
  const ops = startOps({ at: '2026-03-01T01:59:00Z', bus: () => [] });
  await ops.forward({ minutes: 1 });
  ops.services.service('inventory').isUp = false;
  await ops.forward({ minutes: 4 });
  expect(told(ops)).toEqual([
    '02:01:07 ana opened shop-1',
    '02:01:07 raj opened shop-1',
    '02:01:32 ana resolved shop-1',
    '02:01:32 raj resolved shop-1',
  ]);
  expect(restarts(ops)).toEqual(['02:01:07 inventory']);
});

test('every event comes three times, late and out of order: the same pages, one restart', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.integer({ min: 0, max: 240_000 }), { minLength: 1, maxLength: 3 }), {
        minLength: 4,
        maxLength: 20,
      }),
      async (delays) => {
        let turn = 0;
        const ops = startOps({
          at: '2026-03-01T01:59:00Z',
          bus: () => delays[(turn += 1) % delays.length] ?? [],
        });
        await ops.forward({ minutes: 1 });
        ops.services.service('inventory').isUp = false;
        await ops.forward({ minutes: 30 });
        expect(told(ops).map((line) => line.slice(9))).toEqual([
          'ana opened shop-1',
          'raj opened shop-1',
          'ana resolved shop-1',
          'raj resolved shop-1',
        ]);
        expect(restarts(ops)).toHaveLength(1);
        expect(ops.queue.waiting()).toBe(0);
      },
    ),
    { numRuns: 40 },
  );
});

test('an ALARM that comes an hour late opens nothing', async () => {
  const ops = startOps({ at: '2026-03-01T01:59:00Z', bus: () => [500, 3_600_000] });
  await ops.forward({ minutes: 1 });
  ops.services.service('inventory').isUp = false;
  await ops.forward({ hours: 3 });
  expect(await incidents(ops)).toEqual(['shop-1 resolved']);
  expect(told(ops)).toHaveLength(4);
});
