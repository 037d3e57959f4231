import type { DurationExpr } from './ast.ts';
import { formatDuration } from './syntax/duration-text.ts';
import { POWER, PRECEDENCE, WEAKEST } from './syntax/precedence.ts';

const TIGHT = POWER + 1;

/** A range or step as it stands in brackets: its number where there is no expression. */
export function printDuration(ms: number, expr: DurationExpr | undefined): string {
  return expr === undefined ? formatDuration(ms) : print(expr, WEAKEST);
}

/** What stands behind `offset`: arithmetic in parentheses, for without them it would end at its first value. */
export function printOffset(ms: number, expr: DurationExpr | undefined): string {
  if (expr === undefined) return formatDuration(ms);
  return expr.kind === 'negation' ? `-${print(expr.operand, TIGHT)}` : print(expr, TIGHT);
}

function print(expr: DurationExpr, minimum: number): string {
  const text = printed(expr);
  return strengthOf(expr) < minimum ? `(${text})` : text;
}

function printed(expr: DurationExpr): string {
  switch (expr.kind) {
    case 'seconds':
      return printSeconds(expr.value);
    case 'query':
      return `${expr.name}()`;
    case 'negation':
      return `-${print(expr.operand, POWER)}`;
    case 'choice':
      return `${expr.name}(${print(expr.left, WEAKEST)}, ${print(expr.right, WEAKEST)})`;
    case 'arithmetic': {
      const strength = PRECEDENCE[expr.op];
      // `^` groups from the right, all others from the left.
      const [left, right] = expr.op === '^' ? [strength + 1, strength] : [strength, strength + 1];
      return `${print(expr.left, left)} ${expr.op} ${print(expr.right, right)}`;
    }
  }
}

function strengthOf(expr: DurationExpr): number {
  if (expr.kind === 'arithmetic') return PRECEDENCE[expr.op];
  const isSigned = expr.kind === 'negation' || (expr.kind === 'seconds' && isNegative(expr.value));
  return isSigned ? PRECEDENCE['*'] : TIGHT;
}

const isNegative = (value: number): boolean => value < 0 || Object.is(value, -0);

/** Whole milliseconds as a duration; finer values, which only arithmetic knows, as seconds. */
function printSeconds(value: number): string {
  const ms = value * 1_000;
  return Number.isSafeInteger(ms) && ms !== 0 && ms / 1_000 === value ? formatDuration(ms) : String(value);
}
