import type { SeriesPoint } from '../domain/collection/point.ts';

/** Points of one service: system and service become resource attributes, the rest stays as it is. */
export interface SeriesBatch {
  /** `@resource.homeostat.system` in PromQL. */
  readonly system: string;
  /** `@resource.service.name` in PromQL. */
  readonly service: string;
  readonly points: readonly SeriesPoint[];
}

export interface WriteReport {
  /** Points that the store accepted. */
  readonly accepted: number;
  /** Points that the store refused (named in the log); sending them again would not help. */
  readonly rejected: number;
  readonly requests: number;
}

/** Where series go. */
export interface SeriesWriter {
  /**
   * Sends all points, in as many requests as the store's limits ask for.
   *
   * @throws when a request was given up: refused as a whole, or still failing after the retries.
   */
  readonly write: (batch: SeriesBatch) => Promise<WriteReport>;
}

/** One series of an instant query's answer. */
export interface SeriesValue {
  readonly labels: Readonly<Record<string, string>>;
  /** As PromQL gives it: may be NaN or infinite. */
  readonly value: number;
  /** The time of evaluation, epoch milliseconds. */
  readonly atMs: number;
}

/** Where series are read, in PromQL. */
export interface SeriesReader {
  /**
   * Evaluates a query at one moment (now, if none is given). A scalar is one value without labels.
   *
   * @throws with the query and the answer when the store refuses it or cannot be reached.
   */
  readonly instant: (query: string, atMs?: number) => Promise<readonly SeriesValue[]>;
}

/** One series of a range query's answer. */
export interface SeriesLine {
  readonly labels: Readonly<Record<string, string>>;
  /** Ascending in time; a step at which the query gave nothing is left out. */
  readonly points: readonly { readonly atMs: number; readonly value: number }[];
}

/** The times that a range query is evaluated at: start, start + step, … up to end. */
export interface SeriesRange {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/** Where series are read over a span of time, in PromQL. */
export interface SeriesRangeReader {
  /** @throws with the query and the answer when the store refuses it or cannot be reached. */
  readonly range: (query: string, range: SeriesRange) => Promise<readonly SeriesLine[]>;
}
