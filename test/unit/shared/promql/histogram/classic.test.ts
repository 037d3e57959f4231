import { expect, test } from 'vitest';
import {
  classicFraction,
  classicQuantile,
  type ClassicBucket,
} from '../../../../../shared/promql/histogram/classic.ts';
import { fromClassicSeries } from '../../../../../shared/promql/histogram/from-classic-series.ts';
import { fromClassic } from '../../../../../shared/promql/histogram/from-classic.ts';
import { readHistogram } from '../../../../../shared/promql/histogram/notation.ts';

const buckets = (...pairs: [number, number][]): ClassicBucket[] =>
  pairs.map(([upper, count]) => ({ upper, count }));
const SIMPLE = buckets([1, 1], [2, 3], [3, 6], [Infinity, 100]);

test.each([
  { q: -0.1, value: -Infinity },
  { q: 1.1, value: Infinity },
  { q: 0, value: 0 },
  { q: 0.02, value: 1.5 },
  { q: 0.05, value: 2 + 2 / 3 },
  { q: 0.5, value: 3 },
])('the $q-quantile is $value', ({ q, value }) => {
  expect(classicQuantile(q, SIMPLE.toReversed()).value).toBeCloseTo(value, 12);
});

test.each([
  { what: 'no bucket to +Inf', of: buckets([1, 1], [2, 3]) },
  { what: 'one bucket', of: buckets([Infinity, 3]) },
  { what: 'no bucket at all', of: [] },
  { what: 'no observations', of: buckets([1, 0], [Infinity, 0]) },
])('with $what there is no quantile', ({ of }) => {
  expect(classicQuantile(0.5, of).value).toBeNaN();
});

test('with a rank or a bound that is NaN the answer is NaN', () => {
  expect(classicQuantile(Number.NaN, SIMPLE).value).toBeNaN();
  expect(classicFraction(Number.NaN, 1, SIMPLE)).toBeNaN();
  expect(classicFraction(0, Number.NaN, SIMPLE)).toBeNaN();
});

test('counts that fall are raised, and what was raised is told', () => {
  const broken = buckets([0.1, 20], [1, 10], [10, 50], [100, 40], [1000, 90], [Infinity, 80]);
  expect(classicQuantile(0.5, broken)).toEqual({
    value: 8.5,
    forcedRise: { fromUpper: 1, toUpper: Infinity, maxDifference: 10 },
  });
});

test('counts that differ by a rounding error only are taken as equal, which is not worth telling', () => {
  const rounded = buckets([1, 10], [2, 10 - 1e-13], [Infinity, 10 + 1e-13]);
  expect(classicQuantile(0.5, rounded)).toEqual({ value: 0.5 });
});

test('where the highest count is NaN, nothing is reached below it', () => {
  expect(classicQuantile(0.5, buckets([1, 1], [2, 3], [Infinity, Number.NaN]))).toEqual({ value: 2 });
});

test('buckets of one bound are one', () => {
  expect(classicQuantile(0.5, buckets([1, 1], [1, 1], [Infinity, 4])).value).toBe(1);
});

test.each([
  { from: 0, to: 1.5, fraction: 0.02 },
  { from: -Infinity, to: Infinity, fraction: 1 },
  { from: 400, to: Infinity, fraction: 0.94 },
  { from: 2, to: 5, fraction: 0.03 },
  { from: 4, to: 5, fraction: 0 },
  { from: 2, to: 2, fraction: 0 },
  { from: -10, to: -5, fraction: 0 },
])('the fraction from $from to $to is $fraction', ({ from, to, fraction }) => {
  expect(classicFraction(from, to, SIMPLE)).toBeCloseTo(fraction, 12);
});

test('of a lowest bucket that ends below 0, nothing is known but its end', () => {
  const below = buckets([-3, 10], [-2, 12], [Infinity, 100]);
  expect(classicFraction(-4, -2, below)).toBeCloseTo(0.02, 12);
  expect(classicFraction(-Infinity, -2, below)).toBeCloseTo(0.12, 12);
});

test('a classic histogram becomes a native one with its bounds', () => {
  expect(fromClassic({ buckets: SIMPLE, sum: 7 })).toEqual(
    readHistogram('{{schema:-53 count:100 sum:7 custom_values:[1 2 3] buckets:[1 2 3 94]}}').histogram,
  );
  expect(fromClassic({ buckets: buckets([1, 1]), count: 3 })).toEqual(
    readHistogram('{{schema:-53 count:3 custom_values:[1] buckets:[1 2]}}').histogram,
  );
  expect(() => fromClassic({ buckets: buckets([1, 3], [2, 1]) })).toThrow(
    'the bucket up to 2 counts 1, less than the 3 of the one below it',
  );
});

test('series of a classic histogram become one of native histograms, the others stay out', () => {
  const at = (values: number[]): { timesMs: number[]; values: number[] } => ({
    timesMs: values.map((_, index) => index * 1_000),
    values,
  });
  const result = fromClassicSeries([
    { labels: { __name__: 'x_bucket', le: '1', job: 'a' }, ...at([0, 1]) },
    { labels: { __name__: 'x_bucket', le: '1.0', job: 'a' }, ...at([0, 1]) },
    { labels: { __name__: 'x_bucket', le: '+Inf', job: 'a' }, ...at([0, 3]) },
    { labels: { __name__: 'x_sum', job: 'a' }, ...at([0, 4.5]) },
    { labels: { __name__: 'x_bucket', le: 'none', job: 'b' }, ...at([0, 3]) },
    { labels: { __name__: 'up', job: 'a' }, ...at([1, 1]) },
  ]);
  expect(result).toEqual([
    {
      labels: { __name__: 'x', job: 'a' },
      timesMs: [0, 1_000],
      values: [0, 0],
      histograms: [
        readHistogram('{{schema:-53 custom_values:[1]}}').histogram,
        readHistogram('{{schema:-53 count:3 sum:4.5 custom_values:[1] buckets:[1 2]}}').histogram,
      ],
    },
  ]);
});
