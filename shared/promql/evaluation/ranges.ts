import { matchersOf, type MatrixSelector, type Subquery, type VectorSelector } from '../ast.ts';
import type { Histogram } from '../histogram/histogram.ts';
import { weightOf } from '../histogram/weight.ts';
import type { Labels } from '../matching.ts';
import { SampleBuffer } from '../sample-buffer.ts';
import { isStaleMarker } from '../stale-marker.ts';
import { ABSENT, type Block } from './block.ts';
import { PromqlEvaluationError } from './evaluation-error.ts';
import { detectResets, withoutHint } from './reset-hints.ts';
import { shiftedMs, stepTimeMs, type Scope, type Steps } from './scope.ts';

/** One series of a range vector with all samples that any step needs, without stale markers. */
export interface RangeSeries {
  readonly labels: Labels;
  readonly losesName: boolean;
  readonly samples: SampleBuffer;
}

type Edges = VectorSelector['edges'];

/** A range vector: a stream of series, to be read once, and the end of the range at each step. */
export interface RangeVector {
  readonly series: Iterable<RangeSeries>;
  readonly toMs: Float64Array;
  readonly rangeMs: number;
  /** How samples beside the range count for its edges; they are read so far back and ahead. */
  readonly edges: Edges;
  readonly backMs: number;
  readonly aheadMs: number;
}

/**
 * The samples `start` to `end` (not included) of a series: those in (fromMs, toMs], and with anchored or smoothed edges
 * those within the look-back beside it. The object is used again for the next.
 */
export interface Window {
  labels: Labels;
  timesMs: Float64Array;
  values: Float64Array;
  histograms: readonly (Histogram | undefined)[] | undefined;
  startsMs: Float64Array | undefined;
  start: number;
  end: number;
  fromMs: number;
  toMs: number;
  step: number;
  readonly edges: Edges;
}

/** The series of a range selector. */
export function selectRanges(
  matrix: MatrixSelector,
  { query, steps, detectsResets = false }: Scope,
): RangeVector {
  const { selector, rangeMs } = matrix;
  const { edges } = selector;
  const { lookbackMs } = query.settings;
  const [backMs, aheadMs] = [edges === undefined ? 0 : lookbackMs, edges === 'smoothed' ? lookbackMs : 0];
  const toMs = Float64Array.from({ length: steps.count }, (_, step) =>
    shiftedMs(selector, stepTimeMs(steps, step), query),
  );
  function* read(): Iterable<RangeSeries> {
    const fromMs = (toMs[0] ?? 0) - rangeMs - backMs;
    const untilMs = (toMs[steps.count - 1] ?? 0) + aheadMs;
    const samples = new SampleBuffer();
    const stepsOfSample = Math.floor((rangeMs + backMs + aheadMs) / steps.stepMs) + 1;
    for (const series of query.settings.source.select(matchersOf(selector), fromMs, untilMs)) {
      samples.clear();
      series.read(fromMs, untilMs, samples);
      dropStale(samples);
      if (detectsResets) detectResets(samples);
      if (samples.length === 0) continue;
      const weight = weightOfAll(samples);
      query.countSamples(weight, matrix.span);
      yield { labels: series.labels, losesName: false, samples };
      // They are held no longer, but what was made of them: at most one for each step that saw any.
      query.countSamples(Math.min(steps.count, samples.length * stepsOfSample) - weight, matrix.span);
    }
  }
  return { series: read(), toMs, rangeMs, edges, backMs, aheadMs };
}

/**
 * The series of a subquery: its expression at every multiple of the step within the ranges of all steps,
 * evaluated once.
 */
