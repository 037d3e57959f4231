import { children, type Call, type Expr, type VectorSelector } from '../../../promql/ast.ts';
import type { KnownMetrics } from './known-metrics.ts';
import type { Lint, LintFinding } from './lint.ts';

/** Functions that take a fall for a restart, and those that take it for a fall. */
const OF_COUNTERS: ReadonlySet<string> = new Set(['rate', 'irate', 'increase', 'resets']);
const OF_GAUGES: ReadonlySet<string> = new Set(['delta', 'idelta', 'deriv', 'predict_linear']);
/** The ending of a counter's name, or of a histogram's or summary's part, which counts as well. */
export const COUNTER_NAME = /_(?:total|count|sum|bucket)$/;

/** A rate of something that also falls, or a difference of something that only starts over. */
export const lintCounters: Lint = ({ expr }, known) => [...visit(expr, known)];

function* visit(expr: Expr, known: KnownMetrics | undefined): Iterable<LintFinding> {
  for (const child of children(expr)) yield* visit(child, known);
  if (expr.kind !== 'call') return;
  const selector = selectorOf(expr);
  if (selector?.name === undefined) return;
  const message = doubt(expr.name, selector.name, known?.typeOf(selector.name));
  if (message !== undefined) yield { lint: 'counter', message, in: 'expr', from: expr.span.from };
}

function selectorOf({ args }: Call): VectorSelector | undefined {
  const matrix = args.find(({ kind }) => kind === 'matrix');
  return matrix?.kind === 'matrix' ? matrix.selector : undefined;
}

function doubt(name: string, metric: string, type: string | undefined): string | undefined {
  if (OF_COUNTERS.has(name) && type === 'gauge')
    return `${name}() of the gauge ${metric}: each fall counts as a restart; use delta() or deriv()`;
  if (OF_COUNTERS.has(name) && type === undefined && !COUNTER_NAME.test(metric))
    return `${name}() of ${metric}, whose name is not that of a counter (_total, _count, _sum, _bucket): if it is a gauge, each fall counts as a restart; use delta() or deriv()`;
  const isCounter = type === 'counter' || (type === undefined && metric.endsWith('_total'));
  if (OF_GAUGES.has(name) && isCounter)
    return `${name}() of the counter ${metric}: a restart counts as a fall; use increase() or rate()`;
  return undefined;
}
