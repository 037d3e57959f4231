import { children, type Expr } from '../../shared/promql/ast.ts';
import { check } from '../../shared/promql/check.ts';

/** How far back an expression looks, in milliseconds: its longest range, with what lies around and before it. */
export function reachMs(query: string): number {
  const checked = check(query);
  return checked.ok ? reachOf(checked.expr) : 0;
}

function reachOf(expr: Expr): number {
  const inner = Math.max(0, ...children(expr).map(reachOf));
  switch (expr.kind) {
    case 'vector':
      return Math.max(0, expr.offsetMs ?? 0);
    case 'matrix':
      return inner + expr.rangeMs;
    case 'subquery':
      return inner + expr.rangeMs + Math.max(0, expr.offsetMs ?? 0);
    case 'number':
    case 'string':
    case 'unary':
    case 'paren':
    case 'binary':
    case 'aggregation':
    case 'call':
      return inner;
  }
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
