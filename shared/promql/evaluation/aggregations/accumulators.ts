import type { Aggregation } from '../../ast.ts';
import { ABSENT, FLOAT, type Block, type Row } from '../block.ts';
import { meanOf, sumOf } from '../../histogram/aggregation.ts';
import { RunningMean } from '../running-mean.ts';
import type { Scope } from '../scope.ts';
import { quantile } from '../statistics.ts';
import { CombiningAccumulator, IgnoringAccumulator } from './histogram-accumulators.ts';

/** Sums up the rows of one group, each step by itself. */
export interface Accumulator {
  add(block: Block, row: number): void;
  /** Fills the cells of the group's row. */
  finish(block: Block, row: number): void;
}

/** What an accumulator may need to know. */
export interface AccumulatorInput {
  readonly expr: Aggregation;
  readonly scope: Scope;
  /** The aggregation's number, for each step. */
  readonly parameters: Float64Array;
}

type MakeAccumulator = (input: AccumulatorInput) => Accumulator;

/** Aggregations that make one sample out of a group at each step. */
export const ACCUMULATORS: Readonly<Record<string, MakeAccumulator | undefined>> = {
  sum: (input) => new CombiningAccumulator(input, new SumAccumulator(input.scope.steps.count), sumOf),
  avg: (input) => new CombiningAccumulator(input, new AverageAccumulator(input.scope.steps.count), meanOf),
  min: ofFloats(({ scope }) => new ExtremeAccumulator(scope.steps.count, (value, best) => value < best)),
  max: ofFloats(({ scope }) => new ExtremeAccumulator(scope.steps.count, (value, best) => value > best)),
  count: ({ scope }) => new CountAccumulator(scope.steps.count, (count) => count),
  group: ({ scope }) => new CountAccumulator(scope.steps.count, () => 1),
  stdvar: ofFloats(({ scope }) => new VarianceAccumulator(scope.steps.count, (variance) => variance)),
  stddev: ofFloats(({ scope }) => new VarianceAccumulator(scope.steps.count, Math.sqrt)),
  quantile: ofFloats(({ scope, parameters }) => new QuantileAccumulator(scope.steps.count, parameters)),
};

function ofFloats(make: MakeAccumulator): MakeAccumulator {
  return (input) => new IgnoringAccumulator(input, make(input));
}

/** Gives each number of a row to `take`, with its step. */
function forEachFloat(block: Block, row: number, take: (value: number, step: number) => void): void {
  const first = row * block.width;
  for (let step = 0; step < block.width; step++)
    if (block.kinds[first + step] === FLOAT) take(block.values[first + step] ?? Number.NaN, step);
}

/** Writes a number wherever anything was counted. */
function writeCounted(
  block: Block,
  row: number,
  counts: Float64Array,
  valueOf: (step: number) => number,
): void {
  for (let step = 0; step < block.width; step++)
    if ((counts[step] ?? 0) > 0) block.setFloat(row * block.width + step, valueOf(step));
}

/** Sums that carry their rounding error along (Neumaier's form of Kahan's summation). */
class SumAccumulator implements Accumulator {
  readonly #sums: Float64Array;
  readonly #lost: Float64Array;
  readonly #counts: Float64Array;

  constructor(width: number) {
    this.#sums = new Float64Array(width);
    this.#lost = new Float64Array(width);
    this.#counts = new Float64Array(width);
  }

  add(block: Block, row: number): void {
    const first = row * block.width;
    for (let step = 0; step < block.width; step++) {
      if (block.kinds[first + step] !== FLOAT) continue;
      const value = block.values[first + step] ?? 0;
      const sum = this.#sums[step] ?? 0;
      const next = sum + value;
      const lost = this.#lost[step] ?? 0;
      if (next === Infinity || next === -Infinity) this.#lost[step] = 0;
      else if (Math.abs(sum) >= Math.abs(value)) this.#lost[step] = lost + (sum - next + value);
      else this.#lost[step] = lost + (value - next + sum);
      this.#sums[step] = next;
      this.#counts[step] = (this.#counts[step] ?? 0) + 1;
    }
  }

