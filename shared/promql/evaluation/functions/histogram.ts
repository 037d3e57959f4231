import { labelValue, type Labels } from '../../matching.ts';
import { BlockWriter, FLOAT, type Block, type Row } from '../block.ts';
import { keyOf, omit } from '../label-set.ts';
import { loseNames } from '../names.ts';
import { parseFloatStrictly } from '../number-format.ts';
import { argumentOf, vectorValue, type Implementations } from './invocation.ts';

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
    const { call, scope } = invocation;
    const ranks = invocation.scalar(0);
    const writer = new BlockWriter(scope.steps.count);
    for (const { labels, losesName, rows } of histogramsOf(invocation.vector(1))) {
      const { block, row } = writer.addRow(labels, losesName);
      for (let step = 0; step < scope.steps.count; step++) {
        const buckets = rows.flatMap((one) => bucketAt(one, step));
        if (buckets.length > 0)
          block.setFloat(row * block.width + step, quantileOf(ranks[step] ?? Number.NaN, buckets));
      }
    }
    return vectorValue(loseNames(writer.blocks, argumentOf(call, 1), scope));
  },
};

interface BucketRow extends Row {
  readonly upper: number;
}

function bucketAt({ block, row, upper }: BucketRow, step: number): Bucket[] {
  const cell = row * block.width + step;
  return block.kinds[cell] === FLOAT ? [{ upper, count: block.values[cell] ?? Number.NaN }] : [];
}

/** The rows of each histogram. Its name still tells it from others here; two that differ by nothing else clash when it is dropped. */
function histogramsOf(blocks: Iterable<Block>): { labels: Labels; losesName: boolean; rows: BucketRow[] }[] {
  const groups = new Map<string, { labels: Labels; losesName: boolean; rows: BucketRow[] }>();
  for (const block of blocks) {
    for (const [row, all] of block.labels.entries()) {
      const upper = parseFloatStrictly(labelValue(all, UPPER_BOUND));
      if (upper === undefined) continue;
      const labels = omit(all, new Set([UPPER_BOUND]));
      const key = keyOf(labels);
      const group = groups.get(key) ?? { labels, losesName: block.losesName[row] ?? false, rows: [] };
      groups.set(key, group);
      group.rows.push({ block, row, upper });
    }
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
