import type { Binary } from '../ast.ts';
import type { Histogram } from '../histogram/histogram.ts';
import { ABSENT, FLOAT, type Block } from './block.ts';
import { PromqlEvaluationError } from './evaluation-error.ts';
import { combineHistograms } from './histogram-operators.ts';
import { loseNames } from './names.ts';
import { ARITHMETIC, COMPARISON, losesName, TRIM } from './operators.ts';
import type { Scope } from './scope.ts';

/** Both sides are numbers: in place of the left ones. */
export function combineScalars(expr: Binary, left: Float64Array, right: Float64Array): Float64Array {
  const operation = floatOperation(expr, 'left');
  return left.map((value, step) => operation(value, right[step] ?? Number.NaN) ?? Number.NaN);
}

/**
 * The value of an operation on two numbers; undefined where a comparison drops it.
 *
 * @param kept the side whose value a comparison keeps
 */
export function floatOperation(
  expr: Binary,
  kept: 'left' | 'right',
): (left: number, right: number) => number | undefined {
  const arithmetic = ARITHMETIC[expr.op];
  if (arithmetic !== undefined) return arithmetic;
  const comparison = COMPARISON[expr.op];
  // Operators that only histograms have leave no number.
  if (comparison === undefined) return () => undefined;
  if (expr.bool) return (left, right) => (comparison(left, right) ? 1 : 0);
  return kept === 'left'
    ? (left, right) => (comparison(left, right) ? left : undefined)
    : (left, right) => (comparison(left, right) ? right : undefined);
}

/** A vector and a number, which stands on the side that is named. */
export function combineWithScalar(
  expr: Binary,
  blocks: Iterable<Block>,
  scalar: Float64Array,
  scalarSide: 'left' | 'right',
  scope: Scope,
): Iterable<Block> {
  const combined = combinedWithScalar(expr, blocks, scalar, scalarSide, scope);
  if (!losesName(expr)) return combined;
  return loseNames(combined, scalarSide === 'left' ? expr.right : expr.left, scope);
}

function* combinedWithScalar(
  expr: Binary,
  blocks: Iterable<Block>,
  scalar: Float64Array,
  scalarSide: 'left' | 'right',
  scope: Scope,
): Iterable<Block> {
  const isLeft = scalarSide === 'left';
  const operation = floatOperation(expr, isLeft ? 'right' : 'left');
  for (const block of blocks) {
    for (let cell = 0; cell < block.rows * block.width; cell++) {
      const kind = block.kinds[cell];
      if (kind === ABSENT) continue;
      const number = scalar[cell % block.width] ?? Number.NaN;
      if (kind === FLOAT && !TRIM.has(expr.op)) {
        const value = block.values[cell] ?? Number.NaN;
        const result = isLeft ? operation(number, value) : operation(value, number);
        if (result === undefined) block.kinds[cell] = ABSENT;
        else block.values[cell] = result;
      } else {
        const content = contentOf(block, cell, expr);
        block.kinds[cell] = ABSENT;
        const [left, right] = isLeft ? [number, content] : [content, number];
        block.set(cell, combineHistograms(expr, left, right, scope));
      }
    }
    yield block;
  }
}

/** The value of two cells, which must be there, under an operator; undefined where a comparison drops it. */
export function cellOperation(
  expr: Binary,
  scope: Scope,
): (left: Block, leftCell: number, right: Block, rightCell: number) => number | Histogram | undefined {
  const operation = floatOperation(expr, 'left');
  return (left, leftCell, right, rightCell) => {
    const areFloats = left.kinds[leftCell] === FLOAT && right.kinds[rightCell] === FLOAT;
    if (areFloats && !TRIM.has(expr.op))
      return operation(left.values[leftCell] ?? Number.NaN, right.values[rightCell] ?? Number.NaN);
    return combineHistograms(expr, contentOf(left, leftCell, expr), contentOf(right, rightCell, expr), scope);
  };
}

function contentOf(block: Block, cell: number, expr: Binary): number | Histogram {
  return block.kinds[cell] === FLOAT ? (block.values[cell] ?? Number.NaN) : histogramAt(block, cell, expr);
}

function histogramAt(block: Block, cell: number, { span }: Binary): Histogram {
  const histogram = block.histogramAt(cell);
  if (histogram === undefined) throw new PromqlEvaluationError('a cell has lost its histogram', span);
  return histogram;
}
