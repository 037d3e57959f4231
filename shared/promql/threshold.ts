import type { Binary, BinaryOperator, Expr } from './ast.ts';
import { unwrap } from './ast.ts';
import { typeOf } from './check.ts';
import { evaluateInstant } from './evaluate.ts';

export type Comparison = '==' | '!=' | '>' | '<' | '>=' | '<=';

/** What a rule compares with a number: `series` is the part that has a line to draw. */
export interface Threshold {
  readonly series: Expr;
  /** As it reads with the series on the left: `series > value`. */
  readonly comparison: Comparison;
  readonly value: number;
}

const MIRRORED: Readonly<Record<Comparison, Comparison>> = {
  '==': '==',
  '!=': '!=',
  '>': '<',
  '<': '>',
  '>=': '<=',
  '<=': '>=',
};

/**
 * The number that an alert's expression is held against: `expr > 5`, or `5 * 60 < expr`. Of `a > 1 and b`
 * and `a > 1 unless b` it is that of the left side, whose series the alert has.
 *
 * @returns undefined if the expression compares with no fixed number
 */
export function thresholdOf(expr: Expr): Threshold | undefined {
  const outer = unwrap(expr);
  if (outer.kind !== 'binary') return undefined;
  if (outer.op === 'and' || outer.op === 'unless') return thresholdOf(outer.left);
  if (!isComparison(outer.op) || outer.bool) return undefined;
  return compared(outer, outer.op);
}

function compared({ left, right }: Binary, op: Comparison): Threshold | undefined {
  const [before, after] = [constantOf(left), constantOf(right)];
  if (after !== undefined && typeOf(left) === 'vector')
    return { series: unwrap(left), comparison: op, value: after };
  if (before !== undefined && typeOf(right) === 'vector')
    return { series: unwrap(right), comparison: MIRRORED[op], value: before };
  return undefined;
}

function isComparison(op: BinaryOperator): op is Comparison {
  return Object.hasOwn(MIRRORED, op);
}

/** The value of arithmetic on plain numbers; undefined for everything else. */
function constantOf(expr: Expr): number | undefined {
  if (!isPlain(expr)) return undefined;
  const result = evaluateInstant(expr, { select: () => [] }, 0);
  return result.kind === 'scalar' ? result.value : undefined;
}

function isPlain(expr: Expr): boolean {
  const inner = unwrap(expr);
  if (inner.kind === 'binary') return isPlain(inner.left) && isPlain(inner.right);
  return inner.kind === 'unary' ? isPlain(inner.expr) : inner.kind === 'number';
}
