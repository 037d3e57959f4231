import { combinedHint, divide, multiply, type Combination } from './arithmetic.ts';
import {
  bothParts,
  compensated,
  compensatedAdd,
  hasOverflow,
  settled,
  type CompensatedHistogram,
} from './compensated.ts';
import type { Histogram } from './histogram.ts';
import { areBoundsEqual, compacted } from './layout.ts';

/**
 * The sum of histograms, in their order, with little rounding error. Undefined when some have exponential buckets
 * and others custom bounds, and of nothing.
 */
export function sumOf(histograms: readonly Histogram[]): Combination | undefined {
  return aggregate(histograms, compensated, compensatedAdd, settled);
}

/**
 * The mean of histograms: the sum divided by how many they are, or when a number of the sum would overflow, from
 * there on a mean that moves with every histogram. Undefined as for a sum.
 */
export function meanOf(histograms: readonly Histogram[]): Combination | undefined {
  return aggregate(histograms, firstMean, meanWith, ({ sum, count, isMoving }) =>
    settled(isMoving ? sum : dividedBy(sum, count)),
  );
}

interface Mean {
  /** The sum so far; the mean so far once it moves. */
  readonly sum: CompensatedHistogram;
  readonly count: number;
  readonly isMoving: boolean;
}

function firstMean(histogram: Histogram): Mean {
  return { sum: compensated(histogram), count: 1, isMoving: false };
}

function meanWith({ sum, count: before, isMoving }: Mean, histogram: Histogram): Mean | undefined {
  const count = before + 1;
  if (!isMoving) {
    const next = compensatedAdd(sum, histogram);
    if (next === undefined) return undefined;
    if (!hasOverflow(next.total)) return { sum: next, count, isMoving: false };
  }
  const mean = isMoving ? sum : dividedBy(sum, before);
  const next = compensatedAdd(
    bothParts(mean, (part) => multiply(part, before / count)),
    divide(histogram, count),
  );
  return next === undefined ? undefined : { sum: next, count, isMoving: true };
}

function dividedBy(sum: CompensatedHistogram, count: number): CompensatedHistogram {
  return bothParts(sum, (part) => divide(part, count));
}

function aggregate<State>(
  histograms: readonly Histogram[],
  begin: (histogram: Histogram) => State,
  include: (state: State, histogram: Histogram) => State | undefined,
  end: (state: State) => Histogram,
): Combination | undefined {
  const [first, ...others] = histograms;
  if (first === undefined) return undefined;
  let state: State | undefined = begin(first);
  let hint = first.hint;
  for (const histogram of others) {
    state = include(state, histogram);
    if (state === undefined) return undefined;
    hint = combinedHint(hint, histogram.hint);
  }
  const hints = new Set(histograms.map((histogram) => histogram.hint));
  return {
    histogram: compacted({ ...end(state), hint }),
    hasResetCollision: hints.has('reset') && hints.has('not-reset'),
    hasReconciledBounds: others.some(({ customBounds }) => !areBoundsEqual(customBounds, first.customBounds)),
  };
}
