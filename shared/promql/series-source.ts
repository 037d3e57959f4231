import type { Matcher } from './ast.ts';

/** Samples of one series, ascending in time; the two arrays have the same length. */
export interface SeriesSlice {
  /** All labels, the metric's name as `__name__`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly timesMs: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** Where the evaluator reads. A store implements it; `compileMatchers` decides which series match. */
export interface SeriesSource {
  /** The series that match all matchers, each with its samples in (fromMs, toMs]. Series without samples there may be left out. */
  select(matchers: readonly Matcher[], fromMs: number, toMs: number): Iterable<SeriesSlice>;
}
