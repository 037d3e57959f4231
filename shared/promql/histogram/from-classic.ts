import { packed } from './bucket-list.ts';
import type { ClassicBucket } from './classic.ts';
import { CUSTOM_BOUNDS_SCHEMA, EMPTY_HISTOGRAM, type Histogram } from './histogram.ts';

/** A classic histogram at one time. */
export interface ClassicHistogram {
  /** In any order, the bucket to +Inf among them or not; of two with one bound the later counts. */
  readonly buckets: readonly ClassicBucket[];
  readonly count?: number;
  readonly sum?: number;
}

/**
 * A classic histogram as a native one with custom bounds. Without a count, the highest bucket tells it; without a sum
 * it is 0. Throws a RangeError when counts fall from bucket to bucket.
 */
export function fromClassic({ buckets, count: given, sum = 0 }: ClassicHistogram): Histogram {
  const byBound = new Map(buckets.map(({ upper, count }) => [upper, count]));
  const sorted = [...byBound].sort(([a], [b]) => (a === b ? 0 : a < b ? -1 : 1));
  const total = given ?? sorted.at(-1)?.[1] ?? 0;
  if (sorted.at(-1)?.[0] !== Infinity) sorted.push([Infinity, total]);
  const counts = sorted.map(([upper, upTo], at) => {
    const before = sorted[at - 1]?.[1] ?? 0;
    if (upTo < before)
      throw new RangeError(
        `the bucket up to ${upper} counts ${upTo}, less than the ${before} of the one below it; buckets count everything up to their bound`,
      );
    return upTo - before;
  });
  return {
    ...EMPTY_HISTOGRAM,
    schema: CUSTOM_BOUNDS_SCHEMA,
    count: total,
    sum,
    positive: packed({ indexes: [...counts.keys()], counts }),
    customBounds: sorted.slice(0, -1).map(([upper]) => upper),
  };
}
