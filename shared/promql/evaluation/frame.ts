import {
  matchersOf,
  type Expr,
  type Span,
  type Subquery,
  type TimeShift,
  type VectorSelector,
} from '../ast.ts';
import type { Labels } from '../matching.ts';
import { SampleBuffer } from '../sample-buffer.ts';
import type { SeriesSource } from '../series-source.ts';
import { keyOf } from './label-set.ts';
import { isStaleMarker } from '../stale-marker.ts';
import {
  PromqlEvaluationError,
  type MatrixValue,
  type Sample,
  type VectorValue,
  type Window,
} from './value.ts';

/** What holds for a whole query. */
export interface QueryScope {
  readonly source: SeriesSource;
  readonly lookbackMs: number;
  /** The step of a subquery that names none. */
  readonly defaultStepMs: number;
  /** What `@ start()` and `@ end()` mean. */
  readonly startMs: number;
  readonly endMs: number;
}

interface LoadedSeries {
  readonly labels: Labels;
  readonly timesMs: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** The most steps one subquery may take at one time. */
const MAXIMUM_SUBQUERY_STEPS = 100_000;

/**
 * The times an expression is evaluated at, from first to last, and what was read for them. Each selector
 * reads its source once for all of these times. A subquery has a frame of its own inside.
 */
export class Frame {
  readonly scope: QueryScope;
  readonly #fromMs: number;
  readonly #toMs: number;
  readonly #loaded = new Map<Expr, readonly LoadedSeries[]>();
  readonly #inner = new Map<Expr, { frame: Frame; vectors: Map<number, VectorValue> }>();

  constructor(scope: QueryScope, fromMs: number, toMs: number) {
    this.scope = scope;
    this.#fromMs = fromMs;
    this.#toMs = toMs;
  }

  /** The newest sample of each series within the look-back; a series whose newest one is a stale marker has ended. */
  instant(selector: VectorSelector, atMs: number): VectorValue {
    const { lookbackMs } = this.scope;
    const timeMs = this.#shifted(selector, atMs);
    const samples: Sample[] = [];
    for (const series of this.#load(selector, selector, lookbackMs, false)) {
      const index = countUpTo(series.timesMs, timeMs) - 1;
      const sampleMs = series.timesMs[index];
      const value = series.values[index];
      if (
        sampleMs === undefined ||
        value === undefined ||
        sampleMs <= timeMs - lookbackMs ||
        isStaleMarker(value)
      )
        continue;
      samples.push({ labels: series.labels, value, atMs: sampleMs });
    }
    return { kind: 'vector', samples };
  }

  /** The samples of each series in the range before the time, stale markers left out. */
  range(selector: VectorSelector, rangeMs: number, key: Expr, atMs: number): MatrixValue {
    const toMs = this.#shifted(selector, atMs);
    const fromMs = toMs - rangeMs;
    const windows: Window[] = [];
    for (const series of this.#load(selector, key, rangeMs, true)) {
      const start = countUpTo(series.timesMs, fromMs);
      const end = countUpTo(series.timesMs, toMs);
      if (end > start) windows.push({ ...series, start, end });
    }
    return { kind: 'matrix', windows, fromMs, toMs };
  }

  /** The values of an inner expression at every multiple of the step in the range before the time. */
  subquery(
    expr: Subquery,
    atMs: number,
    evaluate: (frame: Frame, timeMs: number) => VectorValue,
  ): MatrixValue {
    const stepMs = expr.stepMs ?? this.scope.defaultStepMs;
    const toMs = this.#shifted(expr, atMs);
    const fromMs = toMs - expr.rangeMs;
    if (expr.rangeMs / stepMs > MAXIMUM_SUBQUERY_STEPS) {
      throw new PromqlEvaluationError(
        `subquery needs ${Math.floor(expr.rangeMs / stepMs)} steps, at most ${MAXIMUM_SUBQUERY_STEPS} are allowed: take a longer step`,
        expr.span,
      );
    }
    const { frame, vectors } = this.#innerFrame(expr);
    const series = new Map<string, { labels: Labels; timesMs: number[]; values: number[] }>();
    for (let timeMs = firstStepAfter(fromMs, stepMs); timeMs <= toMs; timeMs += stepMs) {
      const vector = vectors.get(timeMs) ?? evaluate(frame, timeMs);
      vectors.set(timeMs, vector);
      collect(series, vector, timeMs);
    }
    const windows = [...series.values()].map((one) => ({ ...one, start: 0, end: one.timesMs.length }));
    return { kind: 'matrix', windows, fromMs, toMs };
  }

