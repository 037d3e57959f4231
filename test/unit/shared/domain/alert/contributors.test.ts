import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  contributorId,
  MAX_CONTRIBUTORS_IN_ALARM,
  stepContributors,
  type Attributes,
  type Contributor,
  type ContributorsStep,
} from '../../../../../shared/domain/alert/contributors.ts';

const RULE = { pendingS: 30, recoveryS: 20, intervalS: 10 };
const a = { instance: 'a' };
const present = (...series: Attributes[]) => new Map(series.map((one) => [contributorId(one), one]));

/** Runs evaluations of one alarm; each entry is [second, series]. */
function run(
  evaluations: readonly (readonly [atS: number, series: readonly Attributes[]])[],
  rule = RULE,
): ContributorsStep[] {
  let contributors: readonly Contributor[] = [];
  let lastMs: number | undefined;
  return evaluations.map(([atS, series]) => {
    const step = stepContributors(contributors, present(...series), rule, { nowMs: atS * 1000, lastMs });
    ({ contributors } = step);
    lastMs = atS * 1000;
    return step;
  });
}

const told = (steps: readonly ContributorsStep[]) =>
  steps.map(({ changes }) => changes.map(({ to }) => to).join());

test('the id is 16 hex digits over the labels, whatever their order', () => {
  expect(contributorId({ x: '1', y: '2' })).toBe(contributorId({ y: '2', x: '1' }));
  expect(contributorId(a)).toMatch(/^[0-9a-f]{16}$/);
  expect(contributorId({ x: '1' })).not.toBe(contributorId({ x: '2' }));
});

test('a contributor goes to ALARM after the pending period and to OK after the recovery period', () => {
  const steps = run([
    [0, [a]],
    [10, [a]],
    [20, [a]],
    [30, [a]],
    [40, []],
    [50, []],
    [60, []],
  ]);
  expect(told(steps)).toEqual(['', '', '', 'ALARM', '', '', 'OK']);
  expect(steps.at(-1)?.contributors).toEqual([]);
});

test('periods of zero act at once', () => {
  const steps = run(
    [
      [0, [a]],
      [10, []],
    ],
    { pendingS: 0, recoveryS: 0, intervalS: 10 },
  );
  expect(told(steps)).toEqual(['ALARM', 'OK']);
});

test('a break while pending begins anew; a return while recovering keeps the alarm', () => {
  const pending = run([
    [0, [a]],
    [10, [a]],
    [20, []],
    [30, [a]],
    [40, [a]],
    [50, [a]],
    [60, [a]],
  ]);
  expect(told(pending).indexOf('ALARM')).toBe(6);
  const recovering = run([
    [0, [a]],
    [10, [a]],
    [20, [a]],
    [30, [a]],
    [40, []],
    [50, []],
    [60, [a]],
    [70, []],
    [80, []],
    [90, []],
  ]);
  expect(told(recovering)).toEqual(['', '', '', 'ALARM', '', '', '', '', '', 'OK']);
});

test('a gap in evaluation counts neither as absence nor as presence', () => {
  const recovering = run([
    [0, [a]],
    [10, [a]],
    [20, [a]],
    [30, [a]],
    [40, []],
    [640, []],
    [650, []],
  ]);
  expect(told(recovering)).toEqual(['', '', '', 'ALARM', '', '', 'OK']);
  const pending = run([
    [0, [a]],
    [600, [a]],
    [610, [a]],
    [620, [a]],
  ]);
  expect(told(pending)).toEqual(['', '', '', 'ALARM']);
});

test('at most 100 are in ALARM; the rest waits without a change and moves up', () => {
  const all = Array.from({ length: 103 }, (_, index) => ({ instance: `i${index}` }));
  const rule = { pendingS: 0, recoveryS: 0, intervalS: 10 };
  const [first] = run([[0, all]], rule);
  expect(first?.changes).toHaveLength(MAX_CONTRIBUTORS_IN_ALARM);
  expect(first?.isPartial).toBe(true);
  const inAlarm = new Set(first?.changes.map(({ id }) => id));
  const leaving = all.find((one) => inAlarm.has(contributorId(one)));
  const [, second] = run(
    [
      [0, all],
      [10, all.filter((one) => one !== leaving)],
    ],
    rule,
  );
  expect(second?.changes.map(({ to }) => to)).toEqual(['OK', 'ALARM']);
  expect(second?.isPartial).toBe(true);
});

test('whatever comes and goes, each contributor alternates between ALARM and OK', () => {
  const series = fc
    .uniqueArray(fc.integer({ min: 0, max: 4 }))
    .map((ids) => ids.map((id) => ({ id: String(id) })));
  const gapS = fc.constantFrom(5, 10, 10, 10, 15, 200);
  const rule = fc.record({
    pendingS: fc.constantFrom(0, 10, 30),
    recoveryS: fc.constantFrom(0, 10, 30),
    intervalS: fc.constant(10),
  });
  fc.assert(
    fc.property(fc.array(fc.tuple(gapS, series), { maxLength: 40 }), rule, (evaluations, one) => {
      let atS = 0;
      const steps = run(
        evaluations.map(([delta, found]) => [(atS += delta), found] as const),
        one,
      );
      const last = new Map<string, string>();
      for (const step of steps) {
        for (const { id, to } of step.changes) {
          expect(last.get(id) ?? 'OK').not.toBe(to);
          last.set(id, to);
        }
        const inAlarm = step.contributors.filter(({ value }) => value === 'ALARM').map(({ id }) => id);
        expect([...last].filter(([, to]) => to === 'ALARM').map(([id]) => id)).toHaveLength(inAlarm.length);
      }
    }),
  );
});
