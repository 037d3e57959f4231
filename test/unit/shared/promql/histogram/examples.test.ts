import { expect, test } from 'vitest';
import { meanOf, sumOf } from '../../../../../shared/promql/histogram/aggregation.ts';
import { add, divide, multiply, subtract } from '../../../../../shared/promql/histogram/arithmetic.ts';
import { betweenHistograms } from '../../../../../shared/promql/histogram/between.ts';
import { exponentialBound } from '../../../../../shared/promql/histogram/bounds.ts';
import { ascendingBuckets } from '../../../../../shared/promql/histogram/buckets.ts';
import { isCounterReset, storedHint } from '../../../../../shared/promql/histogram/counter-reset.ts';
import { areEqual } from '../../../../../shared/promql/histogram/equality.ts';
import { fractionOf } from '../../../../../shared/promql/histogram/fraction.ts';
import type { Histogram } from '../../../../../shared/promql/histogram/histogram.ts';
import {
  HistogramNotationError,
  readHistogram,
  writeHistogram,
} from '../../../../../shared/promql/histogram/notation.ts';
import { quantileOf } from '../../../../../shared/promql/histogram/quantile.ts';
import { formatHistogram, histogramJson } from '../../../../../shared/promql/histogram/text.ts';

const h = (fields: string): Histogram => readHistogram(`{{${fields}}}`).histogram;
const written = (histogram: Histogram | undefined): string =>
  histogram === undefined ? 'nothing' : writeHistogram(histogram);

test.each([
  { schema: 0, index: 0, bound: 1 },
  { schema: 0, index: 1, bound: 2 },
  { schema: 0, index: -1, bound: 0.5 },
  { schema: 1, index: 1, bound: Math.SQRT2 },
  { schema: 1, index: -1, bound: Math.SQRT1_2 },
  { schema: 8, index: 256, bound: 2 },
  { schema: -1, index: 1, bound: 4 },
  { schema: -4, index: 1, bound: 65_536 },
  { schema: -4, index: 64, bound: Number.MAX_VALUE },
  { schema: 0, index: 1_024, bound: Number.MAX_VALUE },
  { schema: 0, index: 1_025, bound: Infinity },
])('bucket $index of schema $schema ends at $bound', ({ schema, index, bound }) => {
  expect(exponentialBound(index, schema)).toBe(bound);
});

test('a bucket that the zero bucket reaches into begins where the zero bucket ends', () => {
  const buckets = ascendingBuckets(h('z_bucket:1 z_bucket_w:0.75 buckets:[2 3] n_buckets:[4] count:10'));
  expect(buckets.map(({ lower, upper, count }) => [lower, upper, count])).toEqual([
    [-1, -0.75, 4],
    [-0.75, 0.75, 1],
    [0.75, 1, 2],
    [1, 2, 3],
  ]);
});

test('adding a finer histogram merges its buckets', () => {
  const sum = add(
    h('schema:-1 sum:4 count:1 buckets:[1] offset:1'),
    h('sum:4 count:4 buckets:[2 2] offset:1'),
  );
  expect(written(sum?.histogram)).toBe('{{schema:-1 count:5 sum:8 offset:1 buckets:[5]}}');
});

test('adding a histogram with a wider zero bucket widens the other, up to the end of a bucket that counts', () => {
  const sum = add(
    h('z_bucket:1 z_bucket_w:0.001 buckets:[2 3] count:6'),
    h('z_bucket:4 z_bucket_w:0.75 count:4'),
  );
  expect(written(sum?.histogram)).toBe('{{count:10 z_bucket:7 z_bucket_w:1 offset:1 buckets:[3]}}');
});

test('an empty bucket does not hold the zero bucket', () => {
  const sum = add(h('z_bucket_w:0.001 buckets:[0 3] count:3'), h('z_bucket:4 z_bucket_w:0.75 count:4'));
  expect(written(sum?.histogram)).toBe('{{count:7 z_bucket:4 z_bucket_w:0.75 offset:1 buckets:[3]}}');
});

