import { matchersOf, unwrap, type Expr } from '../../../promql/ast.ts';
import { keyOf, omit, pick } from '../../../promql/evaluation/label-set.ts';
import type { Labels } from '../../../promql/matching.ts';
import type { KnownMetrics } from './known-metrics.ts';
import type { Lint } from './lint.ts';

/** CloudWatch keeps at most so many contributors of an alarm in ALARM (its PromQL alarm documentation). */
const MOST_CONTRIBUTORS = 100;

/** An alert that fires for more series at once than CloudWatch keeps apart. */
export const lintContributors: Lint = (rule, known) => {
  if (rule.kind !== 'alert' || known === undefined) return [];
  const count = seriesGiven(rule.expr, known)?.length ?? 0;
  if (count <= MOST_CONTRIBUTORS) return [];
  return [
    {
      lint: 'contributors',
      message: `may give ${count} results at once, and CloudWatch keeps ${MOST_CONTRIBUTORS} apart; aggregate by fewer labels`,
      in: 'expr',
      from: 0,
    },
  ];
};

/** The labels of all results that an expression can give with the series there are; undefined if that cannot be told. */
function seriesGiven(expr: Expr, known: KnownMetrics): readonly Labels[] | undefined {
  const inner = unwrap(expr);
  switch (inner.kind) {
    case 'number':
    case 'string':
      return [];
    case 'vector': {
      const matchers = matchersOf(inner);
      const name = matchers.find((one) => one.name === '__name__' && one.op === '=')?.value;
      return name === undefined ? undefined : (known.seriesOf(name, matchers) ?? []);
    }
    case 'matrix':
      return seriesGiven(inner.selector, known);
    case 'subquery':
    case 'unary':
    case 'paren':
      return seriesGiven(inner.expr, known);
    case 'aggregation': {
      const names = new Set(inner.grouping?.labels);
      const series = seriesGiven(inner.expr, known);
      const isWithout = inner.grouping?.mode === 'without';
      return (
        series && distinct(series.map((labels) => (isWithout ? omit(labels, names) : pick(labels, names))))
      );
    }
    case 'binary': {
      const sides = [seriesGiven(inner.left, known), seriesGiven(inner.right, known)] as const;
      if (inner.op === 'or') return sides[0] && sides[1] && [...sides[0], ...sides[1]];
      if (inner.matching?.group?.side === 'right') return sides[1];
      return sides[0]?.length === 0 ? sides[1] : sides[0];
    }
    case 'call':
      return inner.name.startsWith('absent')
        ? [{}]
        : inner.args.map((argument) => seriesGiven(argument, known)).find((series) => series?.length !== 0);
  }
}

function distinct(series: readonly Labels[]): Labels[] {
  return [...new Map(series.map((labels) => [keyOf(labels), labels])).values()];
}
