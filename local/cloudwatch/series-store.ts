import type { DatabaseSync } from 'node:sqlite';
import type { Matcher } from '../../shared/promql/ast.ts';
import { compileMatcher, compileMatchers, type Labels } from '../../shared/promql/matching.ts';
import { selectedSlice, type SelectedSeries, type SeriesSource } from '../../shared/promql/series-source.ts';
import { NewNames } from './new-names.ts';
import { firstAfter, putSample, type MutableSeries } from './series.ts';
import { SeriesTables } from './series-tables.ts';

/**
 * The series that came over OTLP: all in memory for reading, and on disk for the next start. Samples may
 * come in any order; of two at one moment the later one stays.
 */
export class SeriesStore implements SeriesSource {
  readonly #tables: SeriesTables;
  readonly #names: NewNames;
  /** By metric name, then by labels. */
  readonly #index = new Map<string, Map<string, MutableSeries>>();
  #unsaved: { series: MutableSeries; atMs: number; value: number }[] = [];
  #nextId = 1;

  /** @param names which metric names can be queried yet; all, if it is not given */
  constructor(database: DatabaseSync, names = new NewNames(Date.now)) {
    this.#tables = new SeriesTables(database);
    this.#names = names;
    for (const series of this.#tables.load()) {
      this.#ofName(series.labels).set(keyOf(series.labels), series);
      names.recall(nameOf(series.labels), series);
      this.#nextId = Math.max(this.#nextId, series.id + 1);
    }
  }

  *select(matchers: readonly Matcher[], fromMs: number, toMs: number): Iterable<SelectedSeries> {
    const isMatch = compileMatchers(matchers);
    for (const series of this.#candidates(matchers)) {
      const from = firstAfter(series.timesMs, fromMs);
      const to = firstAfter(series.timesMs, toMs);
      if (from < to && isMatch(series.labels)) yield selectedSlice(series);
    }
  }

  /** The labels of all series that match and have a sample in (fromMs, toMs]. */
  labels(matchers: readonly Matcher[], fromMs: number, toMs: number): Labels[] {
    return Array.from(this.select(matchers, fromMs, toMs), ({ labels }) => labels);
  }

  put(labels: Labels, atMs: number, value: number): void {
    this.#names.meet(nameOf(labels));
    const ofName = this.#ofName(labels);
    const key = keyOf(labels);
    let series = ofName.get(key);
    if (series === undefined) {
      series = { id: this.#nextId, labels, timesMs: [], values: [] };
      this.#nextId += 1;
      ofName.set(key, series);
    }
    putSample(series, atMs, value);
    this.#unsaved.push({ series, atMs, value });
  }

  /** Writes what came since the last time, in the caller's transaction. */
  flush(): void {
    for (const { series, atMs, value } of this.#unsaved) this.#tables.save(series, atMs, value);
    this.#unsaved = [];
  }

  /** Forgets samples up to a time, and series that have none left. */
  prune(upToMs: number): void {
    for (const [name, ofName] of this.#index) {
      for (const [key, series] of ofName) {
        const gone = firstAfter(series.timesMs, upToMs);
        series.timesMs.splice(0, gone);
        series.values.splice(0, gone);
        if (gone > 0 || series.timesMs.length === 0) this.#tables.prune(series, upToMs);
        if (series.timesMs.length === 0) ofName.delete(key);
      }
      if (ofName.size > 0) continue;
      this.#index.delete(name);
      this.#names.forget(name);
    }
  }

  /** The series whose metric name is visible and can match; a selector that gives it plainly reads one name's only. */
  *#candidates(matchers: readonly Matcher[]): Iterable<MutableSeries> {
    const conditions = matchers.filter(({ name }) => name === '__name__');
    const exact = conditions.find(({ op, value }) => op === '=' && value !== '');
    const tests = conditions.map(compileMatcher);
    for (const name of exact === undefined ? this.#index.keys() : [exact.value]) {
      const canMatch = this.#names.isVisible(name) && tests.every((test) => test(name));
      if (canMatch) yield* this.#index.get(name)?.values() ?? [];
    }
  }

  #ofName(labels: Labels): Map<string, MutableSeries> {
    const name = nameOf(labels);
    const ofName = this.#index.get(name) ?? new Map<string, MutableSeries>();
    this.#index.set(name, ofName);
    return ofName;
  }
}

function nameOf(labels: Labels): string {
  return labels['__name__'] ?? '';
}

function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}
