import type { Combination } from '../../histogram/arithmetic.ts';
import type { Histogram } from '../../histogram/histogram.ts';
import { ABSENT, FLOAT, HISTOGRAM, type Block } from '../block.ts';
import {
  noteCombination,
  noteIgnoredInAggregation,
  noteMixedAggregation,
  noteMixedSchemas,
} from '../histogram-notes.ts';
import type { Labels } from '../../matching.ts';
import type { Accumulator, AccumulatorInput } from './accumulators.ts';

/** Gives each histogram of a row to `take`, with its step. */
function forEachHistogram(
  block: Block,
  row: number,
  take: (histogram: Histogram, step: number) => void,
): void {
  if (block.histograms === undefined) return;
  for (let step = 0; step < block.width; step++) {
    const histogram = block.histogramAt(row * block.width + step);
    if (histogram !== undefined) take(histogram, step);
  }
}

/** Numbers as another accumulator does, histograms together at the end; where a group has both there is no result. */
export class CombiningAccumulator implements Accumulator {
  readonly #input: AccumulatorInput;
  readonly #floats: Accumulator;
  readonly #combine: (histograms: readonly Histogram[]) => Combination | undefined;
  readonly #histograms = new Map<number, Histogram[]>();
  /** Of the row that came last: it names the metric in a note. */
  #labels: Labels = {};

  constructor(
    input: AccumulatorInput,
    floats: Accumulator,
    combine: (histograms: readonly Histogram[]) => Combination | undefined,
  ) {
    this.#input = input;
    this.#floats = floats;
    this.#combine = combine;
  }

  add(block: Block, row: number): void {
    this.#floats.add(block, row);
    forEachHistogram(block, row, (histogram, step) => {
      const known = this.#histograms.get(step);
      if (known === undefined) this.#histograms.set(step, [histogram]);
      else known.push(histogram);
      this.#labels = block.labels[row] ?? {};
    });
  }

  finish(block: Block, row: number): void {
    this.#floats.finish(block, row);
    const { scope, expr } = this.#input;
    const { query } = scope;
    const { span } = expr.expr;
    for (const [step, histograms] of this.#histograms) {
      const cell = row * block.width + step;
      const combination = this.#combine(histograms);
      if (block.kinds[cell] === FLOAT) {
        block.kinds[cell] = ABSENT;
        noteMixedAggregation(query, span);
      } else if (combination === undefined) noteMixedSchemas({ query, span, labels: this.#labels });
      else {
        noteCombination(combination, 'aggregation', query, span);
        block.setHistogram(cell, combination.histogram);
      }
    }
  }
}

/** Numbers only; says so when there are histograms too. */
export class IgnoringAccumulator implements Accumulator {
  readonly #input: AccumulatorInput;
  readonly #floats: Accumulator;

  constructor(input: AccumulatorInput, floats: Accumulator) {
    this.#input = input;
    this.#floats = floats;
  }

  add(block: Block, row: number): void {
    this.#floats.add(block, row);
    const { scope, expr } = this.#input;
    if (hasHistogram(block, row)) noteIgnoredInAggregation(scope.query, expr.expr.span, expr.op);
  }

  finish(block: Block, row: number): void {
    this.#floats.finish(block, row);
  }
}

/** Whether any cell of a row holds a histogram. */
export function hasHistogram(block: Block, row: number): boolean {
  if (block.histograms === undefined) return false;
  const first = row * block.width;
  return block.kinds.subarray(first, first + block.width).includes(HISTOGRAM);
}
