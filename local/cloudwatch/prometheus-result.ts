import type { InstantResult, ResultSeries } from '../../shared/promql/evaluate.ts';
import { formatFloat } from '../../shared/promql/evaluation/number-format.ts';

type Point = readonly [atS: number, value: string];

/** The result of an instant query in Prometheus' JSON: times in seconds, values as text. */
export function renderInstant(
  result: InstantResult,
  atMs: number,
): { readonly resultType: string; readonly result: unknown } {
  switch (result.kind) {
    case 'scalar':
      return { resultType: 'scalar', result: point(atMs, result.value) };
    case 'string':
      return { resultType: 'string', result: [atMs / 1000, result.value] };
    case 'vector':
      return {
        resultType: 'vector',
        result: result.samples.map(({ labels, value }) => ({ metric: labels, value: point(atMs, value) })),
      };
    case 'matrix':
      return { resultType: 'matrix', result: renderRange(result.series) };
  }
}

/** The series of a range query in Prometheus' JSON. */
export function renderRange(series: readonly ResultSeries[]): readonly object[] {
  return series.map(({ labels, timesMs, values }) => ({
    metric: labels,
    values: Array.from(values, (value, at) => point(timesMs[at] ?? 0, value)),
  }));
}

function point(atMs: number, value: number): Point {
  return [atMs / 1000, formatFloat(value)];
}
