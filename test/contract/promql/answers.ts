import { check } from '../../../shared/promql/check.ts';
import {
  evaluateInstant,
  evaluateRange,
  PromqlEvaluationError,
  type ResultSeries,
} from '../../../shared/promql/evaluate.ts';
import type { SeriesSource } from '../../../shared/promql/series-source.ts';
import type { Prometheus } from './prometheus.ts';

/** One question, with all its times: the one of an instant query is `startMs`. */
export interface Query {
  readonly text: string;
  readonly isRange: boolean;
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

type Points = readonly (readonly [timeMs: number, value: number])[];

/** An answer in a form that can be compared: each series under its sorted labels, in the order they came in. */
export type Answer =
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: string; readonly series: readonly (readonly [labels: string, points: Points])[] };

const labelsText = (labels: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1)));

/** What our engine says. */
export function ourAnswer(source: SeriesSource, query: Query): Answer {
  const checked = check(query.text);
  if (!checked.ok) return { kind: 'error', message: checked.errors.map(({ message }) => message).join('; ') };
  try {
    return evaluated(source, query, checked.expr);
  } catch (error) {
    if (error instanceof PromqlEvaluationError) return { kind: 'error', message: error.message };
    throw error;
  }
}

function evaluated(source: SeriesSource, query: Query, expr: Parameters<typeof evaluateInstant>[0]): Answer {
  if (query.isRange) return ofSeries(evaluateRange(expr, source, query).series);
  const result = evaluateInstant(expr, source, query.startMs);
  switch (result.kind) {
    case 'string':
      return { kind: 'string', value: result.value };
    case 'scalar':
      return { kind: 'scalar', series: [['[]', [[query.startMs, result.value]]]] };
    case 'vector':
      return {
        kind: 'vector',
        series: result.samples.map(({ labels, value, atMs }) => [labelsText(labels), [[atMs, value]]]),
      };
    case 'matrix':
      return ofSeries(result.series);
  }
}

function ofSeries(all: readonly ResultSeries[]): Answer {
  return {
    kind: 'matrix',
    series: all.map(({ labels, timesMs, values }) => [
      labelsText(labels),
      Array.from(timesMs, (timeMs, at) => [timeMs, values[at] ?? Number.NaN] as const),
    ]),
  };
}

type Point = readonly [timeS: number, value: string];
interface Metric {
  readonly metric: Readonly<Record<string, string>>;
}
type Reply =
  | { readonly status: 'error'; readonly error: string }
  | {
      readonly status: 'success';
      readonly data:
        | { readonly resultType: 'scalar'; readonly result: Point }
        | { readonly resultType: 'string'; readonly result: Point }
        | { readonly resultType: 'vector'; readonly result: readonly (Metric & { readonly value: Point })[] }
        | {
            readonly resultType: 'matrix';
            readonly result: readonly (Metric & { readonly values: readonly Point[] })[];
          };
    };

/** What Prometheus says. */
export async function itsAnswer(prometheus: Prometheus, query: Query): Promise<Answer> {
  const seconds = (ms: number): string => (ms / 1000).toFixed(3);
  const reply = (await (query.isRange
    ? prometheus.get('/api/v1/query_range', {
        query: query.text,
        start: seconds(query.startMs),
        end: seconds(query.endMs),
        step: seconds(query.stepMs),
      })
    : prometheus.get('/api/v1/query', { query: query.text, time: seconds(query.startMs) }))) as Reply;
  if (reply.status === 'error') return { kind: 'error', message: reply.error };
  const { data } = reply;
  switch (data.resultType) {
    case 'string':
      return { kind: 'string', value: data.result[1] };
    case 'scalar':
      return { kind: 'scalar', series: [['[]', [point(data.result)]]] };
    case 'vector':
      return {
        kind: 'vector',
        series: data.result.map(({ metric, value }) => [labelsText(metric), [point(value)]]),
      };
    case 'matrix':
      return {
        kind: 'matrix',
        series: data.result.map(({ metric, values }) => [labelsText(metric), values.map(point)]),
      };
  }
}

function point([timeS, value]: Point): readonly [number, number] {
  return [Math.round(timeS * 1000), value.endsWith('Inf') ? Number(`${value}inity`) : Number(value)];
}
