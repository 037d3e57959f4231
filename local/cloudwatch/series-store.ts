import type { DatabaseSync } from 'node:sqlite';
import type { Matcher } from '../../shared/promql/ast.ts';
import type { Labels } from '../../shared/promql/matching.ts';
import type { SelectedSeries, SeriesSource } from '../../shared/promql/series-source.ts';
import { MemoryStore } from '../../shared/promql/storage/memory-store.ts';
import type { StoredSeries } from '../../shared/promql/storage/stored-series.ts';
import type { MetricMetadata } from '../prometheus/metadata.ts';
import { NewNames } from './new-names.ts';
import { SeriesTables } from './series-tables.ts';

/**
 * The series that came over OTLP: all in memory for reading, and on disk for the next start. Samples may
 * come in any order; of two at one moment the later one stays.
 */
export class SeriesStore implements SeriesSource {
  readonly #memory = new MemoryStore();
  readonly #tables: SeriesTables;
  readonly #names: NewNames;
  readonly #metadata = new Map<string, MetricMetadata>();
  readonly #unsaved = new Set<StoredSeries>();

  /** @param names which metric names can be queried yet; all, if it is not given */
  constructor(database: DatabaseSync, names = new NewNames(Date.now)) {
    this.#tables = new SeriesTables(database);
    this.#names = names;
    this.#tables.load(this.#memory);
    // Series without samples: those of an earlier version.
    this.prune(-Infinity);
    for (const { labels, samples } of this.#memory.all()) names.recall(nameOf(labels), samples.firstMs);
  }

  /** The series of names that can be queried. Throws as `MemoryStore.select` does. */
  *select(matchers: readonly Matcher[], fromMs: number, toMs: number): Iterable<SelectedSeries> {
    for (const series of this.#memory.select(matchers, fromMs, toMs))
      if (this.#names.isVisible(nameOf(series.labels))) yield series;
  }

  put(labels: Labels, atMs: number, value: number): void {
    this.#names.meet(nameOf(labels));
    this.#unsaved.add(this.#memory.put(labels, atMs, value));
  }

  /** What was last told of each metric, by name. Not kept over a restart: it comes again with every sample. */
  get metadata(): ReadonlyMap<string, MetricMetadata> {
    return this.#metadata;
  }

  describe(name: string, told: MetricMetadata): void {
    this.#metadata.set(name, told);
  }

  /** Writes what came since the last time, in the caller's transaction. */
  flush(): void {
    for (const series of this.#unsaved) this.#tables.save(series);
    // Only now: what was not written, because the disk is full for example, is written the next time.
    for (const { samples } of this.#unsaved) samples.forgetChanges();
    this.#unsaved.clear();
  }

  /** Forgets samples up to a time, but for a few of the last of them, and series that have none after it. */
  prune(upToMs: number): void {
    const { series, names } = this.#memory.prune(upToMs);
    this.#tables.prune(upToMs);
    for (const one of series) {
      this.#tables.remove(one);
      this.#unsaved.delete(one);
    }
    for (const name of names) {
      this.#names.forget(name);
      this.#metadata.delete(name);
    }
  }
}

function nameOf(labels: Labels): string {
  return labels['__name__'] ?? '';
}
