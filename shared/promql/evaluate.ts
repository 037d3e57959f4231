import type { Annotation } from './annotations.ts';
import type { Expr } from './ast.ts';
import { typeOf } from './check.ts';
import { resolveDurations, type QueryTimes } from './durations.ts';
import { ABSENT, type Block } from './evaluation/block.ts';
import { PromqlEvaluationError } from './evaluation/evaluation-error.ts';
import { evaluate, evaluateRanges } from './evaluation/interpreter.ts';
import { compareLabels } from './evaluation/label-set.ts';
import { finishNames } from './evaluation/names.ts';
import { forEachWindow } from './evaluation/ranges.ts';
import { Query, stepTimeMs, type Scope, type Steps } from './evaluation/scope.ts';
import type { Histogram } from './histogram/histogram.ts';
import type { Labels } from './matching.ts';
import type { SeriesSource } from './series-source.ts';

export { PromqlEvaluationError } from './evaluation/evaluation-error.ts';

export interface EvaluationOptions {
  /** How old a sample may be to stand for now; 5 minutes as in Prometheus. */
  readonly lookbackMs?: number;
  /** The step of subqueries that name none; 1 minute, Prometheus' default evaluation interval. */
  readonly defaultStepMs?: number;
  /** The most samples that a query may hold; 50 million, Prometheus' default. */
  readonly maxSamples?: number;
  /** Takes metric names away from the result only, so that label functions still see them; off, as in Prometheus. */
  readonly delayedNameRemoval?: boolean;
  /** Called again and again on the way; what it throws ends the evaluation, as one that takes too long. */
  readonly interrupt?: () => void;
}

/** One value of one series at the time of evaluation. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
  /** The sample is a histogram instead of a number. */
  readonly histogram?: Histogram;
  readonly atMs: number;
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
const DEFAULT_MAX_SAMPLES = 50_000_000;
/** As Prometheus' API: more points than this a series are a mistake. */
const MAXIMUM_POINTS = 11_000;

/**
 * The value of a checked expression at one time. Samples of a vector carry the time of evaluation, as
 * Prometheus' do; `timestamp()` gives their own. Throws `PromqlEvaluationError`.
 */
export function evaluateInstant(
  written: Expr,
  source: SeriesSource,
  atMs: number,
  options: EvaluationOptions = {},
): InstantResult & Annotated {
  const expr = withDurations(written, { stepMs: 0, rangeMs: 0 });
  const scope = scopeOf(source, { startMs: atMs, endMs: atMs, stepMs: 0 }, options);
  const result = typeOf(expr) === 'matrix' ? rangesAt(expr, scope) : instantResult(expr, scope);
  return { ...result, annotations: scope.query.annotations };
}

/** The values of a checked scalar or vector expression at each time of a range. Throws `PromqlEvaluationError`. */
export function evaluateRange(
  written: Expr,
  source: SeriesSource,
  { startMs, endMs, stepMs }: RangeTimes,
  options: EvaluationOptions = {},
): { readonly series: readonly ResultSeries[] } & Annotated {
  const expr = withDurations(written, { stepMs, rangeMs: endMs - startMs });
  const type = typeOf(expr);
  if (type !== 'scalar' && type !== 'vector')
    throw new PromqlEvaluationError(
      `the expression of a range query gives a ${type}; it must be scalar or instant vector`,
      expr.span,
    );
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
  const scope = scopeOf(source, { startMs, endMs, stepMs }, options);
  const value = evaluate(expr, scope);
  if (value.kind === 'scalar') {
    const timesMs = value.values.map((_, step) => stepTimeMs(scope.steps, step));
    return { series: [{ labels: {}, timesMs, values: value.values }], annotations: scope.query.annotations };
  }
  const blocks = value.kind === 'vector' ? value.blocks : [];
  const series: ResultSeries[] = [];
  for (const block of finishNames(blocks, scope, expr)) {
    for (let row = 0; row < block.rows; row++) {
      const one = rowSeries(block, row, scope.steps);
      if (one.timesMs.length > 0) series.push(one);
    }
  }
  return { series: inOrder(series), annotations: scope.query.annotations };
}

