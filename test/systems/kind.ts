import { children, type Expr } from '../../shared/promql/ast.ts';
import { check } from '../../shared/promql/check.ts';
import { reachMs } from './reach.ts';

/**
 * What a rule judges by: whether something is there at all, days of history, where it will lead, the quantile of a
 * histogram, the share of a few, one sum over another, how quickly it counts, or a plain value.
 */
export type RuleKind =
  'absence' | 'baseline' | 'trend' | 'histogram' | 'concentration' | 'ratio' | 'rate' | 'threshold';

const DAY_MS = 86_400_000;

/** The kind of a rule, by its expression; of several kinds the first of {@link RuleKind}. */
export function kindOf(query: string): RuleKind {
  const checked = check(query);
  const marks = new Set(checked.ok ? marksOf(checked.expr) : []);
  const has = (...names: string[]): boolean => names.some((name) => marks.has(name));
  if (has('absent', 'absent_over_time', 'up', 'probe_success')) return 'absence';
  if (reachMs(query) >= DAY_MS) return 'baseline';
  if (has('predict_linear', 'deriv', 'delta')) return 'trend';
  if (has('histogram_quantile')) return 'histogram';
  if (has('topk', 'limitk')) return 'concentration';
  if (has('/')) return 'ratio';
  if (has('rate', 'irate', 'increase')) return 'rate';
  return 'threshold';
}

/** The names of its metrics, functions, aggregations and operators. */
function marksOf(expr: Expr): string[] {
  return [...ownMarks(expr), ...children(expr).flatMap(marksOf)];
}

function ownMarks(expr: Expr): string[] {
  if (expr.kind === 'vector') return expr.name === undefined ? [] : [expr.name];
  if (expr.kind === 'call') return [expr.name];
  return expr.kind === 'aggregation' || expr.kind === 'binary' ? [expr.op] : [];
}
