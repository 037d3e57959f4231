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
