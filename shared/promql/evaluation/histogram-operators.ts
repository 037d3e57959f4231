import type { Binary } from '../ast.ts';
import type { Histogram } from '../histogram/histogram.ts';
import type { Block } from './block.ts';
import { PromqlEvaluationError } from './evaluation-error.ts';
import type { Scope } from './scope.ts';

/**
 * The value of an operation in which at least one side is a histogram; undefined where there is none.
 * `kept` is the side that a comparison keeps.
 */
export function combineHistograms(
  expr: Binary,
  _left: number | Histogram,
  _right: number | Histogram,
  _scope: Scope,
): number | Histogram | undefined {
  throw new PromqlEvaluationError('operators between histograms are not supported yet', expr.span);
}

/** Changes the sign of every histogram of a block. */
export function negateHistograms(block: Block): void {
  if (block.histograms !== undefined)
    throw new PromqlEvaluationError('operators between histograms are not supported yet', { from: 0, to: 0 });
}
