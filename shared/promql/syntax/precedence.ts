import type { BinaryOperator, DurationOperator } from '../ast.ts';

/** How strongly each operator binds; `^` alone groups from the right. A sign binds as `*` does. */
export const PRECEDENCE: Readonly<Record<BinaryOperator, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '</': 3,
  '>/': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': 6,
};

/** The weakest operator, and the strongest. */
export const WEAKEST = 1;
export const POWER = PRECEDENCE['^'];

export function isBinaryOperator(word: string): word is BinaryOperator {
  return Object.hasOwn(PRECEDENCE, word);
}

export function isDurationOperator(word: string): word is DurationOperator {
  return word.length === 1 && '+-*/%^'.includes(word);
}
