import { labelValue, type Labels } from '../../matching.ts';
import { keyOf, omit, withoutName } from '../label-set.ts';
import { parseFloatStrictly } from '../number-format.ts';
import { vectorOf, type Sample } from '../value.ts';
import { scalarAt, vectorAt, type Implementations } from './invocation.ts';

/** The label with a bucket's upper bound. */
const UPPER_BOUND = 'le';
/** Counts closer than this, relatively, are taken as equal: sums of floats differ a little. */
const EQUAL_WITHIN = 1e-12;

/** A bucket that counts all observations up to its upper bound. */
interface Bucket {
  readonly upper: number;
  readonly count: number;
}

/** Histograms as Prometheus' text format has them: one series a bucket. */
export const CLASSIC_HISTOGRAMS: Implementations = {
  histogram_quantile: (invocation) => {
    const rank = scalarAt(invocation, 0);
    const groups = bucketsBySeries(vectorAt(invocation, 1).samples);
    return vectorOf(
      groups.map(({ labels, buckets }) => ({
        labels: withoutName(labels),
        value: quantileOf(rank, buckets),
        atMs: invocation.atMs,
      })),
    );
  },
};

function bucketsBySeries(samples: readonly Sample[]): { labels: Labels; buckets: Bucket[] }[] {
  const groups = new Map<string, { labels: Labels; buckets: Bucket[] }>();
  for (const sample of samples) {
    const upper = parseFloatStrictly(labelValue(sample.labels, UPPER_BOUND));
    if (upper === undefined) continue;
    // The name still tells histograms apart here; two that differ by nothing else clash when it is dropped.
    const labels = omit(sample.labels, [UPPER_BOUND]);
    const key = keyOf(labels);
    const group = groups.get(key) ?? { labels, buckets: [] };
    group.buckets.push({ upper, count: sample.value });
    groups.set(key, group);
  }
  return [...groups.values()];
}

/**
 * The q-quantile, interpolated within its bucket: evenly, from 0 when the lowest bound is above 0. In the
 * highest bucket, the one to +Inf, it is the bound before. Source: documentation of histogram_quantile().
 */
function quantileOf(q: number, unsorted: readonly Bucket[]): number {
  if (Number.isNaN(q)) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  const buckets = rising(merged(unsorted.toSorted((a, b) => a.upper - b.upper)));
  const last = buckets.at(-1);
  if (
    last?.upper !== Number.POSITIVE_INFINITY ||
    buckets.length < 2 ||
    last.count === 0 ||
    Number.isNaN(last.count)
  )
    return Number.NaN;
  const rank = q * last.count;
  const found = buckets.findIndex((bucket) => bucket.count >= rank);
  const bucket = buckets[found];
  if (bucket === undefined || found === buckets.length - 1) return buckets.at(-2)?.upper ?? Number.NaN;
  const below = buckets[found - 1];
  if (below === undefined && bucket.upper <= 0) return bucket.upper;
  const lower = below?.upper ?? 0;
  const before = below?.count ?? 0;
  return lower + (bucket.upper - lower) * ((rank - before) / (bucket.count - before));
}

/** Buckets of one bound, written in two ways (`1` and `1.0`), are one. */
function merged(sorted: readonly Bucket[]): Bucket[] {
  const result: Bucket[] = [];
  for (const bucket of sorted) {
    const last = result.at(-1);
    if (last !== undefined && last.upper === bucket.upper)
      result[result.length - 1] = { upper: last.upper, count: last.count + bucket.count };
    else result.push(bucket);
  }
  return result;
}

/** Counts must not fall from bucket to bucket; scraped at slightly different times, they may. */
function rising(buckets: readonly Bucket[]): Bucket[] {
  let highest: number | undefined;
  return buckets.map(({ upper, count }) => {
    const tolerance = EQUAL_WITHIN * Math.max(Math.abs(count), Math.abs(highest ?? 0));
    if (highest === undefined || count > highest + tolerance) highest = count;
    return { upper, count: highest };
  });
}
