import { combineBuckets, compactBuckets, mapBuckets } from './bucket-list.ts';
import { NO_BUCKETS, type Buckets, type Histogram, type ResetHint } from './histogram.ts';
import { areBoundsEqual, commonLayout, fitted } from './layout.ts';

/** What came of two or more histograms, and what a reader should know about it. */
export interface Combination {
  readonly histogram: Histogram;
  /** One said that its counter was reset, another that its was not; the hint is then unknown. */
  readonly hasResetCollision: boolean;
  /** Custom bounds differed, and only those that all have are left. */
  readonly hasReconciledBounds: boolean;
}

/** The sum of two histograms. Undefined when one has exponential buckets and the other custom bounds. */
export function add(a: Histogram, b: Histogram): Combination | undefined {
  return combine(a, b, (x, y) => x + y);
}

/**
 * The difference of two histograms. Undefined when one has exponential buckets and the other custom bounds.
 * The hint follows as for a sum; who shows the difference to a user makes it a gauge.
 */
export function subtract(a: Histogram, b: Histogram): Combination | undefined {
  return combine(a, b, (x, y) => x - y);
}

function combine(a: Histogram, b: Histogram, of: (a: number, b: number) => number): Combination | undefined {
  const layout = commonLayout(a, b);
  if (layout === undefined) return undefined;
  const left = fitted(a, layout);
  const right = fitted(b, layout);
  const buckets = (x: Buckets, y: Buckets): Buckets => compactBuckets(combineBuckets(x, y, of));
  const histogram: Histogram = {
    ...layout,
    count: of(left.count, right.count),
    sum: of(left.sum, right.sum),
    zeroCount: of(left.zeroCount, right.zeroCount),
    positive: buckets(left.positive, right.positive),
    negative: buckets(left.negative, right.negative),
    hint: combinedHint(a.hint, b.hint),
  };
  return {
    histogram,
    hasResetCollision:
      (a.hint === 'reset' && b.hint === 'not-reset') || (a.hint === 'not-reset' && b.hint === 'reset'),
    hasReconciledBounds: !areBoundsEqual(a.customBounds, b.customBounds),
  };
}

/** The hint of what comes of two histograms: a gauge with anything is a gauge, and all else that differs unknown. */
export function combinedHint(a: ResetHint, b: ResetHint): ResetHint {
  if (a === b) return a;
  return a === 'gauge' || b === 'gauge' ? 'gauge' : 'unknown';
}

/** All counts and the sum times a number; times a negative one it is a gauge. */
export function multiply(histogram: Histogram, factor: number): Histogram {
  return scaled(histogram, (value) => value * factor, factor < 0);
}

/** All counts and the sum divided by a number. By 0, only count, sum and zero bucket are left, infinite or NaN. */
export function divide(histogram: Histogram, divisor: number): Histogram {
  const quotient = scaled(histogram, (value) => value / divisor, divisor < 0);
  return divisor === 0 ? { ...quotient, positive: NO_BUCKETS, negative: NO_BUCKETS } : quotient;
}

export function negate(histogram: Histogram): Histogram {
  return multiply(histogram, -1);
}

function scaled(histogram: Histogram, of: (value: number) => number, isTurned: boolean): Histogram {
  const buckets = (side: Buckets): Buckets => compactBuckets(mapBuckets(side, of));
  return {
    ...histogram,
    count: of(histogram.count),
    sum: of(histogram.sum),
    zeroCount: of(histogram.zeroCount),
    positive: buckets(histogram.positive),
    negative: buckets(histogram.negative),
    hint: isTurned ? 'gauge' : histogram.hint,
  };
}
