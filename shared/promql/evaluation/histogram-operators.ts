import type { Binary } from '../ast.ts';
import { add, divide, multiply, negate, subtract, type Combination } from '../histogram/arithmetic.ts';
import { areEqual } from '../histogram/equality.ts';
import type { Histogram } from '../histogram/histogram.ts';
import { trimmedAbove, trimmedBelow } from '../histogram/trim.ts';
import { HISTOGRAM, type Block } from './block.ts';
import { noteCombination } from './histogram-notes.ts';
import type { Scope } from './scope.ts';

/**
 * The value of an operation in which a side is a histogram, or the operator only goes with histograms; undefined where there is none, which is
 * noted where the operator does not go with what stands beside it.
 */
export function combineHistograms(
  expr: Binary,
  left: number | Histogram,
  right: number | Histogram,
  scope: Scope,
): number | Histogram | undefined {
  if (typeof left === 'object' && typeof right === 'object')
    return betweenHistograms(expr, left, right, scope);
  if (typeof left === 'object' && typeof right === 'number') {
    const change = BY_NUMBER[expr.op];
    if (change !== undefined) return change(left, right);
  }
  if (typeof right === 'object' && typeof left === 'number' && expr.op === '*') return multiply(right, left);
  return refuse(expr, left, right, scope);
}

/** Operators with a histogram on the left and a number on the right. */
const BY_NUMBER: Readonly<Record<string, ((histogram: Histogram, number: number) => Histogram) | undefined>> =
  {
    '*': multiply,
    '/': divide,
    '</': trimmedBelow,
    '>/': trimmedAbove,
  };

function betweenHistograms(
  expr: Binary,
  left: Histogram,
  right: Histogram,
  scope: Scope,
): number | Histogram | undefined {
  if (expr.op === '+') return combined(expr, add(left, right), scope);
  if (expr.op === '-') {
    const difference = combined(expr, subtract(left, right), scope);
    return difference && { ...difference, hint: 'gauge' };
  }
  if (expr.op !== '==' && expr.op !== '!=') return refuse(expr, left, right, scope);
  const isKept = areEqual(left, right) === (expr.op === '==');
  if (expr.bool) return Number(isKept);
  return isKept ? left : undefined;
}

function combined(
  { op, span }: Binary,
  combination: Combination | undefined,
  { query }: Scope,
): Histogram | undefined {
  if (combination === undefined) {
    query.annotate('warning', `incompatible bucket layout encountered for binary operator ${op}`, span);
    return undefined;
  }
  noteCombination(combination, op === '+' ? 'addition' : 'subtraction', query, span);
  return combination.histogram;
}

function refuse(
  { op, span }: Binary,
  left: number | Histogram,
  right: number | Histogram,
  { query }: Scope,
): undefined {
  const [leftType, rightType] = [left, right].map((side) =>
    typeof side === 'number' ? 'float' : 'histogram',
  );
  query.annotate(
    'info',
    `incompatible sample types encountered for binary operator "${op}": ${leftType} ${op} ${rightType}`,
    span,
  );
}

/** Changes the sign of every histogram of a block. */
export function negateHistograms(block: Block): void {
  for (let cell = 0; cell < (block.histograms?.length ?? 0); cell++) {
    const histogram = block.kinds[cell] === HISTOGRAM ? block.histogramAt(cell) : undefined;
    if (histogram !== undefined) block.setHistogram(cell, negate(histogram));
  }
}
