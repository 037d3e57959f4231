import { combined, listed, packed } from './bucket-list.ts';
import { EMPTY_HISTOGRAM, type Buckets, type Histogram } from './histogram.ts';
import { commonLayout, fitted } from './layout.ts';

/** A sum of histograms with the rounding error of every number carried along, as Neumaier's form of Kahan's summation does. */
export interface CompensatedHistogram {
  readonly total: Histogram;
  /** What the numbers of the total lack, with the same layout. */
  readonly lost: Histogram;
}

export function compensated(histogram: Histogram): CompensatedHistogram {
  const { schema, zeroThreshold, customBounds } = histogram;
  return { total: histogram, lost: { ...EMPTY_HISTOGRAM, schema, zeroThreshold, customBounds } };
}

/** One more summand. Undefined when one has exponential buckets and the other custom bounds. */
export function compensatedAdd(
  { total, lost }: CompensatedHistogram,
  more: Histogram,
): CompensatedHistogram | undefined {
  const layout = commonLayout(total, more);
  if (layout === undefined) return undefined;
  const [a, b, carried] = [fitted(total, layout), fitted(more, layout), fitted(lost, layout)];
  const sum = zipped(a, b, (x, y) => x + y);
  const error = zipped(a, b, roundingError);
  return { total: sum, lost: zipped(carried, error, (x, y) => x + y) };
}

/** Both parts changed in the same way, for example divided. */
export function bothParts(
  { total, lost }: CompensatedHistogram,
  change: (histogram: Histogram) => Histogram,
): CompensatedHistogram {
  return { total: change(total), lost: change(lost) };
}

/** The sum with its rounding error put right; where the total is infinite there is none to put right. */
export function settled({ total, lost }: CompensatedHistogram): Histogram {
  return zipped(total, lost, (x, y) => (Number.isFinite(x) ? x + y : x));
}

/** Whether any count or the sum is infinite. */
export function hasOverflow({ count, sum, zeroCount, positive, negative }: Histogram): boolean {
  const isInfinite = (value: number): boolean => Math.abs(value) === Infinity;
  return (
    [count, sum, zeroCount].some(isInfinite) ||
    positive.counts.some(isInfinite) ||
    negative.counts.some(isInfinite)
  );
}

/** What x + y loses to rounding. */
function roundingError(x: number, y: number): number {
  const sum = x + y;
  if (!Number.isFinite(sum)) return 0;
  return Math.abs(x) >= Math.abs(y) ? x - sum + y : y - sum + x;
}

/** Two histograms of one layout, number by number; hint and layout are the first one's. */
function zipped(a: Histogram, b: Histogram, of: (x: number, y: number) => number): Histogram {
  const buckets = (x: Buckets, y: Buckets): Buckets => packed(combined(listed(x), listed(y), of));
  return {
    ...a,
    count: of(a.count, b.count),
    sum: of(a.sum, b.sum),
    zeroCount: of(a.zeroCount, b.zeroCount),
    positive: buckets(a.positive, b.positive),
    negative: buckets(a.negative, b.negative),
  };
}
