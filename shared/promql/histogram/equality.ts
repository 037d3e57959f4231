import { listed } from './bucket-list.ts';
import type { Buckets, Histogram } from './histogram.ts';
import { areBoundsEqual, compacted } from './layout.ts';

/** The smallest double with all its digits: near 0 a relative difference says nothing. */
const SMALLEST_NORMAL = 2.2250738585072014e-308;

/** Whether all numbers are the same, NaN as NaN; the hints may differ. It is what `==` of PromQL asks. */
export function areEqual(a: Histogram, b: Histogram): boolean {
  return areAlike(a, b, Object.is);
}

/**
 * Whether the numbers differ by no more than a part in so many, empty buckets left out; the hints may differ.
 * As Prometheus' engine tests compare what they expect.
 */
export function areNearlyEqual(a: Histogram, b: Histogram, within = 1e-6): boolean {
  return areAlike(compacted(a), compacted(b), (x, y) => isNearly(x, y, within));
}

function areAlike(a: Histogram, b: Histogram, isSame: (a: number, b: number) => boolean): boolean {
  return (
    a.schema === b.schema &&
    a.zeroThreshold === b.zeroThreshold &&
    areBoundsEqual(a.customBounds, b.customBounds) &&
    isSame(a.count, b.count) &&
    isSame(a.sum, b.sum) &&
    isSame(a.zeroCount, b.zeroCount) &&
    areBucketsAlike(a.positive, b.positive, isSame) &&
    areBucketsAlike(a.negative, b.negative, isSame)
  );
}

function areBucketsAlike(a: Buckets, b: Buckets, isSame: (a: number, b: number) => boolean): boolean {
  const [left, right] = [listed(a), listed(b)];
  return (
    left.indexes.length === right.indexes.length &&
    left.indexes.every(
      (index, at) => index === right.indexes[at] && isSame(left.counts[at] ?? 0, right.counts[at] ?? 0),
    )
  );
}

/** Whether two numbers differ by no more than a part in so many of their sum. */
export function isNearly(a: number, b: number, within: number): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  const sum = Math.abs(a) + Math.abs(b);
  const difference = Math.abs(a - b);
  if (a === 0 || b === 0 || sum < SMALLEST_NORMAL) return difference < within * SMALLEST_NORMAL;
  return difference / Math.min(sum, Number.MAX_VALUE) < within;
}
