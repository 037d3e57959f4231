import { upperBound } from './bounds.ts';
import { listed } from './bucket-list.ts';
import { hasCustomBounds, type Histogram } from './histogram.ts';

/** One bucket with its bounds. */
export interface Bucket {
  readonly lower: number;
  readonly upper: number;
  readonly lowerInclusive: boolean;
  readonly upperInclusive: boolean;
  readonly count: number;
}

/** The positive buckets, or those of custom bounds, ascending from 0 up; empty ones where they are written down. */
export function positiveBuckets({ schema, positive, customBounds }: Histogram): Bucket[] {
  const { indexes, counts } = listed(positive);
  return indexes.map((index, at) => {
    const lower = upperBound(index - 1, schema, customBounds);
    const upper = upperBound(index, schema, customBounds);
    const lowerInclusive = lower === Number.NEGATIVE_INFINITY;
    return { lower, upper, lowerInclusive, upperInclusive: true, count: counts[at] ?? 0 };
  });
}

/** The negative buckets from 0 down. */
export function negativeBuckets({ schema, negative, customBounds }: Histogram): Bucket[] {
  const { indexes, counts } = listed(negative);
  return indexes.map((index, at) => ({
    lower: -upperBound(index, schema, customBounds),
    upper: -upperBound(index - 1, schema, customBounds),
    lowerInclusive: true,
    upperInclusive: false,
    count: counts[at] ?? 0,
  }));
}

export function zeroBucket({ zeroThreshold, zeroCount }: Histogram): Bucket {
  return {
    lower: -zeroThreshold,
    upper: zeroThreshold,
    lowerInclusive: true,
    upperInclusive: true,
    count: zeroCount,
  };
}

/**
 * All buckets, ascending. The zero bucket is among them where it counts something; a bucket that it reaches into
 * ends there.
 */
export function ascendingBuckets(histogram: Histogram): Bucket[] {
  const { zeroThreshold: zero, zeroCount } = histogram;
  const below = negativeBuckets(histogram)
    .toReversed()
    .map((bucket) =>
      bucket.upper < 0 && bucket.upper > -zero && bucket.lower < -zero ? { ...bucket, upper: -zero } : bucket,
    );
  const above = positiveBuckets(histogram).map((bucket) =>
    bucket.lower > 0 && bucket.lower < zero && bucket.upper > zero ? { ...bucket, lower: zero } : bucket,
  );
  return [...below, ...(zeroCount > 0 ? [zeroBucket(histogram)] : []), ...above];
}

/**
 * The bucket with the bounds that interpolation takes. With observations on one side only, the zero bucket is
 * taken to lie on that side; a first custom bucket that ends above 0 is taken to begin at 0.
 */
export function interpolationBucket(bucket: Bucket, histogram: Histogram): Bucket {
  if (hasCustomBounds(histogram))
    return bucket.lower === Number.NEGATIVE_INFINITY && bucket.upper > 0 ? { ...bucket, lower: 0 } : bucket;
  if (!(bucket.lower < 0 && bucket.upper > 0)) return bucket;
  const hasPositive = histogram.positive.counts.length > 0;
  const hasNegative = histogram.negative.counts.length > 0;
  if (hasPositive === hasNegative) return bucket;
  return hasPositive ? { ...bucket, lower: 0 } : { ...bucket, upper: 0 };
}

/** Whether observations are taken as spread evenly within a bucket; else their logarithms are. */
export function isEvenlySpread(bucket: Bucket, histogram: Histogram): boolean {
  return hasCustomBounds(histogram) || (bucket.lower <= 0 && bucket.upper >= 0);
}
