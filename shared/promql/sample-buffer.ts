import type { Histogram } from './histogram/histogram.ts';

const FIRST_CAPACITY = 256;

/**
 * Samples of one series, ascending in time, in arrays that grow and are used again for the next series.
 * Only the first `length` entries of each count. Typed arrays, because they keep the bits of a stale marker.
 */
export class SampleBuffer {
  timesMs = new Float64Array(FIRST_CAPACITY);
  values = new Float64Array(FIRST_CAPACITY);
  /** Where a sample is a histogram; undefined while none is. */
  histograms: (Histogram | undefined)[] | undefined;
  /** When counting began, 0 where it is not known; undefined while it is known of no sample. */
  startsMs: Float64Array | undefined;
  length = 0;

  clear(): void {
    this.length = 0;
    this.histograms = undefined;
    this.startsMs = undefined;
  }

  push(timeMs: number, value: number, histogram?: Histogram, startMs = 0): void {
    if (this.length === this.timesMs.length) this.reserve(1);
    const at = this.length++;
    this.timesMs[at] = timeMs;
    this.values[at] = value;
    if (histogram !== undefined) this.histograms ??= [];
    if (this.histograms !== undefined) this.histograms[at] = histogram;
    if (startMs !== 0) this.startsMs ??= new Float64Array(this.timesMs.length);
    if (this.startsMs !== undefined) this.startsMs[at] = startMs;
  }

  /** Makes room for so many more samples, for those who write the arrays themselves and then set `length`. */
  reserve(more: number): void {
    if (this.length + more <= this.timesMs.length) return;
    const capacity = Math.max(2 * this.timesMs.length, this.length + more);
    this.timesMs = grown(this.timesMs, capacity);
    this.values = grown(this.values, capacity);
    if (this.startsMs !== undefined) this.startsMs = grown(this.startsMs, capacity);
  }
}

function grown(old: Float64Array, capacity: number): Float64Array<ArrayBuffer> {
  const wider = new Float64Array(capacity);
  wider.set(old);
  return wider;
}
