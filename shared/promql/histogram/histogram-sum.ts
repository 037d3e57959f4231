import { BucketSum, roundingError } from './bucket-sum.ts';
import { combineBuckets } from './bucket-list.ts';
import { EMPTY_HISTOGRAM, type Histogram } from './histogram.ts';
import { areBoundsEqual, commonLayout, fitted, type Layout } from './layout.ts';

/** The numbers of a histogram besides its buckets. */
const TOTALS = ['count', 'sum', 'zeroCount'] as const;

type Totals = Record<(typeof TOTALS)[number], { sum: number; lost: number }>;

const noTotals = (): Totals => ({
  count: { sum: 0, lost: 0 },
  sum: { sum: 0, lost: 0 },
  zeroCount: { sum: 0, lost: 0 },
});

/** A sum and what it lacks, with one layout. */
interface SumParts {
  readonly total: Histogram;
  readonly lost: Histogram;
}

/** A sum of histograms with the rounding error of every number carried along. */
export class HistogramSum {
  #layout: Layout;
  #totals = noTotals();
  #positive = new BucketSum();
  #negative = new BucketSum();

  constructor(first: Histogram) {
    this.#layout = first;
    this.#include(first);
  }

  /** One more summand. False when one has exponential buckets and the other custom bounds. */
  add(histogram: Histogram): boolean {
    if (this.#fits(histogram)) {
      this.#include(histogram);
      return true;
    }
    const { total, lost } = this.parts;
    const layout = commonLayout(total, histogram);
    if (layout === undefined) return false;
    this.#layout = layout;
    this.#positive = new BucketSum();
    this.#negative = new BucketSum();
    this.#totals = noTotals();
    for (const part of [total, lost, histogram]) this.#include(fitted(part, layout));
    return true;
  }

  #fits({ schema, zeroThreshold, customBounds }: Histogram): boolean {
    return (
      schema === this.#layout.schema &&
      zeroThreshold === this.#layout.zeroThreshold &&
      areBoundsEqual(customBounds, this.#layout.customBounds)
    );
  }

  #include(histogram: Histogram): void {
    for (const name of TOTALS) {
      const total = this.#totals[name];
      const next = total.sum + histogram[name];
      total.lost += roundingError(total.sum, histogram[name], next);
      total.sum = next;
    }
    this.#positive.add(histogram.positive);
    this.#negative.add(histogram.negative);
  }

  get parts(): SumParts {
    const { schema, zeroThreshold, customBounds } = this.#layout;
    const [positive, negative] = [this.#positive.parts, this.#negative.parts];
    const { count, sum, zeroCount } = this.#totals;
    const part = (of: 'sum' | 'lost', side: 'total' | 'lost'): Histogram => ({
      ...EMPTY_HISTOGRAM,
      schema,
      zeroThreshold,
      customBounds,
      count: count[of],
      sum: sum[of],
      zeroCount: zeroCount[of],
      positive: positive[side],
      negative: negative[side],
    });
    return { total: part('sum', 'total'), lost: part('lost', 'lost') };
  }
}

/** A sum with its rounding error put right, both divided by a number. */
export function settled({ total, lost }: SumParts, divisor = 1): Histogram {
  const of = (sum: number, error: number): number =>
    Number.isFinite(sum) ? sum / divisor + error / divisor : sum / divisor;
  return {
    ...total,
    count: of(total.count, lost.count),
    sum: of(total.sum, lost.sum),
    zeroCount: of(total.zeroCount, lost.zeroCount),
    positive: combineBuckets(total.positive, lost.positive, of),
    negative: combineBuckets(total.negative, lost.negative, of),
  };
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
