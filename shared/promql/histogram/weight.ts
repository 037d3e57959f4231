import type { Buckets, Histogram } from './histogram.ts';

/** Bytes of a plain sample: its time and its value. */
const SAMPLE_BYTES = 16;
/** Bytes of a histogram in Prometheus beside its lists, and of each entry of these. */
const FIXED_BYTES = 176;
const ENTRY_BYTES = 8;

/** As how many plain samples a histogram counts where samples are limited. By its size in Prometheus, so that limits mean the same. */
export function weightOf({ positive, negative, customBounds }: Histogram): number {
  const entriesOf = ({ spans, counts }: Buckets): number => spans.length + counts.length;
  const entries = entriesOf(positive) + entriesOf(negative) + customBounds.length;
  return Math.floor((FIXED_BYTES + ENTRY_BYTES * entries) / SAMPLE_BYTES);
}
