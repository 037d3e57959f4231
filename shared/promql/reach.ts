import { children, type Expr } from './ast.ts';

/** How far back an expression looks, in milliseconds: its longest range, with the ranges and offsets around it. */
export function reachOf(expr: Expr): number {
  const inner = children(expr).reduce((most, child) => Math.max(most, reachOf(child)), 0);
  const own = expr.kind === 'matrix' || expr.kind === 'subquery' ? expr.rangeMs : 0;
  const offset = expr.kind === 'vector' || expr.kind === 'subquery' ? Math.max(0, expr.offsetMs ?? 0) : 0;
  return inner + own + offset;
}
