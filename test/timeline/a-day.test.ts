import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CHAOS_SERVICES, FAULT_KINDS } from '../../local/chaos/fault.ts';
import { seededRandom } from '../../local/chaos/seeded-random.ts';
import { openOrders } from '../../shared/application/carry-out.ts';
import type { Attempt } from '../../shared/domain/incident/state.ts';
import { incidents } from './as-told.ts';
import { faults, playDay, type Day } from './random-day.ts';

const HOUR_MS = 3_600_000;
/** More of them, to look for what is rare: `HOMEOSTAT_DAYS=200`. */
const DAYS_OF_CHAOS = Number(process.env['HOMEOSTAT_DAYS'] ?? 6);

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
      await expectAllWell(await playDay(all, noiseOf(seed)));
    }),
    // A smaller counterexample would take minutes: a day can be played again from its faults and its number.
    { numRuns: 12, endOnFailure: true },
  );
});

test('the same while every tenth call of every port is refused, held up, lost, or done twice', async () => {
  await fc.assert(
    fc.asyncProperty(faults, fc.nat(), fc.nat(), async (all, seed, dice) => {
      const rules = CHAOS_SERVICES.flatMap((service) =>
        FAULT_KINDS.map((kind) => ({ service, kind, rate: 0.02, delayMs: 2_000 })),
      );
      const chaos = { rules, random: seededRandom(dice), patienceMin: 10 };
      await expectAllWell(await playDay(all, noiseOf(seed), chaos));
    }),
    { numRuns: DAYS_OF_CHAOS, endOnFailure: true },
  );
}, 600_000);

async function expectAllWell({ ops, unseen }: Day): Promise<void> {
  expect(unseen).toEqual([]);
  expect(await incidents(ops)).toEqual((await incidents(ops)).filter((line) => line.endsWith('resolved')));
  const commits = await ops.incidents.read('shop', 1, Infinity);
  expect(commits.map(({ seq }) => seq)).toEqual(commits.map((_, at) => at + 1));
  expect(commits.flatMap(openOrders)).toEqual([]);
  // A person may get a page twice, which then says so by its id; what was never ordered reaches nobody.
  const ordered = commits
    .flatMap(({ events }) => events)
    .flatMap((event) => (event.type === 'paged' ? [event.page.id] : []));
  expect(new Set(ordered).size).toBe(ordered.length);
  expect(new Set(ops.pager.pages.map(({ id }) => id))).toEqual(new Set(ordered));
  const state = await ops.state();
  expect(JSON.stringify(state).length).toBeLessThan(100_000);
  expect(ops.queue.waiting()).toBe(0);
  for (const target of ['inventory', 'checkout']) {
    const attempts = Object.values(state.attempts)
      .filter(({ targets }) => targets.includes(target))
      .toSorted((a, b) => a.orderedAtMs - b.orderedAtMs);
    expectGuards(attempts);
    expectOneRestartEach(
      attempts,
      ops.services.restarts.filter(({ service }) => service === target).map(({ atMs }) => atMs),
    );
  }
}

/** No restart without an intent before it, and no second one before the next intent. */
function expectOneRestartEach(attempts: readonly Attempt[], restartsAtMs: readonly number[]): void {
  const intentsAtMs = attempts.flatMap(({ intents }) => Object.values(intents).map(({ atMs }) => atMs));
  const each = [-Infinity, ...intentsAtMs].map(
    (fromMs, at) =>
      restartsAtMs.filter((atMs) => atMs >= fromMs && atMs < (intentsAtMs[at] ?? Infinity)).length,
  );
  expect(each[0], 'restarts before any intent').toBe(0);
  expect(Math.max(...each), 'restarts for one intent').toBeLessThanOrEqual(1);
}

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