  #innerFrame(expr: Subquery): { frame: Frame; vectors: Map<number, VectorValue> } {
    const known = this.#inner.get(expr);
    if (known !== undefined) return known;
    const fromMs = this.#shifted(expr, this.#fromMs) - expr.rangeMs;
    const inner = {
      frame: new Frame(this.scope, fromMs, this.#shifted(expr, this.#toMs)),
      vectors: new Map<number, VectorValue>(),
    };
    this.#inner.set(expr, inner);
    return inner;
  }

  #shifted(shift: TimeShift, atMs: number): number {
    const { at, offsetMs = 0 } = shift;
    const baseMs =
      at === undefined ? atMs : at === 'start' ? this.scope.startMs : at === 'end' ? this.scope.endMs : at.ms;
    return baseMs - offsetMs;
  }

  #load(
    selector: VectorSelector,
    key: Expr,
    beforeMs: number,
    withoutStale: boolean,
  ): readonly LoadedSeries[] {
    const known = this.#loaded.get(key);
    if (known !== undefined) return known;
    refuseEdges(selector);
    const fromMs = this.#shifted(selector, this.#fromMs) - beforeMs;
    const toMs = this.#shifted(selector, this.#toMs);
    const buffer = new SampleBuffer();
    const found: LoadedSeries[] = [];
    for (const series of this.scope.source.select(matchersOf(selector), fromMs, toMs)) {
      buffer.clear();
      series.read(fromMs, toMs, buffer);
      const { length } = buffer;
      if (length > 0)
        found.push({
          labels: series.labels,
          timesMs: buffer.timesMs.slice(0, length),
          values: buffer.values.slice(0, length),
        });
    }
    const series = withoutStale ? found.map((one) => dropStale(one)) : found;
    this.#loaded.set(key, series);
    return series;
  }
}

function refuseEdges(selector: VectorSelector): void {
  if (selector.edges !== undefined)
    throw new PromqlEvaluationError(
      `modifier ${selector.edges} is not supported yet`,
      selector.span satisfies Span,
    );
}

function dropStale(series: LoadedSeries): LoadedSeries {
  const kept: number[] = [];
  for (let index = 0; index < series.values.length; index++)
    if (!isStaleMarker(series.values[index] ?? 0)) kept.push(index);
  if (kept.length === series.values.length) return series;
  return {
    labels: series.labels,
    timesMs: kept.map((index) => series.timesMs[index] ?? 0),
    values: kept.map((index) => series.values[index] ?? 0),
  };
}

/** How many times are at or before the given one; the times ascend. */
function countUpTo(timesMs: ArrayLike<number>, timeMs: number): number {
  let low = 0;
  let high = timesMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timesMs[middle] ?? 0) <= timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first multiple of the step after a time. */
function firstStepAfter(timeMs: number, stepMs: number): number {
  return Math.floor(timeMs / stepMs) * stepMs + stepMs;
}

function collect(
  series: Map<string, { labels: Labels; timesMs: number[]; values: number[] }>,
  vector: VectorValue,
  timeMs: number,
): void {
  for (const sample of vector.samples) {
    const key = keyOf(sample.labels);
    const known = series.get(key);
    if (known === undefined)
      series.set(key, { labels: sample.labels, timesMs: [timeMs], values: [sample.value] });
    else {
      known.timesMs.push(timeMs);
      known.values.push(sample.value);
    }
  }
}