test('of different custom bounds only those that both have are left', () => {
  const sum = add(
    h('schema:-53 count:6 custom_values:[1 2 5] buckets:[1 2 3]'),
    h('schema:-53 count:4 custom_values:[2 7] buckets:[1 1 2]'),
  );
  expect(written(sum?.histogram)).toBe('{{schema:-53 count:10 custom_values:[2] buckets:[4 6]}}');
  expect(sum?.hasReconciledBounds).toBe(true);
});

test('exponential buckets and custom bounds do not go together', () => {
  const custom = h('schema:-53 custom_values:[1] buckets:[1] count:1');
  expect(add(h('count:1 buckets:[1]'), custom)).toBeUndefined();
  expect(subtract(custom, h('count:1 buckets:[1]'))).toBeUndefined();
  expect(sumOf([h('count:1'), custom])).toBeUndefined();
  expect(meanOf([custom, h('count:1')])).toBeUndefined();
  expect(sumOf([])).toBeUndefined();
});

test.each([
  { a: 'gauge', b: 'reset', hint: 'gauge', collides: false },
  { a: 'unknown', b: 'gauge', hint: 'gauge', collides: false },
  { a: 'not_reset', b: 'not_reset', hint: 'not-reset', collides: false },
  { a: 'unknown', b: 'not_reset', hint: 'unknown', collides: false },
  { a: 'reset', b: 'not_reset', hint: 'unknown', collides: true },
])('a sum of $a and $b is $hint', ({ a, b, hint, collides }) => {
  const sum = add(h(`counter_reset_hint:${a}`), h(`counter_reset_hint:${b}`));
  expect(sum?.histogram.hint).toBe(hint);
  expect(sum?.hasResetCollision).toBe(collides);
});

test('a sum of many sees a collision that a gauge between them would hide', () => {
  const many = ['gauge', 'reset', 'not_reset'].map((hint) => h(`counter_reset_hint:${hint}`));
  expect(sumOf(many)).toMatchObject({ hasResetCollision: true, histogram: { hint: 'gauge' } });
});

test('a sum of many does not lose small numbers beside large ones', () => {
  const many = [1, 1e100, 1, -1e100].map((sum) => h(`sum:${sum} count:1`));
  expect(sumOf(many)?.histogram.sum).toBe(2);
  expect(meanOf(many)?.histogram.sum).toBe(0.5);
});

test('a mean does not overflow where the sum would', () => {
  const many = [1.7e308, 1.7e308, 1.4e308].map((count) => h(`count:${count}`));
  expect(sumOf(many)?.histogram.count).toBe(Infinity);
  expect(meanOf(many)?.histogram.count).toBeCloseTo(1.6e308, -300);
});

test('dividing by 0 leaves no buckets, and a negative factor makes a gauge', () => {
  expect(written(divide(h('count:5 sum:5 z_bucket:1 buckets:[1 2 1]'), 0))).toBe(
    '{{count:+Inf sum:+Inf z_bucket:+Inf}}',
  );
  expect(multiply(h('count:4'), -1).hint).toBe('gauge');
  expect(multiply(h('count:4'), 2).hint).toBe('unknown');
});

