import type { Call, Expr } from '../../ast.ts';
import type { Histogram } from '../../histogram/histogram.ts';
import type { Labels } from '../../matching.ts';
import { ABSENT, Block, FLOAT } from '../block.ts';
import { PromqlEvaluationError } from '../evaluation-error.ts';
import { noteIgnoredInRange, type NotePlace } from '../histogram-notes.ts';
import { loseNames } from '../names.ts';
import { forEachWindow, type RangeVector, type Window } from '../ranges.ts';
import type { Scope } from '../scope.ts';
import type { Value, VectorValue } from '../value.ts';
import { contentOf, floatsOf } from './window-content.ts';

/** One call of a function: what was written, and its arguments, evaluated when they are asked for. */
export interface Invocation {
  readonly call: Call;
  readonly scope: Scope;
  readonly vector: (index: number) => Iterable<Block>;
  /** A number for each step. */
  readonly scalar: (index: number) => Float64Array;
  readonly text: (index: number) => string;
  readonly ranges: (index: number) => RangeVector;
}

export type Implementation = (invocation: Invocation) => Value;
export type Implementations = Readonly<Record<string, Implementation>>;

export const vectorValue = (blocks: Iterable<Block>): VectorValue => ({ kind: 'vector', blocks });

/** What was written as an argument; the whole call if it was left out. */
export function argumentOf(call: Call, index: number): Expr {
  return call.args[index] ?? call;
}

/** The error of a call whose argument has a value that cannot be used. */
export function invalid({ call }: Invocation, index: number, message: string): PromqlEvaluationError {
  return new PromqlEvaluationError(message, argumentOf(call, index).span);
}

/** A new number for each number; histograms are left out, and the metric's name is lost. */
export function mapFloats(
  invocation: Invocation,
  change: (value: number, step: number) => number,
  index = 0,
): VectorValue {
  function* changed(): Iterable<Block> {
    for (const block of invocation.vector(index)) {
      const cells = block.rows * block.width;
      for (let cell = 0; cell < cells; cell++) {
        if (block.kinds[cell] === FLOAT)
          block.values[cell] = change(block.values[cell] ?? Number.NaN, cell % block.width);
        else block.kinds[cell] = ABSENT;
      }
      yield block;
    }
  }
  return vectorValue(loseNames(changed(), argumentOf(invocation.call, index), invocation.scope));
}

/** One sample for each range; undefined leaves the cell absent. The metric's name is lost unless it is to be kept. */
export function mapWindows(
  invocation: Invocation,
  index: number,
  reduce: (window: Window) => number | Histogram | undefined,
  keepsName = false,
): VectorValue {
  const { call, scope } = invocation;
  const blocks = reducedWindows(invocation.ranges(index), scope, (block, cell, window) =>
    block.set(cell, reduce(window)),
  );
  return vectorValue(keepsName ? blocks : loseNames(blocks, argumentOf(call, index), scope, 'at any steps'));
}

/** As `mapWindows`, of the numbers of each range. Histograms are left out, which is noted where there are numbers too. */
export function mapFloatWindows(
  invocation: Invocation,
  index: number,
  reduce: (window: Window) => number | undefined,
): VectorValue {
  return mapWindows(invocation, index, (window) => {
    const content = contentOf(window);
    if (content === 'histograms') return undefined;
    if (content === 'both') noteIgnoredInRange(placeOf(invocation, index, window));
    return reduce(floatsOf(window));
  });
}

/** Where a note about a series of an argument belongs. */
export function placeOf(
  { call, scope }: Invocation,
  index: number,
  { labels }: { readonly labels: Labels },
): NotePlace {
  return { query: scope.query, span: argumentOf(call, index).span, labels };
}

function* reducedWindows(
  ranges: RangeVector,
  { steps }: Scope,
  write: (block: Block, cell: number, window: Window) => void,
): Iterable<Block> {
  let block = new Block(steps.count);
  for (const series of ranges.series) {
    if (block.isFull) {
      yield block;
      block = new Block(steps.count);
    }
    const first = block.addRow(series.labels, series.losesName);
    forEachWindow(series, ranges, (window) => write(block, first + window.step, window));
  }
  if (block.rows > 0) yield block;
}

/** One row, with a number at each step for which there is one. */
export function singleRow(
  labels: Labels,
  { steps }: Scope,
  valueOf: (step: number) => number | undefined,
): VectorValue {
  const block = new Block(steps.count, 1);
  const first = block.addRow(labels, false);
  for (let step = 0; step < steps.count; step++) block.set(first + step, valueOf(step));
  return vectorValue([block]);
}
