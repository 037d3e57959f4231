import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Labels } from '../../shared/promql/matching.ts';
import type { MemoryStore } from '../../shared/promql/storage/memory-store.ts';
import type { StoredSeries } from '../../shared/promql/storage/stored-series.ts';

/** Series and their samples on disk, in the chunks that are in memory: table `series` for the labels, table `chunk`. */
export class SeriesTables {
  readonly #database: DatabaseSync;
  readonly #insertSeries: StatementSync;
  readonly #insertChunk: StatementSync;
  readonly #removeFrom: StatementSync;
  readonly #removeOld: StatementSync;
  readonly #removeSeries: StatementSync;
  readonly #ids = new Map<StoredSeries, number>();
  #nextId = 1;

  constructor(database: DatabaseSync) {
    // `sample` is what an earlier version kept: a row a sample.
    database.exec(`
      DROP TABLE IF EXISTS sample;
      CREATE TABLE IF NOT EXISTS series (id INTEGER PRIMARY KEY, labels TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS chunk (
        series INTEGER, first_ms INTEGER, bytes BLOB NOT NULL, PRIMARY KEY (series, first_ms)) WITHOUT ROWID;`);
    this.#database = database;
    this.#insertSeries = database.prepare('INSERT OR IGNORE INTO series VALUES (?, ?)');
    this.#insertChunk = database.prepare('INSERT INTO chunk VALUES (?, ?, ?)');
    this.#removeFrom = database.prepare('DELETE FROM chunk WHERE series = ? AND first_ms >= ?');
    // A chunk is over before the next one begins; memory keeps the same ones.
    this.#removeOld = database.prepare(`
      DELETE FROM chunk WHERE first_ms < (
        SELECT max(first_ms) FROM chunk AS later WHERE later.series = chunk.series AND later.first_ms <= ?)`);
    this.#removeSeries = database.prepare('DELETE FROM series WHERE id = ?');
  }

  /** Puts into an empty store what is on disk. */
  load(store: MemoryStore): void {
    const byId = new Map<number, StoredSeries>();
    for (const row of this.#database.prepare('SELECT id, labels FROM series').iterate()) {
      const id = Number(row['id']);
      const series = store.seriesOf(JSON.parse(String(row['labels'])) as Labels);
      byId.set(id, series);
      this.#ids.set(series, id);
      this.#nextId = Math.max(this.#nextId, id + 1);
    }
    for (const row of this.#database.prepare('SELECT * FROM chunk ORDER BY series, first_ms').iterate()) {
      const bytes = row['bytes'] as Uint8Array;
      byId.get(Number(row['series']))?.samples.restore({ firstMs: Number(row['first_ms']), bytes });
    }
  }

  /** Writes what is new of a series since its changes were last forgotten. */
  save(series: StoredSeries): void {
    const { fromMs, chunks } = series.samples.changes();
    if (chunks.length === 0) return;
    const id = this.#ids.get(series) ?? this.#nextId++;
    this.#ids.set(series, id);
    // Each time: a transaction before may have been rolled back.
    this.#insertSeries.run(id, JSON.stringify(series.labels));
    this.#removeFrom.run(id, fromMs);
    for (const { firstMs, bytes } of chunks) this.#insertChunk.run(id, firstMs, bytes);
  }

  remove(series: StoredSeries): void {
    const id = this.#ids.get(series);
    if (id === undefined) return;
    this.#ids.delete(series);
    this.#removeFrom.run(id, Number.MIN_SAFE_INTEGER);
    this.#removeSeries.run(id);
  }

  /** Removes the chunks that are past, but for the last one of each series. */
  prune(upToMs: number): void {
    this.#removeOld.run(upToMs);
  }
}
