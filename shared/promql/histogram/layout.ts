import { exponentialBound } from './bounds.ts';
import { compactBuckets, filtered, listed, moved, packed, type BucketList } from './bucket-list.ts';
import { CUSTOM_BOUNDS_SCHEMA, hasCustomBounds, type Buckets, type Histogram } from './histogram.ts';

/** What two histograms must have in common before their buckets can be compared or added. */
export interface Layout {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly customBounds: readonly number[];
}

/** Whether two lists of custom bounds are the same. */
export function areBoundsEqual(a: readonly number[], b: readonly number[]): boolean {
  return a === b || (a.length === b.length && a.every((bound, at) => bound === b[at]));
}

/**
 * The finest layout that both fit without a guess: the coarser schema, a zero bucket that ends at a bucket's bound,
 * the custom bounds that both have. Undefined when one has exponential buckets and the other custom bounds.
 */
export function commonLayout(a: Histogram, b: Histogram): Layout | undefined {
  if (hasCustomBounds(a) !== hasCustomBounds(b)) return undefined;
  if (!hasCustomBounds(a))
    return {
      schema: Math.min(a.schema, b.schema),
      zeroThreshold: commonZeroThreshold(a, b),
      customBounds: a.customBounds,
    };
  return {
    schema: CUSTOM_BOUNDS_SCHEMA,
    zeroThreshold: 0,
    customBounds: sharedBounds(a.customBounds, b.customBounds),
  };
}

function sharedBounds(a: readonly number[], b: readonly number[]): readonly number[] {
  if (areBoundsEqual(a, b)) return a;
  const known = new Set(b);
  return a.filter((bound) => known.has(bound));
}

function commonZeroThreshold(a: Histogram, b: Histogram): number {
  let threshold = Math.max(a.zeroThreshold, b.zeroThreshold);
  for (;;) {
    const grown = thresholdAtBound(b, thresholdAtBound(a, threshold));
    if (!(grown > threshold)) return threshold;
    threshold = grown;
  }
}

/** The threshold, or where it is within a bucket that counts something, that bucket's far end. */
export function thresholdAtBound(histogram: Histogram, threshold: number): number {
  if (!(threshold > histogram.zeroThreshold)) return threshold;
  let grown = threshold;
  for (const side of [histogram.positive, histogram.negative]) {
    const { indexes, counts } = listed(side);
    for (const [at, index] of indexes.entries()) {
      const end = exponentialBound(index, histogram.schema);
      if (counts[at] !== 0 && end > grown && exponentialBound(index - 1, histogram.schema) < grown)
        grown = end;
    }
  }
  return grown > threshold ? thresholdAtBound(histogram, grown) : threshold;
}

/** The histogram in a coarser layout, its counts, sum and hint unchanged; itself where it fits already. */
export function fitted(histogram: Histogram, layout: Layout): Histogram {
  const { schema, zeroThreshold, customBounds } = layout;
  if (hasCustomBounds(histogram)) return withBounds(histogram, customBounds);
  return withSchema(withZeroThreshold(histogram, zeroThreshold), schema);
}

/** With a lower resolution. The schema must not be finer than the histogram's, and neither may be custom. */
export function withSchema(histogram: Histogram, schema: number): Histogram {
  if (schema === histogram.schema) return histogram;
  const perBucket = 2 ** (histogram.schema - schema);
  const coarser = (side: Buckets): Buckets =>
    packed(moved(listed(side), (index) => Math.floor((index - 1) / perBucket) + 1));
  return {
    ...histogram,
    schema,
    positive: coarser(histogram.positive),
    negative: coarser(histogram.negative),
  };
}

/** With a wider zero bucket, which takes in the buckets that begin within it. */
export function withZeroThreshold(histogram: Histogram, zeroThreshold: number): Histogram {
  if (!(zeroThreshold > histogram.zeroThreshold)) return histogram;
  const isOutside = (index: number): boolean =>
    exponentialBound(index - 1, histogram.schema) >= zeroThreshold;
  const positive = listed(histogram.positive);
  const negative = listed(histogram.negative);
  const swallowed = (side: BucketList): number =>
    filtered(side, (index) => !isOutside(index)).counts.reduce((sum, count) => sum + count, 0);
  return {
    ...histogram,
    zeroThreshold,
    zeroCount: histogram.zeroCount + swallowed(positive) + swallowed(negative),
    positive: packed(filtered(positive, isOutside)),
    negative: packed(filtered(negative, isOutside)),
  };
}

/** With some of its custom bounds only. */
export function withBounds(histogram: Histogram, customBounds: readonly number[]): Histogram {
  if (areBoundsEqual(histogram.customBounds, customBounds)) return histogram;
  let at = 0;
  const positive = moved(listed(histogram.positive), (index) => {
    const bound = histogram.customBounds[index] ?? Infinity;
    while (at < customBounds.length && (customBounds[at] ?? Infinity) < bound) at++;
    return at;
  });
  return { ...histogram, customBounds, positive: packed(positive) };
}

/** Without empty buckets; means the same. */
export function compacted(histogram: Histogram): Histogram {
  const [positive, negative] = [compactBuckets(histogram.positive), compactBuckets(histogram.negative)];
  const isCompact = positive === histogram.positive && negative === histogram.negative;
  return isCompact ? histogram : { ...histogram, positive, negative };
}
