import { children, unwrap, type Binary, type Expr } from '../../../promql/ast.ts';
import { COUNTER_NAME } from './lint-counters.ts';
import type { Lint, LintFinding } from './lint.ts';

const ABOVE: ReadonlySet<string> = new Set(['>', '>=', '!=']);

/**
 * A ratio whose divisor can be zero: 0/0 is not a number, which no comparison holds for, so that the alert ends when
 * traffic does; x/0 is infinite, which is above every threshold.
 */
export const lintDivision: Lint = ({ expr }) => [...visit(expr, [])];

/** @param guards divisors that an `and ... > 0` around the ratio keeps above zero, as written */
function* visit(expr: Expr, guards: readonly Expr[]): Iterable<LintFinding> {
  const around = expr.kind === 'binary' && expr.op === 'and' ? [...guards, expr.right, expr.left] : guards;
  if (expr.kind === 'binary' && expr.op === '/' && canBeZero(expr.right) && !around.some(isGuard))
    yield finding(expr);
  for (const child of children(expr)) yield* visit(child, around);
}

function finding({ span, right }: Binary): LintFinding {
  return {
    lint: 'division',
    message:
      'the divisor can be 0: 0/0 is not a number and ends the alert, x/0 is infinite and fires it; add "and (divisor) > 0", or put it in clamp_min()',
    in: 'expr',
    from: right.span.from || span.from,
  };
}

/** Recorded rates, by the usual way to name them: `job:http_requests:rate5m`. */
const RECORDED_RATE = /:(?:i?rate|increase)\d/;

/** What is zero without traffic: counters, rates and counts. A gauge such as a capacity is not doubted. */
function canBeZero(expr: Expr): boolean {
  const inner = unwrap(expr);
  if (inner.kind === 'call') {
    if (['rate', 'irate', 'increase', 'delta', 'count_over_time'].includes(inner.name)) return true;
    return inner.name !== 'clamp_min' && inner.args.some(canBeZero);
  }
  if (inner.kind === 'vector')
    return inner.name !== undefined && (COUNTER_NAME.test(inner.name) || RECORDED_RATE.test(inner.name));
  // Groups that are counted are never empty.
  if (inner.kind === 'aggregation' && (inner.op === 'count' || inner.op === 'group')) return false;
  if (inner.kind === 'aggregation' || inner.kind === 'subquery') return canBeZero(inner.expr);
  if (inner.kind === 'binary') {
    // Only what is above something is left.
    if (ABOVE.has(inner.op) && !inner.bool) return false;
    return ['*', '+', '-', '/'].includes(inner.op) && [inner.left, inner.right].some(canBeZero);
  }
  return false;
}

function isGuard(expr: Expr): boolean {
  const inner = unwrap(expr);
  return inner.kind === 'binary' && ABOVE.has(inner.op) && unwrap(inner.right).kind === 'number';
}