export function subqueryRanges(
  expr: Subquery,
  { query, steps }: Scope,
  evaluate: (scope: Scope) => Iterable<Block>,
): RangeVector {
  const stepMs = expr.stepMs ?? query.settings.defaultStepMs;
  const toMs = Float64Array.from({ length: steps.count }, (_, step) =>
    shiftedMs(expr, stepTimeMs(steps, step), query),
  );
  const fromMs = (toMs[0] ?? 0) - expr.rangeMs;
  const startMs = Math.floor(fromMs / stepMs) * stepMs + stepMs;
  const count = Math.max(0, Math.floor(((toMs[steps.count - 1] ?? 0) - startMs) / stepMs) + 1);
  if (count > MOST_STEPS)
    throw new PromqlEvaluationError(
      `subquery needs ${count} steps, at most ${MOST_STEPS} are allowed: take a longer step`,
      expr.span,
    );
  const inner: Steps = { startMs, stepMs, count };
  function* read(): Iterable<RangeSeries> {
    if (count === 0) return;
    const samples = new SampleBuffer();
    for (const block of evaluate({ query, steps: inner })) {
      for (let row = 0; row < block.rows; row++) {
        query.settings.interrupt();
        rowSamples(block, row, inner, samples);
        if (samples.length > 0)
          yield { labels: block.labels[row] ?? {}, losesName: block.losesName[row] ?? false, samples };
      }
    }
  }
  return { series: read(), toMs, rangeMs: expr.rangeMs, edges: undefined, backMs: 0, aheadMs: 0 };
}

/** The most steps that a subquery may take: a row of each of its series is held at once. */
const MOST_STEPS = 5_000_000;

function rowSamples(block: Block, row: number, steps: Steps, into: SampleBuffer): void {
  into.clear();
  for (let step = 0; step < steps.count; step++) {
    const cell = row * block.width + step;
    if (block.kinds[cell] === ABSENT) continue;
    into.push(
      stepTimeMs(steps, step),
      block.values[cell] ?? Number.NaN,
      withoutHint(block.histogramAt(cell)),
    );
  }
}

/** How many samples these count for, each histogram for several. */
function weightOfAll({ histograms, length }: SampleBuffer): number {
  if (histograms === undefined) return length;
  let weight = length;
  for (let at = 0; at < length; at++) {
    const histogram = histograms[at];
    if (histogram !== undefined) weight += weightOf(histogram) - 1;
  }
  return weight;
}

/** Takes stale markers out. */
export function dropStale(samples: SampleBuffer): void {
  let kept = 0;
  for (let at = 0; at < samples.length; at++) {
    const value = samples.values[at] ?? 0;
    if (isStaleMarker(value) && samples.histograms?.[at] === undefined) continue;
    if (kept !== at) {
      samples.timesMs[kept] = samples.timesMs[at] ?? 0;
      samples.values[kept] = value;
      if (samples.histograms !== undefined) samples.histograms[kept] = samples.histograms[at];
      if (samples.startsMs !== undefined) samples.startsMs[kept] = samples.startsMs[at] ?? 0;
    }
    kept++;
  }
  samples.length = kept;
}

/** The window of one series at each step at which it has samples, in order. */
export function forEachWindow(
  { labels, samples }: RangeSeries,
  { toMs, rangeMs, edges, backMs, aheadMs }: RangeVector,
  visit: (window: Window) => void,
): void {
  const { timesMs, values, histograms, startsMs, length } = samples;
  const window: Window = {
    labels,
    timesMs,
    values,
    histograms,
    startsMs,
    start: 0,
    end: 0,
    fromMs: 0,
    toMs: 0,
    step: 0,
    edges,
  };
  let [start, end] = [0, 0];
  for (let step = 0; step < toMs.length; step++) {
    window.toMs = toMs[step] ?? 0;
    window.fromMs = window.toMs - rangeMs;
    // Steps ascend, and so do both ends.
    while (end < length && (timesMs[end] ?? Infinity) <= window.toMs + aheadMs) end++;
    while (start < end && (timesMs[start] ?? Infinity) <= window.fromMs - backMs) start++;
    if (start === end) continue;
    window.start = start;
    window.end = end;
    window.step = step;
    visit(window);
  }
}
