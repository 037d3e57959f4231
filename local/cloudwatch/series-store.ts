import type { DatabaseSync } from 'node:sqlite';
import type { Matcher } from '../../shared/promql/ast.ts';
import { compileMatcher, compileMatchers } from '../../shared/promql/matching.ts';
import type { Labels } from '../../shared/promql/matching.ts';
import type { SeriesSlice, SeriesSource } from '../../shared/promql/series-source.ts';
import { firstAfter, type MutableSeries, putSample } from './series.ts';

export interface SeriesStore extends SeriesSource {
  readonly put: (labels: Labels, atMs: number, value: number) => void;
  /** The labels of all series that match and have a sample in (fromMs, toMs]. */
  readonly labels: (matchers: readonly Matcher[], fromMs: number, toMs: number) => Labels[];
  /** Writes what came since the last time, in the caller's transaction. */
  readonly flush: () => void;
  /** Forgets samples that are older, and series that have none left. */
  readonly prune: (beforeMs: number) => void;
}

/**
 * The series that came over OTLP: all in memory for reading, and in tables `series` and `sample` for the
 * next start. Samples may come in any order; of two at one moment the later one stays.
 */
export function openSeriesStore(database: DatabaseSync): SeriesStore {
  const tables = openTables(database);
  const index = new Map<string, Map<string, MutableSeries>>();
  const unsaved: { series: MutableSeries; atMs: number; value: number }[] = [];
  let nextId = 1;
  for (const series of tables.load()) {
    byName(index, series.labels).set(keyOf(series.labels), series);
    nextId = Math.max(nextId, series.id + 1);
  }

  const select = function* (
    matchers: readonly Matcher[],
    fromMs: number,
    toMs: number,
  ): Iterable<SeriesSlice> {
    const isMatch = compileMatchers(matchers);
    for (const series of candidates(index, matchers)) {
      const from = firstAfter(series.timesMs, fromMs);
      const to = firstAfter(series.timesMs, toMs);
      if (from === to || !isMatch(series.labels)) continue;
      const { labels, timesMs, values } = series;
      yield { labels, timesMs: timesMs.slice(from, to), values: values.slice(from, to) };
    }
  };
  return {
    select,
    labels: (matchers, fromMs, toMs) => [...select(matchers, fromMs, toMs)].map(({ labels }) => labels),
    put: (labels, atMs, value) => {
      const ofName = byName(index, labels);
      const key = keyOf(labels);
      const series = ofName.get(key) ?? { id: nextId++, labels, timesMs: [], values: [] };
      ofName.set(key, series);
      putSample(series, atMs, value);
      unsaved.push({ series, atMs, value });
    },
    flush: () => {
      for (const { series, atMs, value } of unsaved) tables.save(series, atMs, value);
      unsaved.length = 0;
    },
    prune: (beforeMs) => {
      for (const [name, ofName] of index) {
        for (const [key, series] of ofName) {
          // Half open like a window: what lies exactly on the border goes.
          const gone = firstAfter(series.timesMs, beforeMs);
          series.timesMs.splice(0, gone);
          series.values.splice(0, gone);
          if (gone > 0 || series.timesMs.length === 0) tables.prune(series, beforeMs);
          if (series.timesMs.length === 0) ofName.delete(key);
        }
        if (ofName.size === 0) index.delete(name);
      }
    },
  };
}

function openTables(database: DatabaseSync) {
  database.exec(`
    CREATE TABLE IF NOT EXISTS series (id INTEGER PRIMARY KEY, labels TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS sample (
      series INTEGER, at_ms INTEGER, value REAL, PRIMARY KEY (series, at_ms)) WITHOUT ROWID;`);
  const insertSeries = database.prepare('INSERT OR IGNORE INTO series VALUES (?, ?)');
  const insertSample = database.prepare('INSERT OR REPLACE INTO sample VALUES (?, ?, ?)');
  const removeSamples = database.prepare('DELETE FROM sample WHERE series = ? AND at_ms <= ?');
  const removeSeries = database.prepare('DELETE FROM series WHERE id = ?');
  const saved = new Set<number>();
  return {
    load: (): Iterable<MutableSeries> => {
      const known = new Map<number, MutableSeries>();
      for (const row of database.prepare('SELECT id, labels FROM series').iterate()) {
        const id = Number(row['id']);
        const labels = JSON.parse(String(row['labels'])) as Labels;
        known.set(id, { id, labels, timesMs: [], values: [] });
        saved.add(id);
      }
      for (const row of database.prepare('SELECT * FROM sample ORDER BY series, at_ms').iterate()) {
        const series = known.get(Number(row['series']));
        series?.timesMs.push(Number(row['at_ms']));
        series?.values.push(Number(row['value']));
      }
      return known.values();
    },
    save: (series: MutableSeries, atMs: number, value: number) => {
      // Samples that were pruned before they were written are not worth writing.
      if (series.timesMs.length === 0) return;
      if (!saved.has(series.id)) insertSeries.run(series.id, JSON.stringify(series.labels));
      saved.add(series.id);
      insertSample.run(series.id, atMs, value);
    },
    prune: (series: MutableSeries, beforeMs: number) => {
      removeSamples.run(series.id, beforeMs);
      if (series.timesMs.length > 0) return;
      removeSeries.run(series.id);
      saved.delete(series.id);
    },
  };
}

type Index = Map<string, Map<string, MutableSeries>>;

/** The series whose metric name can match; a selector that gives it plainly reads one name's only. */
function* candidates(index: Index, matchers: readonly Matcher[]): Iterable<MutableSeries> {
  const tests = matchers.filter(({ name }) => name === '__name__');
  const exact = tests.find(({ op, value }) => op === '=' && value !== '');
  if (exact !== undefined) {
    yield* index.get(exact.value)?.values() ?? [];
    return;
  }
  const names = tests.map(compileMatcher);
  for (const [name, ofName] of index) {
    if (names.every((test) => test(name))) yield* ofName.values();
  }
}

function byName(index: Index, labels: Labels): Map<string, MutableSeries> {
  const name = labels['__name__'] ?? '';
  const ofName = index.get(name) ?? new Map<string, MutableSeries>();
  index.set(name, ofName);
  return ofName;
}

function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}
