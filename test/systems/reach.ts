import { children, type Expr } from '../../shared/promql/ast.ts';
import { check } from '../../shared/promql/check.ts';
import { reachOf } from '../../shared/promql/reach.ts';

/** How far back an expression looks, in milliseconds: its longest range, with what lies around and before it. */
export function reachMs(query: string): number {
  const checked = check(query);
  return checked.ok ? reachOf(checked.expr) : 0;
}

/** The shortest range of an expression, in milliseconds; undefined if it has none. */
export function shortestRangeMs(query: string): number | undefined {
  const checked = check(query);
  if (!checked.ok) return undefined;
  const ranges: number[] = [];
  const visit = (expr: Expr): void => {
    if (expr.kind === 'matrix') ranges.push(expr.rangeMs);
    children(expr).forEach(visit);
  };
  visit(checked.expr);
  return ranges.length === 0 ? undefined : Math.min(...ranges);
}
