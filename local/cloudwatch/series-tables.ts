import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Labels } from '../../shared/promql/matching.ts';
import type { MutableSeries } from './series.ts';

/** Series and samples on disk: table `series` for the labels, table `sample` for the values. */
export class SeriesTables {
  readonly #database: DatabaseSync;
  readonly #insertSeries: StatementSync;
  readonly #insertSample: StatementSync;
  readonly #removeSamples: StatementSync;
  readonly #removeSeries: StatementSync;
  readonly #saved = new Set<number>();

  constructor(database: DatabaseSync) {
    database.exec(`
      CREATE TABLE IF NOT EXISTS series (id INTEGER PRIMARY KEY, labels TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS sample (
        series INTEGER, at_ms INTEGER, value REAL, PRIMARY KEY (series, at_ms)) WITHOUT ROWID;`);
    this.#database = database;
    this.#insertSeries = database.prepare('INSERT OR IGNORE INTO series VALUES (?, ?)');
    this.#insertSample = database.prepare('INSERT OR REPLACE INTO sample VALUES (?, ?, ?)');
    this.#removeSamples = database.prepare('DELETE FROM sample WHERE series = ? AND at_ms <= ?');
    this.#removeSeries = database.prepare('DELETE FROM series WHERE id = ?');
  }

  load(): Iterable<MutableSeries> {
    const known = new Map<number, MutableSeries>();
    for (const row of this.#database.prepare('SELECT id, labels FROM series').iterate()) {
      const id = Number(row['id']);
      const labels = JSON.parse(String(row['labels'])) as Labels;
      known.set(id, { id, labels, timesMs: [], values: [] });
      this.#saved.add(id);
    }
    for (const row of this.#database.prepare('SELECT * FROM sample ORDER BY series, at_ms').iterate()) {
      const series = known.get(Number(row['series']));
      series?.timesMs.push(Number(row['at_ms']));
      series?.values.push(Number(row['value']));
    }
    return known.values();
  }

  save(series: MutableSeries, atMs: number, value: number): void {
    // Samples that were pruned before they were written are not worth writing.
    if (series.timesMs.length === 0) return;
    if (!this.#saved.has(series.id)) this.#insertSeries.run(series.id, JSON.stringify(series.labels));
    this.#saved.add(series.id);
    this.#insertSample.run(series.id, atMs, value);
  }

  /** Removes samples up to a time, and the series itself if it has none left in memory. */
  prune(series: MutableSeries, upToMs: number): void {
    this.#removeSamples.run(series.id, upToMs);
    if (series.timesMs.length > 0) return;
    this.#removeSeries.run(series.id);
    this.#saved.delete(series.id);
  }
}
