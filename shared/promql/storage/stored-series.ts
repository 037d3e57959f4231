import type { Histogram } from '../histogram/histogram.ts';
import type { Labels } from '../matching.ts';
import type { SampleBuffer } from '../sample-buffer.ts';
import type { SelectedSeries } from '../series-source.ts';
import { CompactSamples } from './compact-samples.ts';

/** One series in a store: numbers are compact, histograms are kept as they are beside a number that counts for nothing. */
export class StoredSeries implements SelectedSeries {
  readonly labels: Labels;
  readonly samples = new CompactSamples();
  #histograms: Map<number, Histogram> | undefined;

  constructor(labels: Labels) {
    this.labels = labels;
  }

  /** Puts a sample in its place; one at the same time is replaced. */
  put(timeMs: number, value: number, histogram?: Histogram): void {
    this.samples.put(timeMs, value);
    if (histogram === undefined) this.#histograms?.delete(timeMs);
    else (this.#histograms ??= new Map()).set(timeMs, histogram);
  }

  read(fromMs: number, toMs: number, into: SampleBuffer): void {
    const before = into.length;
    this.samples.read(fromMs, toMs, into);
    if (this.#histograms === undefined) return;
    into.histograms ??= [];
    for (let at = before; at < into.length; at++)
      into.histograms[at] = this.#histograms.get(into.timesMs[at] ?? Number.NaN);
  }

  /** Whether it may have samples in (fromMs, toMs]. */
  isWithin(fromMs: number, toMs: number): boolean {
    return this.samples.firstMs <= toMs && this.samples.lastMs > fromMs;
  }

  /** Forgets samples up to a time, some of the last of them excepted. */
  prune(upToMs: number): void {
    this.samples.prune(upToMs);
    for (const timeMs of this.#histograms?.keys() ?? [])
      if (timeMs < this.samples.firstMs) this.#histograms?.delete(timeMs);
  }
}
