import { add, multiply, subtract } from './arithmetic.ts';
import { isCounterReset } from './counter-reset.ts';
import type { Histogram } from './histogram.ts';

/**
 * What a histogram was at a fraction of the way between two samples, each number on a straight line. A counter that
 * was reset on the way is taken to have begun at 0 right after the first sample; the hint says so. Undefined when one
 * sample has exponential buckets and the other custom bounds.
 */
export function betweenHistograms(
  before: Histogram,
  after: Histogram,
  fraction: number,
  isCounter: boolean,
): Histogram | undefined {
  if (isCounter && isCounterReset(after, before)) return { ...multiply(after, fraction), hint: 'reset' };
  const change = subtract(after, before)?.histogram;
  const sum = change && add(before, multiply(change, fraction));
  return sum && { ...sum.histogram, hint: isCounter ? 'not-reset' : 'gauge' };
}
