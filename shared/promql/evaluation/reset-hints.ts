import { isCounterReset } from '../histogram/counter-reset.ts';
import type { Histogram } from '../histogram/histogram.ts';
import type { SampleBuffer } from '../sample-buffer.ts';

/** Without a hint: where samples are left out, what a histogram says about the one before it may no longer hold. */
export function withoutHint(histogram: Histogram | undefined): Histogram | undefined {
  if (histogram === undefined || histogram.hint === 'gauge') return histogram;
  return { ...histogram, hint: 'unknown' };
}

/**
 * Looks for counter resets between samples that do not say. Prometheus does so where a query reads counts and sums
 * only, because it then drops the buckets, in which a reset could be seen later.
 */
export function detectResets({ histograms, length }: SampleBuffer): void {
  if (histograms === undefined) return;
  let before: Histogram | undefined;
  for (let at = 0; at < length; at++) {
    const histogram = histograms[at];
    if (histogram === undefined) continue;
    if (before !== undefined && histogram.hint === 'unknown')
      histograms[at] = { ...histogram, hint: isCounterReset(histogram, before) ? 'reset' : 'not-reset' };
    before = histogram;
  }
}
