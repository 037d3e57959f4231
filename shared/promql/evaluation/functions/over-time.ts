import type { Combination } from '../../histogram/arithmetic.ts';
import { meanOf, sumOf } from '../../histogram/aggregation.ts';
import type { Histogram } from '../../histogram/histogram.ts';
import { noteCombination, noteMixedSamples, noteMixedSchemas } from '../histogram-notes.ts';
import { kahanSum, maximum, mean, minimum, quantile, variance } from '../statistics.ts';
import type { Window } from '../ranges.ts';
import { warnOfRank } from '../quantile-rank.ts';
import {
  argumentOf,
  invalid,
  mapFloatWindows,
  mapWindows,
  placeOf,
  type Implementation,
  type Implementations,
  type Invocation,
} from './invocation.ts';
import { contentOf, histogramsOf, sampleAt } from './window-content.ts';

/** Makes one number of the values from `start` to `end` (not included). */
type Reduce = (values: Float64Array, start: number, end: number) => number;

const summary =
  (reduce: Reduce): Implementation =>
  (invocation) =>
    mapFloatWindows(invocation, 0, ({ values, start, end }) => reduce(values, start, end));

/** The time, in seconds, of the sample that `pick` finds. */
const timeOf =
  (find: (window: Window) => number): Implementation =>
  (invocation) =>
    mapFloatWindows(invocation, 0, (window) => (window.timesMs[find(window)] ?? Number.NaN) / 1_000);

const timeOfAny =
  (find: (window: Window) => number): Implementation =>
  (invocation) =>
    mapWindows(invocation, 0, (window) => (window.timesMs[find(window)] ?? Number.NaN) / 1_000);

/** Numbers one way, histograms the other; a range with both gives nothing. */
const combined =
  (reduce: Reduce, combine: (histograms: readonly Histogram[]) => Combination | undefined): Implementation =>
  (invocation) =>
    mapWindows(invocation, 0, (window) => {
      const content = contentOf(window);
      if (content === 'floats') return reduce(window.values, window.start, window.end);
      const place = placeOf(invocation, 0, window);
      if (content === 'both') return noteMixedSamples(place);
      const combination = combine(histogramsOf(window));
      if (combination === undefined) return noteMixedSchemas(place);
      noteCombination(combination, 'aggregation', place.query, place.span);
      return combination.histogram;
    });

/** Functions that make one number out of the samples in a range. */
export const OVER_TIME: Implementations = {
  avg_over_time: combined(mean, meanOf),
  min_over_time: summary(minimum),
  max_over_time: summary(maximum),
  sum_over_time: combined(kahanSum, sumOf),
  count_over_time: (invocation) => mapWindows(invocation, 0, ({ start, end }) => end - start),
  stdvar_over_time: summary(variance),
  stddev_over_time: summary((values, start, end) => Math.sqrt(variance(values, start, end))),
  present_over_time: (invocation) => mapWindows(invocation, 0, () => 1),
  mad_over_time: summary((all, start, end) => {
    const values = all.slice(start, end);
    // One value that is not a number leaves no deviation from the middle.
    if (values.some(Number.isNaN)) return Number.NaN;
    const median = quantile(0.5, values);
    return quantile(
      0.5,
      values.map((value) => Math.abs(value - median)),
    );
  }),
  quantile_over_time: (invocation) => {
    const ranks = invocation.scalar(0);
    const { span } = argumentOf(invocation.call, 0);
    return mapFloatWindows(invocation, 1, (window) => {
      const rank = ranks[window.step] ?? Number.NaN;
      warnOfRank(rank, span, invocation.scope.query);
      return quantile(rank, window.values.subarray(window.start, window.end));
    });
  },
  last_over_time: (invocation) =>
    mapWindows(invocation, 0, (window) => sampleAt(window, window.end - 1), true),
  first_over_time: (invocation) =>
    mapWindows(invocation, 0, (window) => sampleAt(window, window.start), true),
  ts_of_first_over_time: timeOfAny(({ start }) => start),
  ts_of_last_over_time: timeOfAny(({ end }) => end - 1),
  ts_of_max_over_time: timeOf((window) => lastExtreme(window, (value, best) => value >= best)),
  ts_of_min_over_time: timeOf((window) => lastExtreme(window, (value, best) => value <= best)),
  double_exponential_smoothing: (invocation) => {
    const [levels, trends] = [invocation.scalar(1), invocation.scalar(2)];
    return mapFloatWindows(invocation, 0, (window) =>
      smoothed(
        window,
        factor(invocation, 1, levels[window.step] ?? Number.NaN),
        factor(invocation, 2, trends[window.step] ?? Number.NaN),
      ),
    );
  },
};

function lastExtreme(
  { values, start, end }: Window,
  beats: (value: number, best: number) => boolean,
): number {
  let best = start;
  for (let index = start + 1; index < end; index++) {
    const [value = Number.NaN, leader = Number.NaN] = [values[index], values[best]];
    if (beats(value, leader) || Number.isNaN(leader)) best = index;
  }
  return best;
}

/** Holt's linear smoothing; the second argument weighs new values, the third the newest trend. */
function smoothed({ values, start, end }: Window, level: number, trend: number): number | undefined {
  if (end - start < 2) return undefined;
  const first = values[start] ?? Number.NaN;
  let before = 0;
  let now = first;
  let slope = (values[start + 1] ?? Number.NaN) - first;
  for (let at = start + 1; at < end; at++) {
    if (at > start + 1) slope = trend * (now - before) + (1 - trend) * slope;
    before = now;
    now = level * (values[at] ?? Number.NaN) + (1 - level) * (now + slope);
  }
  return now;
}

function factor(invocation: Invocation, index: 1 | 2, value: number): number {
  if (value > 0 && value < 1) return value;
  const [name, short] = index === 1 ? ['smoothing factor', 'sf'] : ['trend factor', 'tf'];
  throw invalid(invocation, index, `invalid ${name}. Expected: 0 < ${short} < 1, got: ${value}`);
}
