import { children, matchersOf, type Expr, type VectorSelector } from '../../../promql/ast.ts';
import { isAmong } from '../../../promql/label-names.ts';
import type { AlertingRule } from '../rule-group.ts';
import type { KnownMetrics } from './known-metrics.ts';
import type { Lint, LintFinding } from './lint.ts';
import { resultLabels } from './result-labels.ts';

/** Labels that no result or no scraped series has. */
export const lintLabels: Lint = (rule, known) => [
  ...(rule.kind === 'alert' ? unknownInTexts(rule) : []),
  ...(known === undefined ? [] : unknownInSelectors(rule.expr, known)),
];

/** `$labels.x` that is always empty, because the expression takes x away. */
function unknownInTexts(rule: AlertingRule): LintFinding[] {
  const labels = resultLabels(rule.expr);
  return (['labels', 'annotations'] as const).flatMap((part) => {
    const used = Object.values(rule[part]).flatMap((text) => [
      ...text.matchAll(/(?:\$labels|\.Labels)\.([A-Za-z_]\w*)/g),
    ]);
    const unknown = new Set(used.map(([, name]) => name ?? '').filter((name) => !isAmong(labels, name)));
    return [...unknown].map((name) => ({
      lint: 'label',
      message: `$labels.${name} is always empty: the expression takes the label "${name}" away; add it to "by" or "on"`,
      in: part,
      from: 0,
    }));
  });
}

function* unknownInSelectors(expr: Expr, known: KnownMetrics): Iterable<LintFinding> {
  for (const child of children(expr)) yield* unknownInSelectors(child, known);
  if (expr.kind === 'vector') yield* unknownInSelector(expr, known);
}

function* unknownInSelector(selector: VectorSelector, known: KnownMetrics): Iterable<LintFinding> {
  const matchers = matchersOf(selector);
  const metric = matchers.find(({ name, op }) => name === '__name__' && op === '=')?.value;
  const series = metric === undefined ? undefined : known.seriesOf(metric, []);
  const at = { in: 'expr' as const, from: selector.span.from };
  if (metric === undefined) return;
  if (series === undefined) {
    yield { lint: 'metric', message: `no scraped target has the metric ${metric}`, ...at };
    return;
  }
  for (const { name, op, value } of matchers) {
    const isNegative = op === '!=' || op === '!~' || value === '';
    if (isNegative || name === '__name__' || series.some((labels) => Object.hasOwn(labels, name))) continue;
    yield { lint: 'label', message: `no scraped series of ${metric} has the label "${name}"`, ...at };
  }
}