  finish(block: Block, row: number): void {
    writeCounted(block, row, this.#counts, (step) => (this.#sums[step] ?? 0) + (this.#lost[step] ?? 0));
  }
}

/** The mean by the sum, or by steps of the mean where the sum would overflow. */
class AverageAccumulator implements Accumulator {
  readonly #states: (RunningMean | undefined)[];

  constructor(width: number) {
    this.#states = Array.from({ length: width });
  }

  add(block: Block, row: number): void {
    forEachFloat(block, row, (value, step) => {
      const state = this.#states[step] ?? new RunningMean();
      this.#states[step] = state;
      state.add(value);
    });
  }

  finish(block: Block, row: number): void {
    for (const [step, state] of this.#states.entries())
      if (state !== undefined) block.setFloat(row * block.width + step, state.value);
  }
}

class ExtremeAccumulator implements Accumulator {
  readonly #best: Float64Array;
  readonly #counts: Float64Array;
  readonly #beats: (value: number, best: number) => boolean;

  constructor(width: number, beats: (value: number, best: number) => boolean) {
    this.#best = new Float64Array(width).fill(Number.NaN);
    this.#counts = new Float64Array(width);
    this.#beats = beats;
  }

  add(block: Block, row: number): void {
    forEachFloat(block, row, (value, step) => {
      const best = this.#best[step] ?? Number.NaN;
      // Not a number is the answer only when there is nothing else.
      if (this.#beats(value, best) || Number.isNaN(best)) this.#best[step] = value;
      this.#counts[step] = 1;
    });
  }

  finish(block: Block, row: number): void {
    writeCounted(block, row, this.#counts, (step) => this.#best[step] ?? Number.NaN);
  }
}

class CountAccumulator implements Accumulator {
  readonly #counts: Float64Array;
  readonly #valueOf: (count: number) => number;

  constructor(width: number, valueOf: (count: number) => number) {
    this.#counts = new Float64Array(width);
    this.#valueOf = valueOf;
  }

  add(block: Block, row: number): void {
    const first = row * block.width;
    for (let step = 0; step < block.width; step++)
      if (block.kinds[first + step] !== ABSENT) this.#counts[step] = (this.#counts[step] ?? 0) + 1;
  }

  finish(block: Block, row: number): void {
    writeCounted(block, row, this.#counts, (step) => this.#valueOf(this.#counts[step] ?? 0));
  }
}

/** The variance of the whole population, in one pass (Welford). */
class VarianceAccumulator implements Accumulator {
  readonly #means: Float64Array;
  readonly #squares: Float64Array;
  readonly #counts: Float64Array;
  readonly #valueOf: (variance: number) => number;

  constructor(width: number, valueOf: (variance: number) => number) {
    this.#means = new Float64Array(width);
    this.#squares = new Float64Array(width);
    this.#counts = new Float64Array(width);
    this.#valueOf = valueOf;
  }

  add(block: Block, row: number): void {
    forEachFloat(block, row, (value, step) => {
      const count = (this.#counts[step] ?? 0) + 1;
      this.#counts[step] = count;
      const delta = value - (this.#means[step] ?? 0);
      const mean = (this.#means[step] ?? 0) + delta / count;
      this.#means[step] = mean;
      this.#squares[step] = (this.#squares[step] ?? 0) + delta * (value - mean);
    });
  }

  finish(block: Block, row: number): void {
    writeCounted(block, row, this.#counts, (step) =>
      this.#valueOf((this.#squares[step] ?? 0) / (this.#counts[step] ?? 1)),
    );
  }
}

/** Needs all values of a step at once, so it keeps the rows. */
class QuantileAccumulator implements Accumulator {
  readonly #rows: Row[] = [];
  readonly #width: number;
  readonly #ranks: Float64Array;

  constructor(width: number, ranks: Float64Array) {
    this.#width = width;
    this.#ranks = ranks;
  }

  add(block: Block, row: number): void {
    this.#rows.push({ block, row });
  }

  finish(block: Block, row: number): void {
    for (let step = 0; step < this.#width; step++) {
      const values = this.#rows.flatMap((one) => {
        const cell = one.row * this.#width + step;
        return one.block.kinds[cell] === FLOAT ? [one.block.values[cell] ?? Number.NaN] : [];
      });
      if (values.length > 0)
        block.setFloat(row * block.width + step, quantile(this.#ranks[step] ?? Number.NaN, values));
    }
  }
}
