import { multiply } from '../../histogram/arithmetic.ts';
import { EMPTY_HISTOGRAM, type Histogram } from '../../histogram/histogram.ts';
import { noteMixedSamples, type NotePlace } from '../histogram-notes.ts';
import type { Labels } from '../../matching.ts';
import type { Window } from '../ranges.ts';
import { changeBetweenEdges } from './edges.ts';
import { changeOf } from './histogram-changes.ts';
import { mapWindows, placeOf, type Implementation, type Invocation } from './invocation.ts';
import { noteUnlikelyCounter } from './unlikely-counter.ts';
import { beganAnew, beginWithin, noteOverlaps, reset } from './start-times.ts';
import { contentOf, histogramsOf } from './window-content.ts';

type Rating = 'rate' | 'increase' | 'delta';

/** How far the samples may be from an edge of the range, in mean distances between samples, and still reach it. */
const REACH = 1.1;

/** `rate`, `increase` and `delta`. */
export function rated(rating: Rating): Implementation {
  return (invocation) => {
    let lookedAt: Labels | undefined;
    return mapWindows(invocation, 0, (window) => {
      const result =
        window.edges === undefined
          ? extrapolated(invocation, window, rating)
          : changeBetweenEdges(window, rating, placeOf(invocation, 0, window));
      if (rating !== 'delta' && typeof result === 'number' && window.labels !== lookedAt) {
        lookedAt = window.labels;
        noteUnlikelyCounter(placeOf(invocation, 0, window));
      }
      return result;
    });
  };
}

/** The change over the whole range, though samples cover only part of it. */
function extrapolated(
  invocation: Invocation,
  window: Window,
  rating: Rating,
): number | Histogram | undefined {
  const beginMs = rating === 'delta' ? undefined : beginWithin(window);
  if (window.end - window.start < 2 && beginMs === undefined) return undefined;
  const content = contentOf(window);
  if (content === 'both') return noteMixedSamples(placeOf(invocation, 0, window));
  if (rating !== 'delta' && window.startsMs !== undefined)
    noteOverlaps(window, placeOf(invocation, 0, window));
  if (content === 'histograms')
    return extrapolatedHistogram(window, rating, beginMs, placeOf(invocation, 0, window));
  const { values, start, end } = window;
  const [first = 0, last = 0] = [values[start], values[end - 1]];
  const rise = last - (beginMs === undefined ? first : 0);
  const lost = rating === 'delta' ? 0 : lostByResets(window);
  // Without a reset -0 stays what it is.
  const change = lost === 0 ? rise : rise + lost;
  return change * stretch(window, rating, first, change, beginMs);
}

function extrapolatedHistogram(
  window: Window,
  rating: Rating,
  beginMs: number | undefined,
  place: NotePlace,
): Histogram | undefined {
  const isCounter = rating !== 'delta';
  const histograms = histogramsOf(window).map((histogram, index) =>
    isCounter && index > 0 && beganAnew(window, window.start + index) ? reset(histogram) : histogram,
  );
  const [first = EMPTY_HISTOGRAM] = histograms;
  const zero = { ...EMPTY_HISTOGRAM, schema: first.schema, customBounds: first.customBounds };
  const change = changeOf(beginMs === undefined ? histograms : [zero, ...histograms], isCounter, place);
  return change && multiply(change, stretch(window, rating, first.count, change.count, beginMs));
}

/**
 * By what the change between the first and the last sample is multiplied, so that it stands for the whole range:
 * it reaches to an edge that is about one sample distance away, else half a distance. A counter is never stretched
 * to before the time it would have been zero, and not at all where it is known when it was.
 * Source: Prometheus' documentation of rate(), increase() and delta().
 *
 * @param beginMs when the counter was 0, if that is known and within the range
 */
function stretch(
  window: Window,
  rating: Rating,
  first: number,
  change: number,
  beginMs: number | undefined,
): number {
  const { timesMs, start, end, fromMs, toMs } = window;
  const [firstMs = 0, lastMs = 0] = [timesMs[start], timesMs[end - 1]];
  const distanceS = end - start < 2 ? 0 : (lastMs - firstMs) / 1_000 / (end - start - 1);
  const sampledS = (lastMs - (beginMs ?? firstMs)) / 1_000;
  let beforeS = beginMs === undefined ? (firstMs - fromMs) / 1_000 : 0;
  let afterS = (toMs - lastMs) / 1_000;
  if (beforeS >= distanceS * REACH) beforeS = distanceS / 2;
  if (rating !== 'delta' && change > 0 && first >= 0 && beginMs === undefined)
    beforeS = Math.min(beforeS, sampledS * (first / change));
  if (afterS >= distanceS * REACH) afterS = distanceS / 2;
  const factor = (sampledS + beforeS + afterS) / sampledS;
  return rating === 'rate' ? factor / ((toMs - fromMs) / 1_000) : factor;
}

function lostByResets(window: Window): number {
  const { values, start, end, startsMs } = window;
  let lost = 0;
  for (let at = start + 1; at < end; at++) {
    const before = values[at - 1] ?? 0;
    if ((values[at] ?? 0) < before || (startsMs !== undefined && beganAnew(window, at))) lost += before;
  }
  return lost;
}
