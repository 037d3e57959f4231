import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sumOf, meanOf } from '../../../../../shared/promql/histogram/aggregation.ts';
import { add, multiply, negate, subtract } from '../../../../../shared/promql/histogram/arithmetic.ts';
import { ascendingBuckets } from '../../../../../shared/promql/histogram/buckets.ts';
import { isCounterReset } from '../../../../../shared/promql/histogram/counter-reset.ts';
import { areEqual, areNearlyEqual } from '../../../../../shared/promql/histogram/equality.ts';
import { fractionOf } from '../../../../../shared/promql/histogram/fraction.ts';
import type { Histogram } from '../../../../../shared/promql/histogram/histogram.ts';
import {
  commonLayout,
  compacted,
  fitted,
  withSchema,
  withZeroThreshold,
} from '../../../../../shared/promql/histogram/layout.ts';
import { readHistogram, writeHistogram } from '../../../../../shared/promql/histogram/notation.ts';
import { quantileOf } from '../../../../../shared/promql/histogram/quantile.ts';
import { trimmedAbove, trimmedBelow } from '../../../../../shared/promql/histogram/trim.ts';
import { exponentialHistograms, histogramPairs, histograms } from './histogram-arbitrary.ts';

function inBuckets(histogram: Histogram): number {
  return ascendingBuckets(histogram).reduce((sum, { count }) => sum + count, 0);
}

test('it does not matter which of two histograms is added to which', () => {
  fc.assert(
    fc.property(histogramPairs, ([a, b]) => {
      expect(add(a, b)).toEqual(add(b, a));
    }),
  );
});

test('what is added can be subtracted again, in the layout that both have in common', () => {
  fc.assert(
    fc.property(histogramPairs, ([a, b]) => {
      const layout = commonLayout(a, b);
      const sum = add(a, b)?.histogram;
      if (layout === undefined || sum === undefined) throw new Error('a pair has a common layout');
      expect(compacted({ ...(subtract(sum, b)?.histogram ?? sum), hint: a.hint })).toEqual(
        compacted(fitted(a, layout)),
      );
    }),
  );
});

test('a sum counts what both counted, and no observation is lost between buckets', () => {
  fc.assert(
    fc.property(histogramPairs, ([a, b]) => {
      const sum = add(a, b)?.histogram;
      expect(sum?.count).toBe(a.count + b.count);
      expect(sum === undefined ? 0 : inBuckets(sum)).toBe(a.count + b.count);
    }),
  );
});

test('a lower resolution and a wider zero bucket keep every observation', () => {
  fc.assert(
    fc.property(
      exponentialHistograms,
      fc.integer({ min: -4, max: 8 }),
      fc.double({ min: 0, max: 50, noNaN: true }),
      (a, schema, zero) => {
        const coarser = withSchema(a, Math.min(a.schema, schema));
        expect(inBuckets(coarser)).toBe(a.count);
        const wider = withZeroThreshold(a, zero);
        expect(
          wider.zeroCount + [...wider.positive.counts, ...wider.negative.counts].reduce((x, y) => x + y, 0),
        ).toBe(a.count);
      },
    ),
  );
});

test('resolution may be lowered at once or step by step', () => {
  fc.assert(
    fc.property(exponentialHistograms, (a) => {
      let slowly = a;
      for (let schema = a.schema - 1; schema >= -4; schema--) slowly = withSchema(slowly, schema);
      expect(compacted(slowly)).toEqual(compacted(withSchema(a, -4)));
    }),
  );
});

test('compacting changes no answer', () => {
  fc.assert(
    fc.property(histograms, fc.double({ min: 0, max: 1, noNaN: true }), (a, q) => {
      const whole = {
        ...a,
        positive: {
          spans: [...a.positive.spans, { offset: 0, length: 1 }],
          counts: [...a.positive.counts, 0],
        },
      };
      expect(areNearlyEqual(compacted(whole), a, 1e-12)).toBe(true);
      expect(quantileOf(q, compacted(whole)).value).toEqual(quantileOf(q, compacted(a)).value);
    }),
  );
});

test('a histogram negated twice is itself, as a gauge', () => {
  fc.assert(
    fc.property(histograms, (a) => {
      const twice = negate(negate(a));
      expect(areNearlyEqual(twice, a)).toBe(true);
      expect(twice.hint).toBe('gauge');
    }),
  );
});

test('a histogram is equal to itself, and to no multiple of itself', () => {
  fc.assert(
    fc.property(histograms, (a) => {
      expect(areEqual(a, a)).toBe(true);
      expect(areEqual(a, multiply(a, 2))).toBe(a.count === 0 && a.sum === 0);
    }),
  );
});

test('a counter that only gains observations was not reset, and one that loses some was', () => {
  fc.assert(
    fc.property(histogramPairs, ([a, b]) => {
      const before = { ...a, hint: 'unknown' } as const;
      const after = add(before, { ...b, hint: 'unknown' })?.histogram ?? before;
      expect(isCounterReset(after, before)).toBe(false);
      expect(isCounterReset(before, after)).toBe(
        b.count > 0 || after.schema < before.schema || after.zeroThreshold > before.zeroThreshold,
      );
    }),
  );
});

test('the mean of equal histograms is that histogram', () => {
  fc.assert(
    fc.property(histograms, fc.integer({ min: 1, max: 20 }), (a, times) => {
      const mean = meanOf(Array.from({ length: times }, () => a))?.histogram;
      expect(mean === undefined ? false : areNearlyEqual(mean, a, 1e-12)).toBe(true);
    }),
  );
});

test('a sum of many is what adding them one by one gives', () => {
  fc.assert(
    fc.property(fc.array(exponentialHistograms, { minLength: 1, maxLength: 6 }), (many) => {
      const [first, ...others] = many;
      let sum = first;
      for (const histogram of others) sum = sum === undefined ? histogram : add(sum, histogram)?.histogram;
      expect(compacted(sumOf(many)?.histogram ?? EMPTY)).toEqual(compacted(sum ?? EMPTY));
    }),
  );
});

test('a fraction and a quantile are the inverse of each other', () => {
  fc.assert(
    fc.property(exponentialHistograms, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (a, q) => {
      const { value } = quantileOf(q, a);
      if (a.count === 0 || value === 0) return;
      const { value: back } = fractionOf(-Infinity, value, a);
      expect(Math.abs(back - q)).toBeLessThan(1e-6);
    }),
  );
});

test('what is trimmed above and below a value is together what there was', () => {
  fc.assert(
    fc.property(exponentialHistograms, fc.double({ min: -50, max: 50, noNaN: true }), (a, cutoff) => {
      const below = trimmedBelow(a, cutoff).count;
      const above = trimmedAbove(a, cutoff).count;
      expect(Math.abs(below + above - a.count)).toBeLessThan(1e-6 * Math.max(1, a.count));
    }),
  );
});

test('the notation says the same after it was written', () => {
  fc.assert(
    fc.property(histograms, (a) => {
      expect(compacted(readHistogram(writeHistogram(a)).histogram)).toEqual(compacted(a));
    }),
  );
});

const EMPTY = readHistogram('{{}}').histogram;
