import type { Labels } from '../../shared/promql/matching.ts';
import { MemoryStore } from '../../shared/promql/storage/memory-store.ts';

/** Recorded series in memory, and the time that they cover. */
export class Recording {
  readonly store = new MemoryStore();
  fromMs = Infinity;
  toMs = -Infinity;
  samples = 0;

  put(labels: Labels, atMs: number, value: number): void {
    this.store.put(labels, atMs, value);
    this.fromMs = Math.min(this.fromMs, atMs);
    this.toMs = Math.max(this.toMs, atMs);
    this.samples += 1;
  }
}
