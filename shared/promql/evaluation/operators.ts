import type { Binary, BinaryOperator } from '../ast.ts';

type Arithmetic = (left: number, right: number) => number;
type Comparison = (left: number, right: number) => boolean;

/** Operators that make a new value. */
export const ARITHMETIC: Readonly<Partial<Record<BinaryOperator, Arithmetic>>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
  '^': power,
  atan2: (left, right) => Math.atan2(left, right),
};

/** Operators that keep or drop a value, or give 1 and 0 with `bool`. */
export const COMPARISON: Readonly<Partial<Record<BinaryOperator, Comparison>>> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '>': (left, right) => left > right,
  '<': (left, right) => left < right,
  '>=': (left, right) => left >= right,
  '<=': (left, right) => left <= right,
};

/** Operators that leave out part of a histogram; numbers have no such. */
export const TRIM: ReadonlySet<BinaryOperator> = new Set(['</', '>/']);

/** IEEE 754 pow: 1 to any power and -1 to an infinite one are 1, where JavaScript gives NaN. */
function power(left: number, right: number): number {
  if (left === 1 || (left === -1 && Math.abs(right) === Number.POSITIVE_INFINITY)) return 1;
  return left ** right;
}

/** Whether the result is no longer the metric that went in. */
export function losesName({ bool, op }: Binary): boolean {
  return bool || (COMPARISON[op] === undefined && !TRIM.has(op));
}
