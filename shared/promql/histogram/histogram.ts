/** How a histogram relates to the one before it in its series, as Prometheus' counter reset hint says. */
export type ResetHint = 'unknown' | 'reset' | 'not-reset' | 'gauge';

/** Buckets that follow each other without a gap: `offset` empty ones after the last span (or from index 0), then `length` full ones. */
export interface BucketSpan {
  readonly offset: number;
  readonly length: number;
}

/** One side of a histogram. The counts of all spans one after the other; absolute, not deltas. */
export interface Buckets {
  readonly spans: readonly BucketSpan[];
  readonly counts: readonly number[];
}

/**
 * A native histogram with float counts. Schema -4 to 8: bucket i holds what is in (base^(i-1), base^i] with
 * base = 2^(2^-schema). Schema -53: custom bounds, the last bucket up to +Inf, nothing negative and no zero bucket.
 * Source: Prometheus' native histogram specification. Never changed once it is made.
 */
export interface Histogram {
  readonly schema: number;
  readonly count: number;
  readonly sum: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly positive: Buckets;
  readonly negative: Buckets;
  /** Upper bounds of the buckets of schema -53, ascending, without +Inf; empty for every other schema. */
  readonly customBounds: readonly number[];
  readonly hint: ResetHint;
}

/** The schema of histograms whose bounds are listed. */
export const CUSTOM_BOUNDS_SCHEMA = -53;
/** The coarsest and the finest schema of exponential buckets. */
export const COARSEST_SCHEMA = -4;
export const FINEST_SCHEMA = 8;

export const NO_BUCKETS: Buckets = { spans: [], counts: [] };

export const EMPTY_HISTOGRAM: Histogram = {
  schema: 0,
  count: 0,
  sum: 0,
  zeroThreshold: 0,
  zeroCount: 0,
  positive: NO_BUCKETS,
  negative: NO_BUCKETS,
  customBounds: [],
  hint: 'unknown',
};

export function hasCustomBounds({ schema }: Histogram): boolean {
  return schema === CUSTOM_BOUNDS_SCHEMA;
}
