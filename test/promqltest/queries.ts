import { children, type Expr } from '../../shared/promql/ast.ts';
import { check } from '../../shared/promql/check.ts';
import { mapChildren } from '../../shared/promql/expression-map.ts';
import { print } from '../../shared/promql/print.ts';

/** An instant query that must give what an `eval instant` expects. */
export interface Query {
  readonly text: string;
  readonly atMs: number;
}

/** Functions whose value depends on the time of evaluation even when what they are given does not. */
const DEPEND_ON_NOW = new Set(
  (
    'day_of_month day_of_week day_of_year days_in_month hour minute month year ' +
    'end predict_linear range start step time timestamp'
  ).split(' '),
);

/**
 * The query as written, then the same with every selector fixed by `@` to that time and asked at other times,
 * as Prometheus' runner does; only the first if the value depends on when it is asked.
 */
export function queriesFor(text: string, atMs: number): Query[] {
  const asWritten = { text, atMs };
  const checked = check(text);
  if (!checked.ok || dependsOnNow(checked.expr)) return [asWritten];
  const fixed = print(fixedAt(checked.expr, atMs));
  const timesMs = atMs === 0 ? [-1_000, 0, 1_000] : [-10 * atMs, 0, atMs / 5, atMs, 10 * atMs];
  return [asWritten, ...timesMs.map((timeMs) => ({ text: fixed, atMs: Math.trunc(timeMs) }))];
}

/** What is inside a subquery is left as it is: the subquery itself is fixed. */
function fixedAt(expr: Expr, atMs: number): Expr {
  if (expr.kind === 'vector' || expr.kind === 'subquery') return { ...expr, at: expr.at ?? { ms: atMs } };
  return mapChildren(expr, (child) => fixedAt(child, atMs));
}

function dependsOnNow(expr: Expr): boolean {
  if (expr.kind === 'subquery') return false;
  if (expr.kind === 'call' && DEPEND_ON_NOW.has(expr.name)) return true;
  return children(expr).some((child) => dependsOnNow(child));
}
