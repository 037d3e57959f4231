import { divide } from '../../histogram/arithmetic.ts';
import { isCounterReset } from '../../histogram/counter-reset.ts';
import { areEqual } from '../../histogram/equality.ts';
import type { Histogram } from '../../histogram/histogram.ts';
import { noteMixedSamples } from '../histogram-notes.ts';
import { stepTimeMs } from '../scope.ts';
import type { Window } from '../ranges.ts';
import { withinEdges } from './edges.ts';
import { stepOf } from './histogram-changes.ts';
import {
  mapFloatWindows,
  mapWindows,
  placeOf,
  type Implementation,
  type Implementations,
} from './invocation.ts';
import { rated } from './rating.ts';
import { regression } from './regression.ts';
import { beganAnew, reset } from './start-times.ts';
import { sampleAt } from './window-content.ts';

/** Functions that look at how a series changes within a range. */
export const CHANGES: Implementations = {
  rate: rated('rate'),
  increase: rated('increase'),
  delta: rated('delta'),
  irate: lastTwo(true),
  idelta: lastTwo(false),
  changes: (invocation) =>
    mapWindows(invocation, 0, (window) => countPairs(window, (before, after) => !isSame(before, after))),
  resets: (invocation) =>
    mapWindows(invocation, 0, (window) =>
      countPairs(window, (before, after, at) => isReset(before, after) || beganAnew(window, at)),
    ),
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

/** The change between the last two samples, by second for a counter. */
function lastTwo(isRate: boolean): Implementation {
  return (invocation) =>
    mapWindows(invocation, 0, (window) => {
      const { timesMs, start, end } = window;
      if (end - start < 2) return undefined;
      const [before, last] = [sampleAt(window, end - 2), sampleAt(window, end - 1)];
      const intervalS = ((timesMs[end - 1] ?? 0) - (timesMs[end - 2] ?? 0)) / 1_000;
      const isNew = isRate && beganAnew(window, end - 1);
      if (typeof before === 'number' && typeof last === 'number') {
        if (!isRate) return last - before;
        return (isNew || last < before ? last : last - before) / intervalS;
      }
      const place = placeOf(invocation, 0, window);
      if (typeof before !== 'object' || typeof last !== 'object') return noteMixedSamples(place);
      const change = stepOf(before, isNew ? reset(last) : last, isRate, place);
      return change === undefined || !isRate ? change : divide(change, intervalS);
    });
}

type Sample = number | Histogram;

/** How many samples count beside the one before them. */
function countPairs(
  all: Window,
  counts: (before: Sample, after: Sample, at: number) => boolean,
): number | undefined {
  const window = all.edges === undefined ? all : withinEdges(all);
  if (window === undefined) return undefined;
  const { values, histograms, start, end } = window;
  let count = 0;
  for (let at = start + 1; at < end; at++) {
    const before = histograms === undefined ? values[at - 1] : sampleAt(window, at - 1);
    const after = histograms === undefined ? values[at] : sampleAt(window, at);
    if (counts(before ?? 0, after ?? 0, at)) count++;
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
