import { annotationText, type Annotation } from '../../shared/promql/annotations.ts';
import { check } from '../../shared/promql/check.ts';
import {
  evaluateInstant,
  evaluateRange,
  PromqlEvaluationError,
  type EvaluationOptions,
  type InstantResult,
  type ResultSeries,
} from '../../shared/promql/evaluate.ts';
import type { Histogram } from '../../shared/promql/histogram/histogram.ts';
import type { Labels } from '../../shared/promql/matching.ts';
import type { SeriesSource } from '../../shared/promql/series-source.ts';
import type { StepTimes } from './step-times.ts';

/** What a query gave, in the form in which it is compared. */
export type Outcome =
  | { readonly kind: 'failed'; readonly message: string }
  | {
      readonly kind: 'result';
      readonly result: FoundResult;
      readonly warnings: readonly string[];
      readonly infos: readonly string[];
    };

export type FoundResult =
  | { readonly kind: 'scalar'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  /** A vector has one point a series. */
  | { readonly kind: 'series'; readonly shape: 'vector' | 'matrix'; readonly series: readonly FoundSeries[] };

export interface FoundSeries {
  readonly labels: Labels;
  readonly points: readonly FoundPoint[];
}

export interface FoundPoint {
  readonly timeMs: number;
  readonly value: number;
  /** Instead of the value. */
  readonly histogram?: Histogram | undefined;
}

/** As Prometheus' own runs of its scripts. */
const OPTIONS: EvaluationOptions = { lookbackMs: 300_000, defaultStepMs: 60_000, delayedNameRemoval: true };

export function instantOutcome(text: string, source: SeriesSource, atMs: number): Outcome {
  return outcomeOf(text, (expr) => {
    const result = evaluateInstant(expr, source, atMs, OPTIONS);
    return { result: foundResult(result, atMs), annotations: result.annotations };
  });
}

export function rangeOutcome(text: string, source: SeriesSource, times: StepTimes): Outcome {
  return outcomeOf(text, (expr) => {
    const { series, annotations } = evaluateRange(expr, source, times, OPTIONS);
    return {
      result: { kind: 'series', shape: 'matrix', series: series.map((one) => foundSeries(one)) },
      annotations,
    };
  });
}

type CheckedExpr = Parameters<typeof evaluateInstant>[0];

function outcomeOf(
  text: string,
  evaluate: (expr: CheckedExpr) => { result: FoundResult; annotations: readonly Annotation[] },
): Outcome {
  const checked = check(text);
  if (!checked.ok)
    return { kind: 'failed', message: checked.errors.map(({ message }) => message).join('; ') };
  try {
    const { result, annotations } = evaluate(checked.expr);
    const texts = (level: Annotation['level']) =>
      annotations.filter((one) => one.level === level).map((one) => annotationText(one, text));
    return { kind: 'result', result, warnings: texts('warning'), infos: texts('info') };
  } catch (error) {
    if (error instanceof PromqlEvaluationError) return { kind: 'failed', message: error.message };
    // A bug of the evaluator is a verdict on this query; the others are worth running.
    return { kind: 'failed', message: `the evaluator broke: ${String(error)}` };
  }
}

function foundResult(result: InstantResult, atMs: number): FoundResult {
  switch (result.kind) {
    case 'scalar':
    case 'string':
      return result;
    case 'vector':
      return {
        kind: 'series',
        shape: 'vector',
        series: result.samples.map(({ labels, value, histogram }) => ({
          labels,
          points: [{ timeMs: atMs, value, histogram }],
        })),
      };
    case 'matrix':
      return { kind: 'series', shape: 'matrix', series: result.series.map((one) => foundSeries(one)) };
  }
}

function foundSeries({ labels, timesMs, values, histograms }: ResultSeries): FoundSeries {
  const points = Array.from({ length: timesMs.length }, (_, index) => ({
    timeMs: timesMs[index] ?? Number.NaN,
    value: values[index] ?? Number.NaN,
    histogram: histograms?.[index],
  }));
  return { labels, points };
}
