import { ascendingBuckets, interpolationBucket } from './buckets.ts';
import { hasCustomBounds, type Histogram } from './histogram.ts';
import { valueAtShare } from './interpolation.ts';

/** What observations of NaN, which are counted but are in no bucket, did to a quantile. */
export type NanEffect = 'none' | 'result-is-nan' | 'skewed-higher';

export interface Quantile {
  readonly value: number;
  readonly nanEffect: NanEffect;
}

/**
 * The q-quantile of the observations. Interpolated by the logarithm in exponential buckets, evenly in the zero bucket
 * and in those of custom bounds; -Inf for q below 0, +Inf above 1, NaN for NaN or without observations.
 * Source: documentation of histogram_quantile().
 */
export function quantileOf(q: number, histogram: Histogram): Quantile {
  if (q < 0) return { value: Number.NEGATIVE_INFINITY, nanEffect: 'none' };
  if (q > 1) return { value: Number.POSITIVE_INFINITY, nanEffect: 'none' };
  if (histogram.count === 0 || Number.isNaN(q)) return { value: Number.NaN, nanEffect: 'none' };
  const mayHaveNan = Number.isNaN(histogram.sum);
  // Counted from the nearer end, which is more exact; NaN counts as the largest value, so only from below.
  const isFromBelow = mayHaveNan || q < 0.5;
  const ascending = ascendingBuckets(histogram);
  const buckets = isFromBelow ? ascending : ascending.toReversed();
  const rank = (isFromBelow ? q : 1 - q) * histogram.count;
  let reached = 0;
  let found;
  for (const bucket of buckets) {
    if (bucket.count === 0) continue;
    found = bucket;
    reached += bucket.count;
    if (reached >= rank) break;
  }
  if (found === undefined) return quantileWithoutBuckets(rank, mayHaveNan);
  const bucket = interpolationBucket(found, histogram);
  if (hasCustomBounds(histogram)) {
    const nanEffect = 'none';
    if (bucket.lower === Number.NEGATIVE_INFINITY) return { value: bucket.upper, nanEffect };
    if (found.lower !== Number.NEGATIVE_INFINITY && bucket.upper === Infinity)
      return { value: bucket.lower, nanEffect };
  }
  reached = Math.min(reached, histogram.count);
  if (reached < rank)
    return mayHaveNan
      ? { value: Number.NaN, nanEffect: 'result-is-nan' }
      : { value: bucket.upper, nanEffect: 'none' };
  const within = isFromBelow ? rank - (reached - bucket.count) : reached - rank;
  return {
    value: valueAtShare(bucket, within / bucket.count, histogram),
    nanEffect: mayHaveNan && observationsIn(histogram) < histogram.count ? 'skewed-higher' : 'none',
  };
}

/** All observations are NaN, or their buckets were never written down; Prometheus then says 0. */
function quantileWithoutBuckets(rank: number, mayHaveNan: boolean): Quantile {
  if (mayHaveNan) return { value: Number.NaN, nanEffect: 'result-is-nan' };
  return { value: rank > 0 ? 0 : Number.NaN, nanEffect: 'none' };
}

/** How many observations are in buckets: all but those of NaN. */
export function observationsIn(histogram: Histogram): number {
  return ascendingBuckets(histogram).reduce((sum, { count }) => sum + count, 0);
}
