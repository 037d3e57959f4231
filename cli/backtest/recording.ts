import type { Labels } from '../../shared/promql/matching.ts';
import { MemoryStore } from '../../shared/promql/storage/memory-store.ts';
import { RecordingError } from './recording-error.ts';
import type { StoredSeries } from '../../shared/promql/storage/stored-series.ts';

/** What a date can be, ECMA-262 section 21.4.1.1. */
const FARTHEST_MS = 8.64e15;

/** Recorded series in memory, and the time that they cover. */
export class Recording {
  readonly store = new MemoryStore();
  fromMs = Infinity;
  toMs = -Infinity;
  samples = 0;
  readonly #series = new Map<string, StoredSeries>();

  /** @throws RecordingError if the time is none that a calendar has */
  put(labels: Labels, atMs: number, value: number): void {
    if (!(Math.abs(atMs) <= FARTHEST_MS))
      throw new RecordingError(`a sample of ${labels['__name__'] ?? ''} is ${String(atMs)} ms after 1970`);
    const key = JSON.stringify(labels);
    let series = this.#series.get(key);
    if (series === undefined) {
      // Words cut out of a text keep the whole text in memory; these are copies.
      series = this.store.seriesOf(JSON.parse(key) as Labels);
      this.#series.set(key, series);
    }
    series.put(atMs, value);
    this.fromMs = Math.min(this.fromMs, atMs);
    this.toMs = Math.max(this.toMs, atMs);
    this.samples += 1;
  }
}