/** By their labels, as Prometheus lists them. */
function inOrder(series: ResultSeries[]): ResultSeries[] {
  return series.sort((a, b) => compareLabels(a.labels, b.labels));
}

/** The expression with the durations that depend on the query as numbers. */
function withDurations(expr: Expr, times: QueryTimes): Expr {
  const resolved = resolveDurations(expr, times);
  if (resolved.ok) return resolved.expr;
  throw new PromqlEvaluationError(resolved.error.message, resolved.error);
}

/** @param times an instant query has the step 0 */
function scopeOf(source: SeriesSource, times: RangeTimes, options: EvaluationOptions): Scope {
  const { startMs, endMs, stepMs } = times;
  const query = new Query({
    source,
    lookbackMs: options.lookbackMs ?? DEFAULT_LOOKBACK_MS,
    defaultStepMs: options.defaultStepMs ?? DEFAULT_STEP_MS,
    maxSamples: options.maxSamples ?? DEFAULT_MAX_SAMPLES,
    delayedNameRemoval: options.delayedNameRemoval ?? false,
    interrupt: options.interrupt ?? (() => undefined),
    startMs,
    endMs,
    stepMs,
  });
  const count = stepMs === 0 ? 1 : Math.floor((endMs - startMs) / stepMs) + 1;
  return { query, steps: { startMs, stepMs: Math.max(stepMs, 1), count } };
}

function instantResult(expr: Expr, scope: Scope): InstantResult {
  const value = evaluate(expr, scope);
  if (value.kind === 'scalar') return { kind: 'scalar', value: value.values[0] ?? Number.NaN };
  if (value.kind === 'string') return value;
  const atMs = scope.steps.startMs;
  const samples: Sample[] = [];
  for (const block of finishNames(value.blocks, scope, expr)) {
    for (let row = 0; row < block.rows; row++) {
      if (block.kinds[row] === ABSENT) continue;
      const labels = block.labels[row] ?? {};
      const histogram = block.histogramAt(row);
      samples.push({
        labels,
        value: block.values[row] ?? Number.NaN,
        atMs,
        ...(histogram === undefined ? {} : { histogram }),
      });
    }
  }
  return { kind: 'vector', samples };
}

/** The samples themselves, as an instant query of `metric[5m]` gives them. */
function rangesAt(expr: Expr, scope: Scope): InstantResult {
  const ranges = evaluateRanges(expr, scope);
  if (ranges.edges !== undefined)
    throw new PromqlEvaluationError(
      `a range with the modifier ${ranges.edges} is evaluated only within a function`,
      expr.span,
    );
  const series: ResultSeries[] = [];
  for (const one of ranges.series) {
    forEachWindow(one, ranges, ({ labels, timesMs, values, histograms, start, end }) => {
      scope.query.countSamples(end - start, expr.span);
      series.push({
        labels,
        timesMs: timesMs.slice(start, end),
        values: values.slice(start, end),
        ...(histograms === undefined ? {} : { histograms: histograms.slice(start, end) }),
      });
    });
  }
  return { kind: 'matrix', series: inOrder(series) };
}

function rowSeries(block: Block, row: number, steps: Steps): ResultSeries {
  const timesMs: number[] = [];
  const values: number[] = [];
  const histograms: (Histogram | undefined)[] = [];
  for (let step = 0; step < steps.count; step++) {
    const cell = row * block.width + step;
    if (block.kinds[cell] === ABSENT) continue;
    timesMs.push(stepTimeMs(steps, step));
    values.push(block.values[cell] ?? Number.NaN);
    if (block.histograms !== undefined) histograms[values.length - 1] = block.histogramAt(cell);
  }
  const series = { labels: block.labels[row] ?? {}, timesMs, values };
  return histograms.length > 0 ? { ...series, histograms } : series;
}
