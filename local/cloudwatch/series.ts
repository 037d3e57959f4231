import type { Labels } from '../../shared/promql/matching.ts';

/** One series in memory. The arrays go together and are ascending in time. */
export interface MutableSeries {
  readonly id: number;
  readonly labels: Labels;
  readonly timesMs: number[];
  readonly values: number[];
}

/** The index of the first time after `ms`; the length if there is none. */
export function firstAfter(timesMs: readonly number[], ms: number): number {
  let low = 0;
  let high = timesMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timesMs[middle] ?? Infinity) <= ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Puts a sample in its place; one at the same moment is replaced. */
export function putSample(series: MutableSeries, atMs: number, value: number): void {
  const at = firstAfter(series.timesMs, atMs);
  if (series.timesMs[at - 1] === atMs) {
    series.values[at - 1] = value;
  } else if (at === series.timesMs.length) {
    series.timesMs.push(atMs);
    series.values.push(value);
  } else {
    series.timesMs.splice(at, 0, atMs);
    series.values.splice(at, 0, value);
  }
}
