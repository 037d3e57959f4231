import { children, type Expr } from '../../promql/ast.ts';
import { parse } from '../../promql/parse.ts';

/** Without a step of its own, a subquery is evaluated once a minute. */
const SUBQUERY_STEP_MS = 60_000;

/**
 * Samples that one evaluation of a query scans, at most: one for each series of a selector, and for a range
 * all samples in it. Matchers are taken to let every series of the metric through. (AWS counts "samples
 * scanned" without saying how; this is how Prometheus counts them.)
 *
 * @param seriesOf how many series a metric has
 * @param scrapeEveryS a series has a sample every so many seconds
 * @returns 0 for a text that is no PromQL
 */
export function querySamples(
  query: string,
  seriesOf: (metric: string) => number,
  scrapeEveryS: number,
): number {
  const samplesOf = (expr: Expr): number => {
    switch (expr.kind) {
      case 'vector':
        return seriesOf(expr.name ?? '');
      case 'matrix':
        return samplesOf(expr.selector) * Math.max(1, Math.ceil(expr.rangeMs / 1000 / scrapeEveryS));
      case 'subquery':
        return samplesOf(expr.expr) * Math.ceil(expr.rangeMs / (expr.stepMs ?? SUBQUERY_STEP_MS));
      case 'number':
      case 'string':
      case 'unary':
      case 'paren':
      case 'binary':
      case 'aggregation':
      case 'call':
        return children(expr).reduce((sum, child) => sum + samplesOf(child), 0);
    }
  };
  const parsed = parse(query);
  return parsed.ok ? samplesOf(parsed.expr) : 0;
}