test.each([
  { what: 'a count fell', now: 'count:3', before: 'count:4', reset: true },
  { what: 'a bucket fell', now: 'count:5 buckets:[1 4]', before: 'count:5 buckets:[2 3]', reset: true },
  { what: 'a bucket is gone', now: 'count:5 buckets:[5]', before: 'count:5 buckets:[2 3]', reset: true },
  {
    what: 'an empty bucket is gone',
    now: 'count:5 buckets:[5]',
    before: 'count:5 buckets:[5 0]',
    reset: false,
  },
  {
    what: 'a negative bucket fell',
    now: 'count:5 n_buckets:[1]',
    before: 'count:5 n_buckets:[2]',
    reset: true,
  },
  { what: 'the sum fell', now: 'count:4 sum:1', before: 'count:4 sum:2', reset: false },
  { what: 'the resolution rose', now: 'schema:1 count:4', before: 'count:3', reset: true },
  {
    what: 'the resolution fell',
    now: 'schema:-1 count:3 buckets:[1 2]',
    before: 'count:3 buckets:[1 1 1]',
    reset: false,
  },
  {
    what: 'the zero bucket shrank',
    now: 'count:4 z_bucket_w:0.1',
    before: 'count:4 z_bucket_w:0.2',
    reset: true,
  },
  {
    what: 'the zero bucket took in a bucket',
    now: 'count:3 z_bucket:3 z_bucket_w:1',
    before: 'count:2 buckets:[2]',
    reset: false,
  },
  {
    what: 'the zero bucket ends within a bucket',
    now: 'count:3 z_bucket:3 z_bucket_w:0.7',
    before: 'count:2 buckets:[2]',
    reset: true,
  },
  { what: 'a hint says so', now: 'count:9 counter_reset_hint:reset', before: 'count:1', reset: true },
  { what: 'a hint denies it', now: 'count:1 counter_reset_hint:not_reset', before: 'count:9', reset: false },
  { what: 'custom bounds came', now: 'schema:-53 count:9', before: 'count:1', reset: true },
  { what: 'custom bounds went', now: 'count:9', before: 'schema:-53 count:1', reset: true },
  {
    what: 'a custom bound came and no count fell',
    now: 'schema:-53 count:9 custom_values:[1 2] buckets:[1 1 7]',
    before: 'schema:-53 count:9 custom_values:[2] buckets:[2 7]',
    reset: false,
  },
  {
    what: 'a custom bound came and a count fell',
    now: 'schema:-53 count:9 custom_values:[1 2] buckets:[1 0 8]',
    before: 'schema:-53 count:9 custom_values:[2] buckets:[2 7]',
    reset: true,
  },
])('a counter was reset when $what: $reset', ({ now, before, reset }) => {
  expect(isCounterReset(h(now), h(before))).toBe(reset);
});

test.each([
  { now: 'count:2', before: undefined, hint: 'unknown' },
  { now: 'count:2', before: 'count:1', hint: 'not-reset' },
  { now: 'count:1', before: 'count:2', hint: 'unknown' },
  { now: 'count:2 counter_reset_hint:reset', before: 'count:1', hint: 'unknown' },
  { now: 'count:2 counter_reset_hint:gauge', before: 'count:1', hint: 'gauge' },
  { now: 'count:2', before: 'count:1 counter_reset_hint:gauge', hint: 'unknown' },
  { now: 'schema:-1 count:2', before: 'count:1', hint: 'unknown' },
])('storage gives $now after $before back as $hint', ({ now, before, hint }) => {
  expect(storedHint(h(now), before === undefined ? undefined : h(before))).toBe(hint);
});

test('a quantile tells what observations of NaN did to it', () => {
  const withNan = h('count:15 sum:NaN buckets:[12]');
  expect(quantileOf(0.8, withNan)).toEqual({ value: 1, nanEffect: 'skewed-higher' });
  expect(quantileOf(0.81, withNan)).toEqual({ value: Number.NaN, nanEffect: 'result-is-nan' });
  expect(quantileOf(0.5, h('count:3 sum:NaN'))).toEqual({ value: Number.NaN, nanEffect: 'result-is-nan' });
  expect(fractionOf(-Infinity, Infinity, withNan)).toEqual({ value: 0.8, leavesOutNan: true });
});

test('infinite observations make the sum NaN but skew nothing', () => {
  expect(quantileOf(0.8, h('count:12 sum:NaN buckets:[12]')).nanEffect).toBe('none');
});

test('a quantile among custom bounds is a bound where its bucket has no other end', () => {
  const custom = h('schema:-53 count:4 custom_values:[-1 1] buckets:[2 0 2]');
  expect(quantileOf(0.1, custom).value).toBe(-1);
  expect(quantileOf(0.9, custom).value).toBe(1);
});

test('exact equality asks for every bucket, and takes NaN as NaN', () => {
  expect(areEqual(h('count:1 sum:NaN buckets:[1]'), h('count:1 sum:NaN buckets:[1]'))).toBe(true);
  expect(areEqual(h('count:1 buckets:[1]'), h('count:1 buckets:[1] offset:1'))).toBe(false);
  expect(areEqual(h('schema:-53 custom_values:[1]'), h('schema:-53 custom_values:[2]'))).toBe(false);
});

