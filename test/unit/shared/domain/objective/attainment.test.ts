import { expect, test } from 'vitest';
import type { CompiledObjective } from '../../../../../shared/domain/catalog/compiled.ts';
import { attainment, judge } from '../../../../../shared/domain/objective/attainment.ts';

const objective: CompiledObjective = {
  name: 'fast',
  query: 'latency',
  holds: 'at-most',
  limit: 0.1,
  target: 0.99,
  windowS: 86_400,
};
const slices = (good: number, bad: number, unknown = 0) => ({ good, bad, unknown });

test.each([
  [[0.1], 'good'],
  [[0.05, 0.2], 'bad'],
  [[Number.NaN, 0.05], 'good'],
  [[Number.NaN], 'unknown'],
  [[], 'unknown'],
])('at most 0.1: %j is %s', (values, verdict) => {
  expect(judge(objective, values)).toBe(verdict);
});

test('at least is the other way round', () => {
  const atLeast = { ...objective, holds: 'at-least' as const };
  expect([0.1, 0.2, 0.05].map((value) => judge(atLeast, [value]))).toEqual(['good', 'good', 'bad']);
});

test('half of the budget spent, in the last hour thirty times as fast as allowed', () => {
  const reached = attainment(objective, slices(1_990, 10), slices(42, 18));
  expect(reached).toMatchObject({ attained: 0.995, known: 1, state: 'met' });
  expect(reached.budgetLeft).toBeCloseTo(0.5, 9);
  expect(reached.burn).toBeCloseTo(30, 9);
});

test('a budget that is overdrawn is missed, by how much', () => {
  const reached = attainment(objective, slices(970, 30), slices(60, 0));
  expect(reached).toMatchObject({ state: 'missed', burn: 0 });
  expect(reached.budgetLeft).toBeCloseTo(-2, 9);
});

test('silence is neither good nor bad, and all silence is unknown', () => {
  expect(attainment(objective, slices(50, 0, 50), slices(0, 0, 60))).toMatchObject({
    attained: 1,
    known: 0.5,
    state: 'met',
    burn: Number.NaN,
  });
  expect(attainment(objective, slices(0, 0, 100), slices(0, 0, 60)).state).toBe('unknown');
});
