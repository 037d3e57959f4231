import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Matcher } from '../../../../../shared/promql/ast.ts';
import type { Histogram } from '../../../../../shared/promql/histogram/histogram.ts';
import { compileMatchers, type Labels } from '../../../../../shared/promql/matching.ts';
import { SampleBuffer } from '../../../../../shared/promql/sample-buffer.ts';
import { MemoryStore, SeriesLimitError } from '../../../../../shared/promql/storage/memory-store.ts';

const word = fc.constantFrom('a', 'b', 'up', '__proto__', '');
const labelSet = fc
  .dictionary(fc.constantFrom('__name__', 'job', 'instance', 'constructor'), word)
  .map((labels) => Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== '')));
const matcher: fc.Arbitrary<Matcher> = fc.record({
  name: fc.constantFrom('__name__', 'job', 'instance', 'constructor', 'none'),
  op: fc.constantFrom('=', '!=', '=~', '!~'),
  value: fc.constantFrom('a', 'b', 'up', '__proto__', '', 'a|b', '.+', '.*'),
});
/** So many that lists by value are made. */
const crowd: Labels[] = Array.from({ length: 50 }, (_, at) => ({
  __name__: 'up',
  job: at % 2 === 0 ? 'a' : 'b',
  ...(at % 3 === 0 ? {} : { instance: `${at}` }),
}));

const selected = (store: MemoryStore, matchers: readonly Matcher[], fromMs = -1, toMs = 1e15): Labels[] =>
  Array.from(store.select(matchers, fromMs, toMs), ({ labels }) => labels);
const sorted = (all: readonly Labels[]): string[] =>
  all.map((labels) => JSON.stringify(Object.entries(labels).map(String).sort())).sort();

describe('a store in memory', () => {
  test('selects what matches, however it finds it, also after series have come and gone', () => {
    const query = fc.array(matcher, { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(labelSet), fc.array(labelSet), query, query, (early, late, first, second) => {
        const store = new MemoryStore();
        for (const labels of [...crowd, ...early]) store.put(labels, 10, 1);
        const distinct = (all: readonly Labels[]) => [
          ...new Map(all.map((one) => [sorted([one])[0], one])).values(),
        ];
        const isFirst = compileMatchers(first);
        expect(sorted(selected(store, first))).toEqual(
          sorted(distinct([...crowd, ...early]).filter(isFirst)),
        );
        for (const labels of late) store.put(labels, 20, 1);
        const isSecond = compileMatchers(second);
        const all = distinct([...crowd, ...early, ...late]);
        expect(sorted(selected(store, first))).toEqual(sorted(all.filter(isFirst)));
        expect(sorted(selected(store, second))).toEqual(sorted(all.filter(isSecond)));
        store.prune(10);
        expect(sorted(selected(store, first))).toEqual(sorted(distinct(late).filter(isFirst)));
      }),
      { numRuns: 200 },
    );
  });

  test('gives the same labels each time, those that came first', () => {
    const store = new MemoryStore();
    const labels = { __name__: 'up', job: 'a' };
    store.put(labels, 1, 1);
    store.put({ job: 'a', __name__: 'up' }, 2, 2);
    expect([...store.select([], 0, 10)].map((series) => series.labels)).toEqual([labels]);
    expect([...store.select([], 0, 10)][0]?.labels).toBe(labels);
  });

  test('leaves out what cannot have samples in the time asked for', () => {
    const store = new MemoryStore();
    store.put({ __name__: 'old' }, 100, 1);
    store.put({ __name__: 'new' }, 200, 1);
    expect(selected(store, [], 100, 300)).toEqual([{ __name__: 'new' }]);
    expect(selected(store, [], 0, 199)).toEqual([{ __name__: 'old' }]);
    expect(selected(store, [], 0, 100)).toEqual([{ __name__: 'old' }]);
    expect(selected(store, [], 0, 99)).toEqual([]);
  });

  test('a selector that finds more series than the limit is an error', () => {
    const store = new MemoryStore({ maxSeries: 2 });
    for (const job of ['a', 'b', 'c']) store.put({ __name__: 'up', job }, 1, 1);
    expect(() => selected(store, [{ name: '__name__', op: '=', value: 'up' }])).toThrow(
      new SeriesLimitError('query processing would select too many series: more than 2 match one selector'),
    );
    expect(selected(store, [{ name: 'job', op: '!=', value: 'a' }])).toHaveLength(2);
  });

  test('keeps histograms among numbers, and a number takes the place of one', () => {
    const histogram = { count: 1 } as Histogram;
    const store = new MemoryStore();
    store.put({ __name__: 'h' }, 1, 0, histogram);
    store.put({ __name__: 'h' }, 2, 5);
    const series = store.put({ __name__: 'h' }, 3, 0, histogram);
    store.put({ __name__: 'h' }, 3, 7);
    const buffer = new SampleBuffer();
    series.read(0, 10, buffer);
    expect(buffer.histograms).toEqual([histogram, undefined, undefined]);
    expect([...buffer.values.subarray(1, 3)]).toEqual([5, 7]);
  });
});
