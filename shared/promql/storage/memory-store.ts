import type { Matcher } from '../ast.ts';
import type { Histogram } from '../histogram/histogram.ts';
import type { Labels } from '../matching.ts';
import type { SeriesSource } from '../series-source.ts';
import { LabelIndex } from './label-index.ts';
import { StoredSeries } from './stored-series.ts';

/** A selector that finds more series than the store gives out at once. */
export class SeriesLimitError extends Error {
  override readonly name = 'SeriesLimitError';
}

export interface MemoryStoreOptions {
  /** A selector may find at most so many series. Default 1,000,000. */
  readonly maxSeries?: number;
}

const MAX_SERIES = 1_000_000;

/**
 * Series in memory, their samples compact: 1 to 3 bytes each where they are counts or short decimals. Samples may
 * come in any order; of two at one time the later one stays. Labels must not change once they were given.
 */
export class MemoryStore implements SeriesSource {
  readonly #index = new LabelIndex<StoredSeries>();
  readonly #maxSeries: number;

  constructor({ maxSeries = MAX_SERIES }: MemoryStoreOptions = {}) {
    this.#maxSeries = maxSeries;
  }

  /** Gives the series that has the sample now. An empty label counts as none, and must not be among the labels. */
  put(labels: Labels, timeMs: number, value: number, histogram?: Histogram): StoredSeries {
    const series = this.seriesOf(labels);
    series.put(timeMs, value, histogram);
    return series;
  }

  /** The series with these labels; a new one without samples if there is none. */
  seriesOf(labels: Labels): StoredSeries {
    const known = this.#index.get(labels);
    if (known !== undefined) return known;
    const series = new StoredSeries(labels);
    this.#index.add(series);
    return series;
  }

  /** Throws `SeriesLimitError`, and `PatternError` for a regular expression that RE2 would refuse. */
  *select(matchers: readonly Matcher[], fromMs: number, toMs: number): Iterable<StoredSeries> {
    let found = 0;
    for (const series of this.#index.select(matchers)) {
      if (!series.isWithin(fromMs, toMs)) continue;
      found += 1;
      if (found > this.#maxSeries)
        throw new SeriesLimitError(
          `query processing would select too many series: more than ${this.#maxSeries} match one selector`,
        );
      yield series;
    }
  }

  /** All series, in the order of their names' first appearance. */
  all(): Iterable<StoredSeries> {
    return this.#index.all();
  }

  /**
   * Forgets samples up to a time, in whole chunks: of each series up to a chunk of older samples stays. A series
   * whose last sample is so old goes.
   */
  prune(upToMs: number): { readonly series: readonly StoredSeries[]; readonly names: readonly string[] } {
    const gone: StoredSeries[] = [];
    const names = this.#index.removeWhere((series) => {
      series.prune(upToMs);
      const isGone = series.samples.lastMs === -Infinity;
      if (isGone) gone.push(series);
      return isGone;
    });
    return { series: gone, names };
  }
}
