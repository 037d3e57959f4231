import { betweenHistograms } from '../histogram/between.ts';
import { hasCustomBounds, type Histogram } from '../histogram/histogram.ts';
import { countUpTo } from '../series-source.ts';
import type { SampleBuffer } from '../sample-buffer.ts';
import { noteMixedSamples, noteMixedSchemas, type NotePlace } from './histogram-notes.ts';
import { withoutHint } from './reset-hints.ts';

/**
 * What a series was at a time by the samples within the look-back on both sides: on a straight line between two of
 * them, behind the last one as that. Undefined without a sample before, and, which is noted, where numbers and
 * histograms or different kinds of histograms are near.
 */
export function smoothedAt(
  samples: SampleBuffer,
  timeMs: number,
  lookbackMs: number,
  place: NotePlace,
): number | Histogram | undefined {
  const { timesMs, values, length } = samples;
  const after = countUpTo(timesMs, timeMs, length);
  const before = after - 1;
  const from = countUpTo(timesMs, timeMs - lookbackMs, length);
  const to = countUpTo(timesMs, timeMs + lookbackMs, length);
  if (before < from) return undefined;
  if (isMixed(samples, from, to)) return noteMixedSamples(place);
  const [beforeMs = 0, afterMs = 0] = [timesMs[before], timesMs[after]];
  const [left, right] = [samples.histograms?.[before], samples.histograms?.[after]];
  if (beforeMs === timeMs || after >= to) return withoutHint(left) ?? values[before];
  if (left === undefined || right === undefined)
    return valueBetween([beforeMs, values[before] ?? 0], [afterMs, values[after] ?? 0], timeMs);
  if (hasCustomBounds(left) !== hasCustomBounds(right)) return noteMixedSchemas(place);
  const fraction = (timeMs - beforeMs) / (afterMs - beforeMs);
  return withoutHint(betweenHistograms(left, right, fraction, left.hint !== 'gauge'));
}

/** The value on the straight line through two points of time and value. */
export function valueBetween(
  [beforeMs, before]: readonly [number, number],
  [afterMs, after]: readonly [number, number],
  timeMs: number,
): number {
  return before + ((after - before) * (timeMs - beforeMs)) / (afterMs - beforeMs);
}

function isMixed({ histograms }: SampleBuffer, from: number, to: number): boolean {
  if (histograms === undefined) return false;
  const first = histograms[from] === undefined;
  for (let at = from + 1; at < to; at++) if ((histograms[at] === undefined) !== first) return true;
  return false;
}
