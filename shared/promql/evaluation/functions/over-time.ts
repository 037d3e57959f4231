import { kahanSum, maximum, mean, minimum, quantile, variance } from '../statistics.ts';
import type { Window } from '../value.ts';
import {
  invalid,
  mapWindows,
  scalarAt,
  valuesOf,
  type Implementation,
  type Implementations,
  type Invocation,
} from './invocation.ts';

const summary =
  (reduce: (values: number[]) => number): Implementation =>
  (invocation) =>
    mapWindows(invocation, 0, (window) => reduce(valuesOf(window)));

/** The time, in seconds, of the sample that `pick` finds. */
const timeOf =
  (find: (window: Window) => number): Implementation =>
  (invocation) =>
    mapWindows(invocation, 0, (window) => (window.timesMs[find(window)] ?? Number.NaN) / 1_000);

/** Functions that make one number out of the samples in a range. */
export const OVER_TIME: Implementations = {
  avg_over_time: summary(mean),
  min_over_time: summary(minimum),
  max_over_time: summary(maximum),
  sum_over_time: summary(kahanSum),
  count_over_time: summary((values) => values.length),
  stdvar_over_time: summary(variance),
  stddev_over_time: summary((values) => Math.sqrt(variance(values))),
  present_over_time: summary(() => 1),
  mad_over_time: summary((values) => {
    // One value that is not a number leaves no deviation from the middle.
    if (values.some((value) => Number.isNaN(value))) return Number.NaN;
    const median = quantile(0.5, values);
    return quantile(
      0.5,
      values.map((value) => Math.abs(value - median)),
    );
  }),
  quantile_over_time: (invocation) =>
    mapWindows(invocation, 1, (window) => quantile(scalarAt(invocation, 0), valuesOf(window))),
  last_over_time: (invocation) => mapWindows(invocation, 0, ({ values, end }) => values[end - 1], true),
  first_over_time: (invocation) => mapWindows(invocation, 0, ({ values, start }) => values[start], true),
  ts_of_first_over_time: timeOf(({ start }) => start),
  ts_of_last_over_time: timeOf(({ end }) => end - 1),
  ts_of_max_over_time: timeOf((window) => lastExtreme(window, (value, best) => value >= best)),
  ts_of_min_over_time: timeOf((window) => lastExtreme(window, (value, best) => value <= best)),
  double_exponential_smoothing: (invocation) =>
    mapWindows(invocation, 0, (window) => smoothed(window, invocation)),
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
function smoothed(window: Window, invocation: Invocation): number | undefined {
  const [level, trend] = [factor(invocation, 1, 'smoothing factor'), factor(invocation, 2, 'trend factor')];
  const values = valuesOf(window);
  const [first = 0, second = 0] = values;
  if (values.length < 2) return undefined;
  let [before, now, slope] = [0, first, second - first];
  for (const [index, value] of values.entries()) {
    if (index === 0) continue;
    if (index > 1) slope = trend * (now - before) + (1 - trend) * slope;
    [before, now] = [now, level * value + (1 - level) * (now + slope)];
  }
  return now;
}

function factor(invocation: Invocation, index: number, name: string): number {
  const value = scalarAt(invocation, index);
  if (value > 0 && value < 1) return value;
  throw invalid(
    invocation,
    index,
    `invalid ${name}. Expected: 0 < ${name.split(' ')[0] === 'trend' ? 'tf' : 'sf'} < 1, got: ${value}`,
  );
}
