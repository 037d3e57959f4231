import type { Annotated, InstantResult, ResultSeries } from '../../shared/promql/evaluate.ts';
import { annotationText } from '../../shared/promql/annotations.ts';
import { formatFloat, formatForApi } from '../../shared/promql/number-text.ts';
import { histogramJson, type HistogramJson } from '../../shared/promql/histogram/text.ts';

type Point = readonly [atS: number, value: string];

/** A result in Prometheus' JSON, as it stands under `data`. */
interface Rendered {
  readonly resultType: InstantResult['kind'];
  readonly result: unknown;
}

/** A result of either kind of query: times in seconds, values as text, series in the order of the evaluation. */
export function renderResult(result: InstantResult, atMs: number): Rendered {
  switch (result.kind) {
    case 'scalar':
      return { resultType: 'scalar', result: [atMs / 1000, formatFloat(result.value)] };
    case 'string':
      return { resultType: 'string', result: [atMs / 1000, result.value] };
    case 'vector':
      return {
        resultType: 'vector',
        result: result.samples.map(({ labels, value, histogram }) => ({
          metric: labels,
          ...(histogram === undefined
            ? { value: point(atMs, value) }
            : { histogram: [atMs / 1000, histogramJson(histogram)] }),
        })),
      };
    case 'matrix':
      return { resultType: 'matrix', result: result.series.map(renderSeries) };
  }
}

/** Numbers stand under `values`, histograms under `histograms`; a key with nothing under it is left out. */
function renderSeries({ labels, timesMs, values, histograms }: ResultSeries): object {
  const numbers: Point[] = [];
  const others: (readonly [atS: number, HistogramJson])[] = [];
  for (let at = 0; at < timesMs.length; at++) {
    const timeMs = timesMs[at] ?? 0;
    const histogram = histograms?.[at];
    if (histogram === undefined) numbers.push(point(timeMs, values[at] ?? 0));
    else others.push([timeMs / 1000, histogramJson(histogram)]);
  }
  return {
    metric: labels,
    ...(numbers.length === 0 ? {} : { values: numbers }),
    ...(others.length === 0 ? {} : { histograms: others }),
  };
}

function point(atMs: number, value: number): Point {
  return [atMs / 1000, formatForApi(value)];
}

/** Of each kind so many are told at most. */
const MOST_TOLD = 10;

/** The annotations of a result as `warnings` and `infos`; a list that is empty is left out. */
export function renderAnnotations(
  { annotations }: Annotated,
  query: string,
): { readonly warnings?: readonly string[]; readonly infos?: readonly string[] } {
  const told = (level: 'warning' | 'info'): string[] => {
    const texts = annotations.filter((one) => one.level === level).map((one) => annotationText(one, query));
    if (texts.length <= MOST_TOLD) return texts;
    const omitted = texts.length - MOST_TOLD;
    return [...texts.slice(0, MOST_TOLD), `${omitted} more ${level} annotations omitted`];
  };
  const warnings = told('warning');
  const infos = told('info');
  return {
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(infos.length === 0 ? {} : { infos }),
  };
}
