import { combinedHint, divide, multiply, type Combination } from './arithmetic.ts';
import { EMPTY_HISTOGRAM, type Histogram } from './histogram.ts';
import { hasOverflow, HistogramSum, settled } from './histogram-sum.ts';
import { areBoundsEqual, compacted } from './layout.ts';

/**
 * The sum of histograms, in their order, with little rounding error. Undefined when some have exponential buckets
 * and others custom bounds, and of nothing.
 */
export function sumOf(histograms: readonly Histogram[]): Combination | undefined {
  const sum = summed(histograms);
  return sum && combinationOf(settled(sum.parts), histograms);
}

/**
 * The mean of histograms: the sum divided by how many they are, or when a number of the sum would overflow, from
 * there on a mean that moves with every histogram. Undefined as for a sum.
 */
export function meanOf(histograms: readonly Histogram[]): Combination | undefined {
  const sum = summed(histograms);
  if (sum === undefined) return undefined;
  const { parts } = sum;
  const mean = hasOverflow(parts.total) ? movingMean(histograms) : settled(parts, histograms.length);
  return combinationOf(mean, histograms);
}

function summed([first, ...others]: readonly Histogram[]): HistogramSum | undefined {
  if (first === undefined) return undefined;
  const sum = new HistogramSum(first);
  return others.every((histogram) => sum.add(histogram)) ? sum : undefined;
}

/** For histograms that can be added. */
function movingMean(histograms: readonly Histogram[]): Histogram {
  const [first, ...others] = histograms;
  let sum = new HistogramSum(first ?? EMPTY_HISTOGRAM);
  let isMoving = false;
  for (const [at, histogram] of others.entries()) {
    const count = at + 2;
    const before = sum.parts;
    if (!isMoving) {
      sum.add(histogram);
      isMoving = hasOverflow(sum.parts.total);
      if (!isMoving) continue;
      sum = new HistogramSum(divide(before.total, count));
      sum.add(divide(before.lost, count));
    } else {
      const share = (count - 1) / count;
      sum = new HistogramSum(multiply(before.total, share));
      sum.add(multiply(before.lost, share));
    }
    sum.add(divide(histogram, count));
  }
  return settled(sum.parts, isMoving ? 1 : histograms.length);
}

function combinationOf(result: Histogram, histograms: readonly Histogram[]): Combination {
  const hints = new Set(histograms.map(({ hint }) => hint));
  const [first] = histograms;
  return {
    histogram: compacted({ ...result, hint: [...hints].reduce(combinedHint) }),
    hasResetCollision: hints.has('reset') && hints.has('not-reset'),
    hasReconciledBounds: histograms.some(
      ({ customBounds }) => !areBoundsEqual(customBounds, first?.customBounds ?? []),
    ),
  };
}
