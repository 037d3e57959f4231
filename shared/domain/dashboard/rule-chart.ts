import { unwrap, type BinaryOperator, type Expr } from '../../promql/ast.ts';
import { parse } from '../../promql/parse.ts';
import { print } from '../../promql/print.ts';
import type { CompiledRule } from '../catalog/compiled.ts';
import type { Chart, Threshold } from './body.ts';

/**
 * What a rule looks at. Where it compares series with a number, the chart shows the series all the time
 * and the number as a line; else it shows what the rule itself gives, which is nothing while all is well.
 */
export function ruleChart(rule: CompiledRule): Chart {
  const title = `${rule.severity} ${rule.alert}`;
  const compared = comparisonOf(rule.query);
  if (compared === undefined) return { title, queries: [{ query: rule.query }] };
  return { title, queries: [{ query: print(compared.series) }], threshold: compared.threshold };
}

type Comparison = '>' | '>=' | '<' | '<=' | '==' | '!=';

const FIRES: Readonly<Record<Comparison, Threshold['fires']>> = {
  '>': 'above',
  '>=': 'above',
  '<': 'below',
  '<=': 'below',
  '==': 'elsewhere',
  '!=': 'elsewhere',
};

const OPPOSITE: Readonly<Record<Threshold['fires'], Threshold['fires']>> = {
  above: 'below',
  below: 'above',
  elsewhere: 'elsewhere',
};

/** `series > 5`, or the same the other way round; undefined for any other query. */
function comparisonOf(query: string): { series: Expr; threshold: Threshold } | undefined {
  const parsed = parse(query);
  if (!parsed.ok) return undefined;
  const expr = unwrap(parsed.expr);
  if (expr.kind !== 'binary' || expr.bool || !isComparison(expr.op)) return undefined;
  const [left, right] = [numberOf(expr.left), numberOf(expr.right)];
  const fires = FIRES[expr.op];
  if (right !== undefined && left === undefined)
    return { series: unwrap(expr.left), threshold: { value: right, fires } };
  if (left !== undefined && right === undefined)
    return { series: unwrap(expr.right), threshold: { value: left, fires: OPPOSITE[fires] } };
  return undefined;
}

function isComparison(op: BinaryOperator): op is Comparison {
  return op in FIRES;
}

/** A number that can be drawn. */
function numberOf(expr: Expr): number | undefined {
  const inner = unwrap(expr);
  if (inner.kind === 'number') return Number.isFinite(inner.value) ? inner.value : undefined;
  if (inner.kind !== 'unary') return undefined;
  const value = numberOf(inner.expr);
  return value === undefined || inner.op === '+' ? value : -value;
}
