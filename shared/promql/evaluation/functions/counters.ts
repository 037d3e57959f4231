import { divide, multiply } from '../../histogram/arithmetic.ts';
import { isCounterReset } from '../../histogram/counter-reset.ts';
import { areEqual } from '../../histogram/equality.ts';
import type { Histogram } from '../../histogram/histogram.ts';
import { noteMixedSamples } from '../histogram-notes.ts';
import { stepTimeMs } from '../scope.ts';
import type { Window } from '../ranges.ts';
import { CompensatedSum } from '../statistics.ts';
import { changeBetweenEdges, withinEdges } from './edges.ts';
import { changeOf, stepOf } from './histogram-changes.ts';
import {
  mapFloatWindows,
  mapWindows,
  placeOf,
  type Implementation,
  type Implementations,
} from './invocation.ts';
import { contentOf, histogramsOf, sampleAt } from './window-content.ts';

type Rating = 'rate' | 'increase' | 'delta';

/** How far the samples may be from an edge of the range, in mean distances between samples, and still reach it. */
const REACH = 1.1;

/** Functions that look at how a series changes within a range. */
export const CHANGES: Implementations = {
  rate: rated('rate'),
  increase: rated('increase'),
  delta: rated('delta'),
  irate: lastTwo(true),
  idelta: lastTwo(false),
  changes: (invocation) =>
    mapWindows(invocation, 0, (window) => countPairs(window, (before, after) => !isSame(before, after))),
  resets: (invocation) => mapWindows(invocation, 0, (window) => countPairs(window, isReset)),
  deriv: (invocation) =>
    mapFloatWindows(invocation, 0, (window) => regression(window, window.timesMs[window.start] ?? 0)?.slope),
  predict_linear: (invocation) => {
    const { steps } = invocation.scope;
    const aheadS = invocation.scalar(1);
    return mapFloatWindows(invocation, 0, (window) => {
      const line = regression(window, stepTimeMs(steps, window.step));
      return line === undefined
        ? undefined
        : line.slope * (aheadS[window.step] ?? Number.NaN) + line.intercept;
    });
  },
};

function rated(rating: Rating): Implementation {
  return (invocation) =>
    mapWindows(invocation, 0, (window) => {
      if (window.edges !== undefined)
        return changeBetweenEdges(window, rating, placeOf(invocation, 0, window));
      if (window.end - window.start < 2) return undefined;
      const content = contentOf(window);
      if (content === 'floats') return extrapolated(window, rating);
      const place = placeOf(invocation, 0, window);
      if (content === 'both') return noteMixedSamples(place);
      const histograms = histogramsOf(window);
      const change = changeOf(histograms, rating !== 'delta', place);
      if (change === undefined) return undefined;
      return multiply(change, stretch(window, rating, histograms[0]?.count ?? 0, change.count));
    });
}

function extrapolated(window: Window, rating: Rating): number {
  const { values, start, end } = window;
  const [first = 0, last = 0] = [values[start], values[end - 1]];
  const change = last - first + (rating === 'delta' ? 0 : lostByResets(window));
  return change * stretch(window, rating, first, change);
}

/**
 * By what the change between the first and the last sample is multiplied, so that it stands for the whole range,
 * of which samples cover only part: it reaches to an edge that is about one sample distance away, else half a
 * distance. A counter is never stretched to before the time it would have been zero.
 * Source: Prometheus' documentation of rate(), increase() and delta().
 */
function stretch(window: Window, rating: Rating, first: number, change: number): number {
  const { timesMs, start, end, fromMs, toMs } = window;
  const [firstMs = 0, lastMs = 0] = [timesMs[start], timesMs[end - 1]];
  const sampledS = (lastMs - firstMs) / 1_000;
  const distanceS = sampledS / (end - start - 1);
  let beforeS = (firstMs - fromMs) / 1_000;
  let afterS = (toMs - lastMs) / 1_000;
  if (beforeS >= distanceS * REACH) beforeS = distanceS / 2;
  if (rating !== 'delta' && change > 0 && first >= 0)
    beforeS = Math.min(beforeS, sampledS * (first / change));
  if (afterS >= distanceS * REACH) afterS = distanceS / 2;
  const factor = (sampledS + beforeS + afterS) / sampledS;
  return rating === 'rate' ? factor / ((toMs - fromMs) / 1_000) : factor;
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
function lastTwo(isRate: boolean): Implementation {
  return (invocation) =>
    mapWindows(invocation, 0, (window) => {
      const { timesMs, start, end } = window;
      if (end - start < 2) return undefined;
      const [before, last] = [sampleAt(window, end - 2), sampleAt(window, end - 1)];
      const intervalS = ((timesMs[end - 1] ?? 0) - (timesMs[end - 2] ?? 0)) / 1_000;
      if (typeof before === 'number' && typeof last === 'number') {
        if (!isRate) return last - before;
        return (last < before ? last : last - before) / intervalS;
      }
      const place = placeOf(invocation, 0, window);
      if (typeof before !== 'object' || typeof last !== 'object') return noteMixedSamples(place);
      const change = stepOf(before, last, isRate, place);
      return change === undefined || !isRate ? change : divide(change, intervalS);
    });
}

type Sample = number | Histogram;

function countPairs(all: Window, counts: (before: Sample, after: Sample) => boolean): number | undefined {
  const window = all.edges === undefined ? all : withinEdges(all);
  if (window === undefined) return undefined;
  const { values, histograms, start, end } = window;
  let count = 0;
  for (let at = start + 1; at < end; at++) {
    const before = histograms === undefined ? values[at - 1] : sampleAt(window, at - 1);
    const after = histograms === undefined ? values[at] : sampleAt(window, at);
    if (counts(before ?? 0, after ?? 0)) count++;
  }
  return count;
}

function isSame(before: Sample, after: Sample): boolean {
  if (typeof before === 'object' && typeof after === 'object') return areEqual(before, after);
  return before === after || (Number.isNaN(before) && Number.isNaN(after));
}

/** A number after a histogram, or one before it, begins anew. */
function isReset(before: Sample, after: Sample): boolean {
  if (typeof before === 'object' && typeof after === 'object') return isCounterReset(after, before);
  return typeof before !== typeof after || after < before;
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
