import type { Annotation } from './annotations.ts';
import type { Expr } from './ast.ts';
import type { Histogram } from './histogram/histogram.ts';
import type { Labels } from './matching.ts';
import { typeOf } from './check.ts';
import { Frame } from './evaluation/frame.ts';
import { evaluateAt } from './evaluation/interpreter.ts';
import { keyOf } from './evaluation/label-set.ts';
import { PromqlEvaluationError, valueAs, type Sample, type Window } from './evaluation/value.ts';
import type { SeriesSource } from './series-source.ts';

export { PromqlEvaluationError, type Sample } from './evaluation/value.ts';

export interface EvaluationOptions {
  /** How old a sample may be to stand for now; 5 minutes as in Prometheus. */
  readonly lookbackMs?: number;
  /** The step of subqueries that name none; 1 minute, Prometheus' default evaluation interval. */
  readonly defaultStepMs?: number;
}

/** Samples of one series, ascending in time; the arrays have the same length. */
export interface ResultSeries {
  readonly labels: Labels;
  readonly timesMs: ArrayLike<number>;
  readonly values: ArrayLike<number>;
  /** Where a sample is a histogram instead of a number. */
  readonly histograms?: ArrayLike<Histogram | undefined>;
}

/** What a reader of a result should know about it, in the order it was found, each once. */
export interface Annotated {
  readonly annotations: readonly Annotation[];
}

export type InstantResult =
  | { readonly kind: 'scalar'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'vector'; readonly samples: readonly Sample[] }
  | { readonly kind: 'matrix'; readonly series: readonly ResultSeries[] };

/** The times of a range query: start, start + step, ... up to end. */
export interface RangeTimes {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

const DEFAULT_LOOKBACK_MS = 300_000;
const DEFAULT_STEP_MS = 60_000;
/** As Prometheus' API: more points than this a series are a mistake. */
const MAXIMUM_POINTS = 11_000;

function frameFor(source: SeriesSource, startMs: number, endMs: number, options: EvaluationOptions): Frame {
  const { lookbackMs = DEFAULT_LOOKBACK_MS, defaultStepMs = DEFAULT_STEP_MS } = options;
  return new Frame({ source, lookbackMs, defaultStepMs, startMs, endMs }, startMs, endMs);
}

/**
 * The value of a checked expression at one time. Samples of a vector carry the time of evaluation, as
 * Prometheus' do; `timestamp()` gives their own. Throws `PromqlEvaluationError`.
 */
export function evaluateInstant(
  expr: Expr,
  source: SeriesSource,
  atMs: number,
  options: EvaluationOptions = {},
): InstantResult & Annotated {
  return { ...instantResult(expr, source, atMs, options), annotations: [] };
}

function instantResult(
  expr: Expr,
  source: SeriesSource,
  atMs: number,
  options: EvaluationOptions,
): InstantResult {
  const value = evaluateAt(expr, frameFor(source, atMs, atMs, options), atMs);
  if (value.kind === 'matrix')
    return { kind: 'matrix', series: value.windows.map((window) => seriesOf(window)) };
  if (value.kind !== 'vector') return value;
  return {
    kind: 'vector',
    samples: value.samples.map((sample) => ({ labels: sample.labels, value: sample.value, atMs })),
  };
}

function seriesOf({ labels, timesMs, values, start, end }: Window): ResultSeries {
  return {
    labels,
    timesMs: Array.from(timesMs).slice(start, end),
    values: Array.from(values).slice(start, end),
  };
}

/** The values of a checked scalar or vector expression at each time of a range. Throws `PromqlEvaluationError`. */
export function evaluateRange(
  expr: Expr,
  source: SeriesSource,
  times: RangeTimes,
  options: EvaluationOptions = {},
): { readonly series: readonly ResultSeries[] } & Annotated {
  const { startMs, endMs, stepMs } = times;
  const type = typeOf(expr);
  if (type !== 'scalar' && type !== 'vector') {
    throw new PromqlEvaluationError(
      `invalid expression type ${JSON.stringify(type)} for range query, must be scalar or instant vector`,
      expr.span,
    );
  }
  if (!(stepMs > 0) || endMs < startMs)
    throw new PromqlEvaluationError(
      `a range needs a step above 0 and an end after its start, got step ${stepMs} ms from ${startMs} to ${endMs}`,
      expr.span,
    );
  if ((endMs - startMs) / stepMs > MAXIMUM_POINTS)
    throw new PromqlEvaluationError(
      `exceeded maximum resolution of ${MAXIMUM_POINTS} points per series: take a longer step`,
      expr.span,
    );
  const frame = frameFor(source, startMs, endMs, options);
  const series = new Map<string, { labels: Labels; timesMs: number[]; values: number[] }>();
  for (let atMs = startMs; atMs <= endMs; atMs += stepMs) {
    const value = evaluateAt(expr, frame, atMs);
    const samples =
      value.kind === 'scalar'
        ? [{ labels: NO_LABELS, value: value.value }]
        : valueAs(value, 'vector', expr).samples;
    for (const sample of samples) {
      const key = keyOf(sample.labels);
      const known = series.get(key) ?? { labels: sample.labels, timesMs: [], values: [] };
      known.timesMs.push(atMs);
      known.values.push(sample.value);
      series.set(key, known);
    }
  }
  return { series: [...series.values()], annotations: [] };
}

const NO_LABELS: Labels = {};
