import { compileMatchers } from '../../../../shared/promql/matching.ts';
import {
  selectedSlice,
  type SeriesSlice,
  type SeriesSource,
} from '../../../../shared/promql/series-source.ts';

export type MemorySeries = SeriesSlice;

/** A source over series in memory, each with all its samples. */
export function memorySource(series: readonly MemorySeries[]): SeriesSource {
  return {
    select(matchers) {
      const matches = compileMatchers(matchers);
      return series.filter(({ labels }) => matches(labels)).map((one) => selectedSlice(one));
    },
  };
}
