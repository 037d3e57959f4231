import { listed, packed } from './bucket-list.ts';
import { interpolationBucket, negativeBuckets, positiveBuckets, zeroBucket, type Bucket } from './buckets.ts';
import { hasCustomBounds, type Buckets, type Histogram } from './histogram.ts';
import { shareBelow } from './interpolation.ts';
import { compacted } from './layout.ts';

/** What is left of a bucket, and the value that stands for it in the sum. */
interface Part {
  readonly count: number;
  readonly middle: number;
}

type Kept = 'below' | 'above';

const NOTHING: Part = { count: 0, middle: 0 };

/** The operator `</`: only the observations that are not above the cutoff. */
export function trimmedBelow(histogram: Histogram, cutoff: number): Histogram {
  return trimmed(histogram, cutoff, 'below');
}

/** The operator `>/`: only the observations that are not below the cutoff. */
export function trimmedAbove(histogram: Histogram, cutoff: number): Histogram {
  return trimmed(histogram, cutoff, 'above');
}

/**
 * A bucket that the cutoff divides is interpolated. Where anything is left out, count and sum are estimated anew
 * from the buckets; else they stay exact. Source: documentation of the trim operators.
 */
function trimmed(original: Histogram, cutoff: number, kept: Kept): Histogram {
  const histogram = compacted(original);
  const parts = (buckets: readonly Bucket[]): Part[] =>
    buckets.map((bucket) => partOf(bucket, cutoff, kept, histogram));
  const positive = parts(positiveBuckets(histogram));
  const negative = parts(negativeBuckets(histogram));
  const zero = histogram.zeroCount > 0 ? zeroPart(histogram, cutoff, kept) : NOTHING;
  const isWhole =
    isUnchanged(histogram.positive, positive) &&
    isUnchanged(histogram.negative, negative) &&
    (zero.count === histogram.zeroCount || histogram.zeroCount <= 0);
  if (isWhole) return original;
  const all = [...positive, ...negative, zero];
  return {
    ...histogram,
    count: all.reduce((sum, part) => sum + part.count, 0),
    sum: all.reduce((sum, part) => sum + part.middle * part.count, 0),
    zeroCount: zero.count,
    positive: withCounts(histogram.positive, positive),
    negative: withCounts(histogram.negative, negative),
  };
}

function isUnchanged({ counts }: Buckets, parts: readonly Part[]): boolean {
  return parts.every(({ count }, at) => count === counts[at]);
}

function withCounts({ spans }: Buckets, parts: readonly Part[]): Buckets {
  return packed(listed({ spans, counts: parts.map(({ count }) => count) }));
}

function partOf(bucket: Bucket, cutoff: number, kept: Kept, histogram: Histogram): Part {
  const { lower, upper, count } = bucket;
  if (kept === 'below' ? upper <= cutoff : lower >= cutoff)
    return { count, middle: middleOf(lower, upper, histogram) };
  const isDivided = kept === 'below' ? lower < cutoff : upper > cutoff;
  if (!isDivided) return NOTHING;
  if (Math.abs(lower) === Infinity || upper === Infinity) return unboundedPart(bucket, cutoff, kept);
  const below = count * shareBelow(bucket, cutoff, histogram);
  return kept === 'below'
    ? { count: below, middle: middleOf(lower, cutoff, histogram) }
    : { count: count - below, middle: middleOf(cutoff, upper, histogram) };
}

/**
 * Nothing is known of how observations lie in a bucket without end. A first custom bucket that ends above 0 is taken
 * to begin there; else all observations are where the bucket has an end.
 */
function unboundedPart({ lower, upper, count }: Bucket, cutoff: number, kept: Kept): Part {
  if (lower !== Number.NEGATIVE_INFINITY) return kept === 'above' ? { count, middle: cutoff } : NOTHING;
  if (upper === Infinity) return NOTHING;
  if (upper <= 0) return kept === 'below' ? { count, middle: cutoff } : NOTHING;
  if (kept === 'below') return cutoff > 0 ? { count: (count * cutoff) / upper, middle: cutoff / 2 } : NOTHING;
  return cutoff >= 0 ? { count: count * (1 - cutoff / upper), middle: (cutoff + upper) / 2 } : NOTHING;
}

function zeroPart(histogram: Histogram, cutoff: number, kept: Kept): Part {
  const { lower, upper, count } = interpolationBucket(zeroBucket(histogram), histogram);
  const isLow = cutoff <= lower;
  const isHigh = !isLow && cutoff >= upper;
  if (kept === 'below' ? isLow : isHigh) return NOTHING;
  if (isLow || isHigh) return { count, middle: (lower + upper) / 2 };
  const [from, to] = kept === 'below' ? [lower, cutoff] : [cutoff, upper];
  return { count: (count * (to - from)) / (upper - lower), middle: (from + to) / 2 };
}

/** The value that stands for the observations between two bounds: the arithmetic middle of custom bounds, else the geometric. */
function middleOf(lower: number, upper: number, histogram: Histogram): number {
  if (Math.abs(lower) === Infinity) {
    if (Math.abs(upper) === Infinity) return 0;
    return upper > 0 ? upper / 2 : upper;
  }
  if (upper === Infinity) return lower;
  if (hasCustomBounds(histogram)) return (lower + upper) / 2;
  return Math.sign(lower + upper) * Math.sqrt(Math.abs(lower * upper));
}
