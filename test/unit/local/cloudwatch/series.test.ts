import fc from 'fast-check';
import { expect, test } from 'vitest';
import { putSample, type MutableSeries } from '../../../../local/cloudwatch/series.ts';

test('samples in any order end as the newest value of each moment, ascending in time', () => {
  const samples = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.double({ noNaN: true })));
  fc.assert(
    fc.property(samples, (all) => {
      const series: MutableSeries = { id: 1, labels: {}, timesMs: [], values: [] };
      for (const [atMs, value] of all) putSample(series, atMs, value);
      const expected = [...new Map(all)].sort(([a], [b]) => a - b);
      expect(series.timesMs.map((atMs, index) => [atMs, series.values[index]])).toEqual(expected);
    }),
  );
});
