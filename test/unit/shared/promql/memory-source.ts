import { compileMatchers } from '../../../../shared/promql/matching.ts';
import type { SeriesSlice, SeriesSource } from '../../../../shared/promql/series-source.ts';

export type MemorySeries = SeriesSlice;

/** A source over series in memory, each with all its samples. */
export function memorySource(series: readonly MemorySeries[]): SeriesSource {
  return {
    select(matchers, fromMs, toMs) {
      const matches = compileMatchers(matchers);
      return series
        .filter(({ labels }) => matches(labels))
        .map(({ labels, timesMs, values }) => {
          const times = Array.from(timesMs);
          const start = times.filter((time) => time <= fromMs).length;
          const end = times.filter((time) => time <= toMs).length;
          return {
            labels,
            timesMs: times.slice(start, end),
            values: Float64Array.from(values).subarray(start, end),
          };
        });
    },
  };
}
