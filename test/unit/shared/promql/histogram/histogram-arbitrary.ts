import fc from 'fast-check';
import { packed } from '../../../../../shared/promql/histogram/bucket-list.ts';
import {
  CUSTOM_BOUNDS_SCHEMA,
  EMPTY_HISTOGRAM,
  type Buckets,
  type Histogram,
  type ResetHint,
} from '../../../../../shared/promql/histogram/histogram.ts';
import { thresholdAtBound, withZeroThreshold } from '../../../../../shared/promql/histogram/layout.ts';

const hints = fc.constantFrom<ResetHint>('unknown', 'reset', 'not-reset', 'gauge');
const bucketCounts = fc.integer({ min: 0, max: 1_000 });

function side(lowest: number, highest: number): fc.Arbitrary<Buckets> {
  return fc
    .uniqueArray(fc.tuple(fc.integer({ min: lowest, max: highest }), bucketCounts), {
      selector: ([index]) => index,
      maxLength: 8,
    })
    .map((entries) => {
      const sorted = entries.toSorted(([a], [b]) => a - b);
      return packed({ indexes: sorted.map(([index]) => index), counts: sorted.map(([, value]) => value) });
    });
}

function inBuckets({ counts }: Buckets): number {
  return counts.reduce((sum, value) => sum + value, 0);
}

/** No bucket within the zero bucket. Whole counts, so that sums are exact; the count is what the buckets hold. */
export const exponentialHistograms: fc.Arbitrary<Histogram> = fc
  .record({
    schema: fc.integer({ min: -4, max: 8 }),
    sum: fc.integer({ min: -1_000, max: 1_000 }),
    zeroWidth: fc.constantFrom(0, 0.001, 0.3, 1, 5),
    zeroCount: bucketCounts,
    hint: hints,
  })
  .chain((fields) =>
    fc.record({ positive: side(-20, 40), negative: side(-20, 40) }).map((sides) => ({ fields, sides })),
  )
  .map(({ fields: { zeroWidth, ...fields }, sides }) => {
    const count = fields.zeroCount + inBuckets(sides.positive) + inBuckets(sides.negative);
    const histogram = { ...EMPTY_HISTOGRAM, ...fields, ...sides, count };
    return withZeroThreshold(histogram, thresholdAtBound(histogram, zeroWidth));
  });

export const customHistograms: fc.Arbitrary<Histogram> = fc
  .uniqueArray(fc.integer({ min: -5, max: 10 }), { maxLength: 6 })
  .chain((bounds) =>
    fc.record({
      customBounds: fc.constant(bounds.toSorted((a, b) => a - b)),
      positive: side(0, bounds.length),
      sum: fc.integer({ min: -1_000, max: 1_000 }),
      hint: hints,
    }),
  )
  .map((fields) => ({
    ...EMPTY_HISTOGRAM,
    ...fields,
    schema: CUSTOM_BOUNDS_SCHEMA,
    count: inBuckets(fields.positive),
  }));

/** Two that can be added. */
export const histogramPairs = fc.oneof(
  fc.tuple(exponentialHistograms, exponentialHistograms),
  fc.tuple(customHistograms, customHistograms),
);

export const histograms = fc.oneof(exponentialHistograms, customHistograms);
