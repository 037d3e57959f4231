import { describe, expect, test } from 'vitest';
import { shuffled } from '../../../bench/shuffle.ts';
import { median, pairedRatio, percentile } from '../../../bench/statistics.ts';

describe('percentiles by the nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, at) => at + 1);
  test.each([
    { values: hundred, part: 0.5, found: 50 },
    { values: hundred, part: 0.95, found: 95 },
    { values: hundred, part: 0.99, found: 99 },
    { values: hundred, part: 1, found: 100 },
    { values: [7], part: 0.95, found: 7 },
    { values: [10, 9, 2], part: 0.5, found: 9 },
    { values: [], part: 0.5, found: Number.NaN },
  ])('of $values.length values, $part: $found', ({ values, part, found }) => {
    expect(percentile(values, part)).toBe(found);
  });
});

test.each([
  { values: [3, 1, 2], found: 2 },
  { values: [4, 1, 3, 2], found: 2.5 },
  { values: [], found: Number.NaN },
])('the median of $values is $found', ({ values, found }) => {
  expect(median(values)).toBe(found);
});

test('a ratio of pairs does not see that the machine was slow for one pair', () => {
  expect(pairedRatio([12, 1_200, 11], [10, 1_000, 10])).toBe(1.2);
});

test('shuffled keeps every item, follows its seed, and leaves its input alone', () => {
  const items = Array.from({ length: 50 }, (_, at) => at);
  const mixed = shuffled(items, 8);
  expect(mixed).not.toEqual(items);
  expect(mixed.toSorted((one, other) => one - other)).toEqual(items);
  expect(shuffled(items, 8)).toEqual(mixed);
  expect(shuffled(items, 9)).not.toEqual(mixed);
});
