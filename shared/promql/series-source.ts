import type { Matcher } from './ast.ts';
import type { Histogram } from './histogram/histogram.ts';
import type { SampleBuffer } from './sample-buffer.ts';

/** Samples of one series, ascending in time; the arrays have the same length. */
export interface SeriesSlice {
  /** All labels, the metric's name as `__name__`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly timesMs: ArrayLike<number>;
  readonly values: ArrayLike<number>;
  /** Where a sample is a histogram instead of a number; its value then counts for nothing. */
  readonly histograms?: ArrayLike<Histogram | undefined>;
  /** When the counting of each sample began, where that is known; 0 where it is not. */
  readonly startsMs?: ArrayLike<number>;
}

/** One series that a selector found. */
export interface SelectedSeries {
  /** All labels, the metric's name as `__name__`. The same object each time: what is computed from it is kept by it. */
  readonly labels: Readonly<Record<string, string>>;
  /** Appends the samples in (fromMs, toMs], ascending in time, stale markers among them. */
  read(fromMs: number, toMs: number, into: SampleBuffer): void;
}

/** Where the evaluator reads. A store implements it; `compileMatchers` decides which series match. */
export interface SeriesSource {
  /** The series that match all matchers and may have samples in (fromMs, toMs], in any order. */
  select(matchers: readonly Matcher[], fromMs: number, toMs: number): Iterable<SelectedSeries>;
}

/** A series whose samples are at hand. */
export function selectedSlice(slice: SeriesSlice): SelectedSeries {
  return {
    labels: slice.labels,
    read(fromMs, toMs, into) {
      for (let at = countUpTo(slice.timesMs, fromMs); at < slice.timesMs.length; at++) {
        const timeMs = slice.timesMs[at] ?? Infinity;
        if (timeMs > toMs) return;
        into.push(timeMs, slice.values[at] ?? Number.NaN, slice.histograms?.[at], slice.startsMs?.[at]);
      }
    },
  };
}

/** How many times are at or before the given one; the times ascend. */
export function countUpTo(timesMs: ArrayLike<number>, timeMs: number, length = timesMs.length): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timesMs[middle] ?? Infinity) <= timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