test('a histogram is written as Prometheus writes it', () => {
  const all = h('count:9 sum:1e9 z_bucket:2 z_bucket_w:0.001 buckets:[1 0 3] n_buckets:[1 2]');
  expect(formatHistogram(all)).toBe(
    '{count:9, sum:1e+09, [-2,-1):2, [-1,-0.5):1, [-0.001,0.001]:2, (0.5,1]:1, (2,4]:3}',
  );
  expect(formatHistogram(h('schema:-53 count:3 custom_values:[5] buckets:[1 2]'))).toBe(
    '{count:3, sum:0, [-Inf,5]:1, (5,+Inf]:2}',
  );
});

test("a histogram is in the API's JSON with the rule of each bucket's bounds", () => {
  expect(histogramJson(h('count:6 sum:-1.5 z_bucket:2 z_bucket_w:1e-7 buckets:[1] n_buckets:[3]'))).toEqual({
    count: '6',
    sum: '-1.5',
    buckets: [
      [1, '-1', '-0.5', '3'],
      [3, '-1e-07', '1e-07', '2'],
      [0, '0.5', '1', '1'],
    ],
  });
  expect(histogramJson(h(''))).toEqual({ count: '0', sum: '0' });
});

test('a gap that would fill the memory is not written', () => {
  const far = add(h('buckets:[1]'), h('offset:999999999 buckets:[1]'))?.histogram;
  expect(() => written(far)).toThrow('a histogram of 1000000000 buckets in a row cannot be written');
});

test.each([
  {
    before: 'count:4 sum:8 buckets:[4]',
    after: 'count:8 sum:12 buckets:[4 4]',
    is: 'count:5 sum:9 buckets:[4 1]',
  },
  {
    before: 'count:8 sum:8 buckets:[8]',
    after: 'count:4 sum:4 buckets:[4]',
    is: 'count:1 sum:1 buckets:[1]',
  },
])('a quarter of the way from $before to $after a counter was $is', ({ before, after, is }) => {
  const between = betweenHistograms(h(before), h(after), 0.25, true);
  expect(between && areEqual(between, h(is))).toBe(true);
});

test('a gauge that falls was not reset on the way, and kinds of buckets do not mix', () => {
  const between = betweenHistograms(h('count:8'), h('count:4'), 0.25, false);
  expect(between).toEqual(h('count:7 counter_reset_hint:gauge'));
  expect(betweenHistograms(h('count:1'), h('schema:-53 count:2'), 0.5, false)).toBeUndefined();
});

test('what is not written in the notation is 0, unknown or empty', () => {
  expect(readHistogram('{{}}')).toEqual({
    end: 4,
    isHintWritten: false,
    histogram: {
      schema: 0,
      count: 0,
      sum: 0,
      zeroThreshold: 0,
      zeroCount: 0,
      positive: { spans: [], counts: [] },
      negative: { spans: [], counts: [] },
      customBounds: [],
      hint: 'unknown',
    },
  });
  expect(readHistogram('x {{ n_offset:-3 n_buckets:[1 2 ] counter_reset_hint:unknown }}x5', 2)).toMatchObject(
    {
      end: 63,
      isHintWritten: true,
      histogram: { negative: { spans: [{ offset: -3, length: 2 }], counts: [1, 2] } },
    },
  );
});

test.each([
  { text: '{count:1}', says: 'begins with "{{"' },
  { text: '{{count:1', says: 'expected "name:value" or "}}"' },
  { text: '{{count:1 count:2}}', says: 'twice' },
  { text: '{{count:x}}', says: '"count" needs a number, not "x"' },
  { text: '{{buckets:1}}', says: 'in brackets' },
  { text: '{{buckets:[1 x]}}', says: '"buckets" needs a number, not "x"' },
  { text: '{{size:1}}', says: 'has no "size"' },
  { text: '{{counter_reset_hint:yes}}', says: 'one of unknown, reset, not_reset, gauge' },
  { text: '{{schema:9}}', says: 'from -4 to 8 or -53' },
  { text: '{{schema:0.5}}', says: 'whole numbers' },
  { text: '{{offset:1e300 buckets:[1]}}', says: 'whole numbers' },
])('the notation $text is refused', ({ text, says }) => {
  expect(() => readHistogram(text)).toThrow(HistogramNotationError);
  expect(() => readHistogram(text)).toThrow(says);
});
