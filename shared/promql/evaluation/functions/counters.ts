import { stepTimeMs } from '../scope.ts';
import type { Window } from '../ranges.ts';
import { CompensatedSum } from '../statistics.ts';
import { mapWindows, type Implementations } from './invocation.ts';

type Rating = 'rate' | 'increase' | 'delta';

/** How far the samples may be from an edge of the range, in mean distances between samples, and still reach it. */
const REACH = 1.1;

/** Functions that look at how a series changes within a range. */
export const CHANGES: Implementations = {
  rate: (invocation) => mapWindows(invocation, 0, (window) => extrapolated(window, 'rate')),
  increase: (invocation) => mapWindows(invocation, 0, (window) => extrapolated(window, 'increase')),
  delta: (invocation) => mapWindows(invocation, 0, (window) => extrapolated(window, 'delta')),
  irate: (invocation) => mapWindows(invocation, 0, (window) => lastTwo(window, true)),
  idelta: (invocation) => mapWindows(invocation, 0, (window) => lastTwo(window, false)),
  changes: (invocation) =>
    mapWindows(invocation, 0, (window) =>
      countPairs(window, (before, after) => !Object.is(before, after) && before !== after),
    ),
  resets: (invocation) =>
    mapWindows(invocation, 0, (window) => countPairs(window, (before, after) => after < before)),
  deriv: (invocation) =>
    mapWindows(invocation, 0, (window) => regression(window, window.timesMs[window.start] ?? 0)?.slope),
  predict_linear: (invocation) => {
    const { steps } = invocation.scope;
    const aheadS = invocation.scalar(1);
    return mapWindows(invocation, 0, (window) => {
      const line = regression(window, stepTimeMs(steps, window.step));
      return line === undefined
        ? undefined
        : line.slope * (aheadS[window.step] ?? Number.NaN) + line.intercept;
    });
  },
};

/**
 * The change over the whole range, though samples cover only part of it: the change between first and last
 * sample, stretched to an edge that is about one sample distance away, else by half a distance. A counter is
 * never stretched to before the time it would have been zero; each fall of it adds what it had before.
 * Source: Prometheus' documentation of rate(), increase() and delta().
 */
function extrapolated(window: Window, rating: Rating): number | undefined {
  const { timesMs, values, start, end, fromMs, toMs } = window;
  const [first = 0, last = 0] = [values[start], values[end - 1]];
  const [firstMs = 0, lastMs = 0] = [timesMs[start], timesMs[end - 1]];
  if (end - start < 2 || lastMs === firstMs) return undefined;
  const isCounter = rating !== 'delta';
  let change = last - first;
  if (isCounter) change += lostByResets(window);
  const sampledS = (lastMs - firstMs) / 1_000;
  const distanceS = sampledS / (end - start - 1);
  let beforeS = (firstMs - fromMs) / 1_000;
  let afterS = (toMs - lastMs) / 1_000;
  if (beforeS >= distanceS * REACH) beforeS = distanceS / 2;
  if (isCounter && change > 0 && first >= 0) beforeS = Math.min(beforeS, sampledS * (first / change));
  if (afterS >= distanceS * REACH) afterS = distanceS / 2;
  const stretched = change * ((sampledS + beforeS + afterS) / sampledS);
  return rating === 'rate' ? stretched / ((toMs - fromMs) / 1_000) : stretched;
}

function lostByResets({ values, start, end }: Window): number {
  let lost = 0;
  for (let index = start + 1; index < end; index++) {
    const before = values[index - 1] ?? 0;
    if ((values[index] ?? 0) < before) lost += before;
  }
  return lost;
}

/** The change between the last two samples, by second for a counter. */
function lastTwo({ timesMs, values, start, end }: Window, isRate: boolean): number | undefined {
  if (end - start < 2) return undefined;
  const [before = 0, last = 0] = [values[end - 2], values[end - 1]];
  const intervalMs = (timesMs[end - 1] ?? 0) - (timesMs[end - 2] ?? 0);
  if (intervalMs === 0) return undefined;
  if (!isRate) return last - before;
  return (last < before ? last : last - before) / (intervalMs / 1_000);
}

function countPairs(
  { values, start, end }: Window,
  counts: (before: number, after: number) => boolean,
): number {
  let count = 0;
  for (let index = start + 1; index < end; index++)
    if (counts(values[index - 1] ?? 0, values[index] ?? 0)) count++;
  return count;
}

/** The straight line through the samples (least squares): slope by second, and the value at a given time. */
function regression(
  { timesMs, values, start, end }: Window,
  originMs: number,
): { slope: number; intercept: number } | undefined {
  const count = end - start;
  if (count < 2) return undefined;
  const [sumX, sumY, sumXY, sumX2] = [
    new CompensatedSum(),
    new CompensatedSum(),
    new CompensatedSum(),
    new CompensatedSum(),
  ];
  const first = values[start] ?? Number.NaN;
  let isConstant = true;
  for (let index = start; index < end; index++) {
    const x = ((timesMs[index] ?? 0) - originMs) / 1_000;
    const y = values[index] ?? Number.NaN;
    isConstant &&= y === first;
    sumX.add(x);
    sumY.add(y);
    sumXY.add(x * y);
    sumX2.add(x * x);
  }
  // Exact for a flat line, where the sums would leave a rounding error.
  if (isConstant)
    return Number.isFinite(first)
      ? { slope: 0, intercept: first }
      : { slope: Number.NaN, intercept: Number.NaN };
  const covariance = sumXY.value - (sumX.value * sumY.value) / count;
  const slope = covariance / (sumX2.value - (sumX.value * sumX.value) / count);
  return { slope, intercept: sumY.value / count - (slope * sumX.value) / count };
}
