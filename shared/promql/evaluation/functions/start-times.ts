import type { Histogram } from '../../histogram/histogram.ts';
import { noteOverlap, type NotePlace } from '../histogram-notes.ts';
import type { Window } from '../ranges.ts';

/**
 * Whether a sample says by the time at which its counting began that this was after the sample before it. A time
 * that is not before the sample itself says nothing. Counting that began just with the sample before is a new one
 * if that sample knew its own beginning; else the beginning is only what the sender first saw.
 * Source: OpenTelemetry's metrics data model, "Cumulative streams: handling unknown start time".
 */
export function beganAnew({ timesMs, startsMs }: Window, at: number): boolean {
  if (startsMs === undefined) return false;
  const [timeMs = 0, startMs = 0] = [timesMs[at], startsMs[at]];
  const [beforeMs = 0, startBeforeMs = 0] = [timesMs[at - 1], startsMs[at - 1]];
  if (startMs === 0 || startMs >= timeMs || startMs < beforeMs) return false;
  return startMs > beforeMs || (startBeforeMs !== 0 && startBeforeMs < beforeMs);
}

/** A histogram that is known to follow a reset. */
export function reset(histogram: Histogram): Histogram {
  return histogram.hint === 'gauge' ? histogram : { ...histogram, hint: 'reset' };
}

/** When the counting of the first sample began, if that is within the range: the counter was 0 then. */
export function beginWithin({ timesMs, startsMs, start, fromMs }: Window): number | undefined {
  if (startsMs === undefined) return undefined;
  const [timeMs = 0, startMs = 0] = [timesMs[start], startsMs[start]];
  return startMs > fromMs && startMs < timeMs && startMs !== 0 ? startMs : undefined;
}

/** Notes samples whose counting began before the sample before them, and not with it. */
export function noteOverlaps({ timesMs, startsMs, start, end }: Window, place: NotePlace): void {
  if (startsMs === undefined) return;
  for (let at = start + 1; at < end; at++) {
    const [startMs = 0, startBeforeMs = 0, beforeMs = 0] = [startsMs[at], startsMs[at - 1], timesMs[at - 1]];
    if (startMs !== 0 && startMs < beforeMs && startMs !== startBeforeMs) noteOverlap(place);
  }
}
