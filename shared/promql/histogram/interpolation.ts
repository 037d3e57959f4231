import { isEvenlySpread, type Bucket } from './buckets.ts';
import type { Histogram } from './histogram.ts';

/** Where in a bucket with finite bounds a share of its observations ends, 0 at the lower bound and 1 at the upper one. */
export function valueAtShare(bucket: Bucket, share: number, histogram: Histogram): number {
  const { lower, upper } = bucket;
  if (isEvenlySpread(bucket, histogram)) return lower + (upper - lower) * share;
  const low = Math.log2(Math.abs(lower));
  const high = Math.log2(Math.abs(upper));
  return lower > 0 ? 2 ** (low + (high - low) * share) : -(2 ** (high + (low - high) * (1 - share)));
}

/**
 * The share of a bucket's observations that are below a value within it. What lies in an unbounded bucket cannot be
 * known: of one without lower bound all are taken to be below, of one without upper bound none.
 */
export function shareBelow(bucket: Bucket, value: number, histogram: Histogram): number {
  const { lower, upper } = bucket;
  if (lower === Number.NEGATIVE_INFINITY) return 1;
  if (isEvenlySpread(bucket, histogram)) return (value - lower) / (upper - lower);
  const low = Math.log2(Math.abs(lower));
  const high = Math.log2(Math.abs(upper));
  const at = Math.log2(Math.abs(value));
  return value > 0 ? (at - low) / (high - low) : 1 - (at - high) / (low - high);
}
