import { ascendingBuckets, interpolationBucket } from './buckets.ts';
import type { Histogram } from './histogram.ts';
import { shareBelow } from './interpolation.ts';
import { observationsIn } from './quantile.ts';

export interface Fraction {
  readonly value: number;
  /** Observations of NaN are in no interval. */
  readonly leavesOutNan: boolean;
}

/**
 * The fraction of the observations that are between two values, interpolated as for a quantile. NaN for a bound that
 * is NaN or without observations. Source: documentation of histogram_fraction().
 */
export function fractionOf(lower: number, upper: number, histogram: Histogram): Fraction {
  if (histogram.count === 0 || Number.isNaN(lower) || Number.isNaN(upper))
    return { value: Number.NaN, leavesOutNan: false };
  const inBuckets = Number.isNaN(histogram.sum) ? observationsIn(histogram) : histogram.count;
  const leavesOutNan = inBuckets < histogram.count;
  if (lower >= upper) return { value: 0, leavesOutNan: false };
  const below = (value: number): number => Math.min(inBuckets, countBelow(value, histogram) ?? inBuckets);
  return { value: (below(upper) - below(lower)) / histogram.count, leavesOutNan };
}

/** How many observations are below a value; undefined above all buckets. */
function countBelow(value: number, histogram: Histogram): number | undefined {
  let rank = 0;
  for (const plain of ascendingBuckets(histogram)) {
    const bucket = interpolationBucket(plain, histogram);
    if (bucket.lower >= value) return rank;
    if (bucket.upper > value) return rank + bucket.count * shareBelow(bucket, value, histogram);
    rank += bucket.count;
  }
  return undefined;
}
