import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SeriesStore } from '../../../../local/cloudwatch/series-store.ts';
import { SampleBuffer } from '../../../../shared/promql/sample-buffer.ts';

/** Everything in a store after a time, each series as text and its samples by time. */
function all(store: SeriesStore, fromMs = -1): Record<string, [number, number][]> {
  const found: Record<string, [number, number][]> = {};
  for (const series of store.select([], fromMs, Infinity)) {
    const buffer = new SampleBuffer();
    series.read(fromMs, Infinity, buffer);
    found[JSON.stringify(series.labels)] = Array.from({ length: buffer.length }, (_, at) => [
      buffer.timesMs[at] as number,
      buffer.values[at] as number,
    ]);
  }
  return found;
}

const sample = fc.record({
  job: fc.constantFrom('a', 'b', 'c'),
  timeMs: fc.integer({ min: 0, max: 300 }).map((tick) => tick * 1_000),
  value: fc.oneof(fc.integer(), fc.double({ noNaN: true })),
});
const move = fc.oneof(
  { weight: 4, arbitrary: fc.array(sample, { maxLength: 60 }).map((samples) => ({ samples })) },
  { weight: 2, arbitrary: fc.constant('flush' as const) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 300_000 }).map((upToMs) => ({ upToMs })) },
);

describe('the store of series', () => {
  test('has after a restart all samples that were written, whatever happened before', () => {
    fc.assert(
      fc.property(fc.array(move), (moves) => {
        const database = new DatabaseSync(':memory:');
        const store = new SeriesStore(database);
        let prunedMs = -1;
        for (const one of moves) {
          if (one === 'flush') store.flush();
          else if ('upToMs' in one) {
            store.prune(one.upToMs);
            prunedMs = Math.max(prunedMs, one.upToMs);
          } else {
            for (const { job, timeMs, value } of one.samples)
              store.put({ __name__: 'm', job }, timeMs, value);
          }
        }
        store.flush();
        const before = all(store, prunedMs);
        expect(all(new SeriesStore(database), prunedMs)).toEqual(before);
        // A prune takes the same from both.
        store.prune(prunedMs);
        expect(all(new SeriesStore(database))).toEqual(all(store));
      }),
      { numRuns: 200 },
    );
  });

  test.each([127_999, 128_000, 128_001, 255_000, 256_000])(
    'forgets the same chunks up to %i ms',
    (upToMs) => {
      const database = new DatabaseSync(':memory:');
      const store = new SeriesStore(database);
      for (let second = 0; second < 300; second++) store.put({ __name__: 'm' }, second * 1_000, second);
      store.flush();
      store.prune(upToMs);
      const [[first] = []] = Object.values(all(store));
      expect(first).toEqual(upToMs < 128_000 ? [0, 0] : upToMs < 256_000 ? [128_000, 128] : [256_000, 256]);
      expect(all(new SeriesStore(database))).toEqual(all(store));
    },
  );

  test('writes again what could not be written', () => {
    const database = new DatabaseSync(':memory:');
    const store = new SeriesStore(database);
    store.put({ __name__: 'a' }, 1, 1);
    store.put({ __name__: 'b' }, 1, 1);
    database.exec('BEGIN; ALTER TABLE chunk RENAME TO elsewhere');
    expect(() => {
      store.flush();
    }).toThrow('chunk');
    database.exec('ROLLBACK');
    store.flush();
    expect(Object.keys(all(new SeriesStore(database)))).toEqual(['{"__name__":"a"}', '{"__name__":"b"}']);
  });

  test('keeps no row of a series that is gone', () => {
    const database = new DatabaseSync(':memory:');
    const store = new SeriesStore(database);
    store.put({ __name__: 'a' }, 1, 1);
    store.flush();
    store.put({ __name__: 'a' }, 2, 1);
    store.prune(2);
    store.flush();
    const count = 'SELECT (SELECT count(*) FROM series) + (SELECT count(*) FROM chunk) AS rows';
    expect(database.prepare(count).get()?.['rows']).toBe(0);
  });

  test('forgets what an earlier version kept in its own form, and works', () => {
    const database = new DatabaseSync(':memory:');
    database.exec(`
      CREATE TABLE series (id INTEGER PRIMARY KEY, labels TEXT NOT NULL);
      CREATE TABLE sample (series INTEGER, at_ms INTEGER, value REAL);
      INSERT INTO series VALUES (1, '{"__name__":"old"}');
      INSERT INTO sample VALUES (1, 5, 5.0);`);
    const store = new SeriesStore(database);
    store.put({ __name__: 'old' }, 10, 1);
    store.flush();
    expect(all(new SeriesStore(database))).toEqual({ '{"__name__":"old"}': [[10, 1]] });
  });
});
