import { ascendingBuckets, isEvenlySpread, type Bucket } from './buckets.ts';
import { hasCustomBounds, type Histogram } from './histogram.ts';

/** The mean of the observations; NaN without any. */
export function averageOf({ sum, count }: Histogram): number {
  return sum / count;
}

/** The estimated variance of the observations: each taken to be in the middle of its bucket. NaN without any. */
export function varianceOf(histogram: Histogram): number {
  const average = averageOf(histogram);
  let sum = 0;
  let lost = 0;
  for (const bucket of ascendingBuckets(histogram)) {
    if (bucket.count === 0) continue;
    const square = bucket.count * (middleOf(bucket, histogram) - average) ** 2;
    const next = sum + square;
    if (Number.isFinite(next)) lost += sum >= square ? sum - next + square : square - next + sum;
    sum = next;
  }
  return (sum + lost) / histogram.count;
}

/** The square root of the variance. */
export function deviationOf(histogram: Histogram): number {
  return Math.sqrt(varianceOf(histogram));
}

/** The arithmetic middle for custom bounds, 0 for the zero bucket, else the geometric one. */
function middleOf(bucket: Bucket, histogram: Histogram): number {
  if (hasCustomBounds(histogram)) return (bucket.lower + bucket.upper) / 2;
  if (isEvenlySpread(bucket, histogram)) return 0;
  return Math.sign(bucket.upper) * Math.sqrt(bucket.lower * bucket.upper);
}
