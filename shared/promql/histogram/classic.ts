import { isNearly } from './equality.ts';

/** A bucket that counts all observations up to its upper bound, as Prometheus' text format has them. */
export interface ClassicBucket {
  readonly upper: number;
  readonly count: number;
}

/** What had to be changed about buckets whose counts fell from one to the next. */
export interface ForcedRise {
  /** The lowest and the highest upper bound whose count was raised. */
  readonly fromUpper: number;
  readonly toUpper: number;
  /** By how much the count was raised at most. */
  readonly maxDifference: number;
}

export interface ClassicQuantile {
  readonly value: number;
  readonly forcedRise?: ForcedRise;
}

/** Counts closer than this, relatively, are taken as equal: sums of floats differ a little. */
const EQUAL_WITHIN = 1e-12;

/**
 * The q-quantile of buckets in any order, interpolated evenly within its bucket, from 0 when the lowest bound is above
 * 0. In the bucket to +Inf it is the bound before. -Inf for q below 0, +Inf above 1; NaN for NaN, without a bucket to
 * +Inf, with less than two buckets or without observations. Source: documentation of histogram_quantile().
 */
export function classicQuantile(q: number, buckets: readonly ClassicBucket[]): ClassicQuantile {
  if (Number.isNaN(q)) return { value: Number.NaN };
  if (q < 0) return { value: Number.NEGATIVE_INFINITY };
  if (q > 1) return { value: Number.POSITIVE_INFINITY };
  const sorted = ascending(buckets);
  if (sorted.at(-1)?.upper !== Infinity) return { value: Number.NaN };
  const { rising, forcedRise } = risen(sorted);
  const total = rising.at(-1)?.count ?? 0;
  if (rising.length < 2 || total === 0) return { value: Number.NaN };
  // A total that is no number reaches no bucket, so that the highest bound is told, as by Prometheus.
  const value = interpolated(q * total, rising);
  return forcedRise === undefined ? { value } : { value, forcedRise };
}

function interpolated(rank: number, buckets: readonly ClassicBucket[]): number {
  const at = buckets.findIndex(({ count }) => count >= rank);
  const bucket = buckets[at];
  if (bucket === undefined || at === buckets.length - 1) return buckets.at(-2)?.upper ?? Number.NaN;
  const below = buckets[at - 1];
  if (below === undefined && bucket.upper <= 0) return bucket.upper;
  const lower = below?.upper ?? 0;
  const before = below?.count ?? 0;
  return lower + (bucket.upper - lower) * ((rank - before) / (bucket.count - before));
}

/**
 * The fraction of the observations between two values, interpolated as for a quantile. NaN for a bound that is NaN,
 * without a bucket to +Inf or without observations. Source: documentation of histogram_fraction().
 */
export function classicFraction(lower: number, upper: number, buckets: readonly ClassicBucket[]): number {
  const sorted = ascending(buckets);
  const last = sorted.at(-1);
  if (last?.upper !== Infinity || last.count === 0 || Number.isNaN(lower) || Number.isNaN(upper))
    return Number.NaN;
  if (lower >= upper) return 0;
  const below = (value: number): number => Math.min(last.count, countBelow(value, sorted));
  return (below(upper) - below(lower)) / last.count;
}

function countBelow(value: number, buckets: readonly ClassicBucket[]): number {
  let before = 0;
  let start = (buckets[0]?.upper ?? 0) > 0 ? 0 : Number.NEGATIVE_INFINITY;
  for (const { upper, count } of buckets) {
    if (start >= value) return before;
    if (upper > value) {
      if (start === Number.NEGATIVE_INFINITY) return count;
      return before + ((count - before) * (value - start)) / (upper - start);
    }
    before = count;
    start = upper;
  }
  return before;
}

/** Sorted by bound. Buckets of one bound, written in two ways (`1` and `1.0`), are one. */
function ascending(buckets: readonly ClassicBucket[]): ClassicBucket[] {
  const result: ClassicBucket[] = [];
  for (const bucket of buckets.toSorted((a, b) => (a.upper === b.upper ? 0 : a.upper < b.upper ? -1 : 1))) {
    const last = result.at(-1);
    if (last !== undefined && last.upper === bucket.upper)
      result[result.length - 1] = { upper: last.upper, count: last.count + bucket.count };
    else result.push(bucket);
  }
  return result;
}

/** Counts must not fall from bucket to bucket; scraped or summed at slightly different times, they may. */
function risen(sorted: readonly ClassicBucket[]): { rising: ClassicBucket[]; forcedRise?: ForcedRise } {
  let highest = sorted[0]?.count ?? 0;
  let forcedRise: ForcedRise | undefined;
  const rising = sorted.map(({ upper, count }) => {
    if (!isNearly(highest, count, EQUAL_WITHIN)) {
      if (count < highest)
        forcedRise = {
          fromUpper: forcedRise?.fromUpper ?? upper,
          toUpper: upper,
          maxDifference: Math.max(forcedRise?.maxDifference ?? 0, highest - count),
        };
      else highest = count;
    }
    return { upper, count: highest };
  });
  return forcedRise === undefined ? { rising } : { rising, forcedRise };
}
