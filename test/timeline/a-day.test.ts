import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openOrders } from '../../shared/application/carry-out.ts';
import type { Attempt } from '../../shared/domain/incident/state.ts';
import { incidents } from './as-told.ts';
import { faults, playDay } from './random-day.ts';

const HOUR_MS = 3_600_000;

/** Numbers that follow from a seed (a linear congruential generator), so that a day can be played again. */
function noiseOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    // The high bits are the random ones.
    return state >>> 8;
  };
}

test('a day of random faults: every alert that lasts is in an incident, every page goes out, no guard is broken, all ends well', async () => {
  await fc.assert(
    fc.asyncProperty(faults, fc.nat(), async (all, seed) => {
      const { ops, unseen } = await playDay(all, noiseOf(seed));
      expect(unseen).toEqual([]);
      expect(await incidents(ops)).toEqual(
        (await incidents(ops)).filter((line) => line.endsWith('resolved')),
      );
      const commits = await ops.incidents.read('shop', 1, Infinity);
      expect(commits.flatMap(openOrders)).toEqual([]);
      const state = await ops.state();
      expect(JSON.stringify(state).length).toBeLessThan(100_000);
      expect(ops.queue.waiting()).toBe(0);
      for (const target of ['inventory', 'checkout']) {
        const attempts = Object.values(state.attempts)
          .filter(({ targets }) => targets.includes(target))
          .toSorted((a, b) => a.orderedAtMs - b.orderedAtMs);
        expectGuards(attempts);
        const restarts = ops.services.restarts.filter(({ service }) => service === target);
        expect(restarts.length).toBeLessThanOrEqual(attempts.length);
      }
    }),
    // A smaller counterexample would take minutes: a day can be played again from its faults and its number.
    { numRuns: 12, endOnFailure: true },
  );
});

function expectGuards(attempts: readonly Attempt[]): void {
  const acted = attempts.filter(({ ended }) => ended?.outcome !== 'not-needed');
  for (const [at, attempt] of acted.entries()) {
    const before = acted[at - 1];
    // One that has not ended overlaps: its end is never.
    const restMs = before === undefined ? Infinity : attempt.orderedAtMs - (before.ended?.atMs ?? Infinity);
    expect(restMs, 'cool-down').toBeGreaterThanOrEqual(600_000);
    const inHour = acted.filter(
      ({ orderedAtMs }) => orderedAtMs <= attempt.orderedAtMs && orderedAtMs > attempt.orderedAtMs - HOUR_MS,
    );
    expect(inHour.length, 'attempts within an hour').toBeLessThanOrEqual(3);
  }
}
