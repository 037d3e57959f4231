import { add, divide, subtract } from '../../histogram/arithmetic.ts';
import { betweenHistograms } from '../../histogram/between.ts';
import { isCounterReset } from '../../histogram/counter-reset.ts';
import { hasCustomBounds, type Histogram } from '../../histogram/histogram.ts';
import { countUpTo } from '../../series-source.ts';
import {
  noteMixedSamples,
  noteMixedSchemas,
  noteNotCounter,
  noteNotGauge,
  noteReconciledBounds,
  type NotePlace,
} from '../histogram-notes.ts';
import type { Window } from '../ranges.ts';
import { valueBetween } from '../smoothed.ts';
import { contentOf, histogramsOf } from './window-content.ts';

/** The samples that count for a range with anchored or smoothed edges: from the last one at or before its start on. */
export function withinEdges(window: Window): Window | undefined {
  const { timesMs, fromMs, toMs, edges } = window;
  const start = Math.max(window.start, countUpTo(timesMs, fromMs, window.end) - 1);
  const isAhead = (at: number): boolean => (timesMs[at] ?? Infinity) >= toMs;
  let last = window.end - 1;
  if (edges === 'smoothed') while (last > start && isAhead(last - 1)) last--;
  if ((timesMs[last] ?? 0) <= fromMs || (timesMs[start] ?? 0) > toMs) return undefined;
  return { ...window, start, end: last + 1 };
}

/**
 * The change between the edges of a range: anchored, from the sample at or before its start to the last one; smoothed,
 * between what the series was at both by a straight line. A counter gains what it had before each reset.
 * Source: Prometheus' documentation of the anchored and smoothed modifiers.
 */
export function changeBetweenEdges(
  all: Window,
  rating: 'rate' | 'increase' | 'delta',
  place: NotePlace,
): number | Histogram | undefined {
  const window = withinEdges(all);
  if (window === undefined) return undefined;
  const isCounter = rating !== 'delta';
  const perS = rating === 'rate' ? (window.toMs - window.fromMs) / 1_000 : 1;
  const content = contentOf(window);
  if (content === 'both') return noteMixedSamples(place);
  if (content === 'floats') return floatChange(window, isCounter) / perS;
  const change = histogramChange(window, isCounter, place);
  return change && divide({ ...change, hint: 'gauge' }, perS);
}

/** The values at the edges and between them; `between` makes one from the samples around a time. */
function points<Value>(
  { timesMs, start, end, fromMs, toMs, edges }: Window,
  valueAt: (at: number) => Value,
  between: (after: number, timeMs: number) => Value,
): { readonly values: readonly Value[]; readonly isStartBetween: boolean } {
  const last = end - 1;
  const isSmoothed = edges === 'smoothed';
  const isStartBetween = isSmoothed && (timesMs[start] ?? 0) < fromMs;
  const isEndBetween = isSmoothed && (timesMs[last] ?? 0) > toMs;
  const values = [isStartBetween ? between(start + 1, fromMs) : valueAt(start)];
  for (let at = start + 1; at < last; at++) values.push(valueAt(at));
  if (last > start || !isEndBetween) values.push(isEndBetween ? between(last, toMs) : valueAt(last));
  return { values, isStartBetween };
}

function floatChange(window: Window, isCounter: boolean): number {
  const { timesMs, values } = window;
  const valueAt = (at: number): number => values[at] ?? Number.NaN;
  const between = (at: number, timeMs: number): number => {
    const isReset = isCounter && valueAt(at) < valueAt(at - 1);
    const before = [timesMs[at - 1] ?? 0, isReset ? 0 : valueAt(at - 1)] as const;
    return valueBetween(before, [timesMs[at] ?? 0, valueAt(at)], timeMs);
  };
  const all = points(window, valueAt, between).values;
  let change = (all.at(-1) ?? 0) - (all[0] ?? 0);
  if (isCounter)
    for (const [at, value] of all.entries()) {
      const before = all[at - 1] ?? Number.NEGATIVE_INFINITY;
      if (value < before) change += before;
    }
  return change;
}

function histogramChange(window: Window, isCounter: boolean, place: NotePlace): Histogram | undefined {
  const { timesMs, start } = window;
  const samples = histogramsOf(window);
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  if (isCounter && samples.some(({ hint }) => hint === 'gauge')) noteNotCounter(place);
  if (!isCounter && (first.hint !== 'gauge' || last.hint !== 'gauge')) noteNotGauge(place);
  if (samples.some((histogram) => hasCustomBounds(histogram) !== hasCustomBounds(first)))
    return noteMixedSchemas(place);
  const valueAt = (at: number): Histogram => samples[at - start] ?? first;
  const between = (at: number, timeMs: number): Histogram => {
    const [beforeMs, afterMs] = [timesMs[at - 1] ?? 0, timesMs[at] ?? 0];
    const fraction = (timeMs - beforeMs) / (afterMs - beforeMs);
    return betweenHistograms(valueAt(at - 1), valueAt(at), fraction, isCounter) ?? first;
  };
  const { values, isStartBetween } = points(window, valueAt, between);
  const [left = first, ...others] = values;
  const difference = subtract(others.at(-1) ?? left, left);
  if (difference?.hasReconciledBounds === true) noteReconciledBounds('subtraction', place.query, place.span);
  let change = difference?.histogram;
  let before = left;
  for (const [at, histogram] of others.entries()) {
    // A start between two samples lies behind any reset between them.
    const isKnown = isStartBetween && at === 0;
    if (
      isCounter &&
      !isKnown &&
      change !== undefined &&
      histogram !== before &&
      isCounterReset(histogram, before)
    )
      change = add(change, before)?.histogram;
    before = histogram;
  }
  return change;
}
