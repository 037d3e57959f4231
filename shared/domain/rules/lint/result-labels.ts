import { unwrap, type Aggregation, type Binary, type Call, type Expr } from '../../../promql/ast.ts';
import { typeOf } from '../../../promql/check.ts';
import { expectedLabels } from '../../../promql/expected-labels.ts';
import {
  ALL_LABELS,
  among,
  and,
  either,
  only,
  without,
  type LabelNames,
} from '../../../promql/label-names.ts';
import { SELECTING } from '../../../promql/signatures.ts';

/** The labels that the results of an expression may have. What cannot be told counts as possible. */
export function resultLabels(expr: Expr): LabelNames {
  const inner = unwrap(expr);
  switch (inner.kind) {
    case 'number':
    case 'string':
      return only([]);
    case 'vector':
      return ALL_LABELS;
    case 'matrix':
      return resultLabels(inner.selector);
    case 'subquery':
    case 'unary':
      return resultLabels(inner.expr);
    case 'paren':
      return resultLabels(inner.expr);
    case 'aggregation':
      return ofAggregation(inner);
    case 'binary':
      return ofBinary(inner);
    case 'call':
      return ofCall(inner);
  }
}

function ofAggregation({ op, expr, parameter, grouping }: Aggregation): LabelNames {
  const inner = resultLabels(expr);
  if (SELECTING.has(op)) return inner;
  const names = grouping?.labels ?? [];
  const groups = grouping?.mode === 'without' ? without(inner, [...names, '__name__']) : among(inner, names);
  return op === 'count_values' && parameter?.kind === 'string' ? and(groups, [parameter.value]) : groups;
}

function ofBinary({ op, left, right, matching }: Binary): LabelNames {
  const sides = [resultLabels(left), resultLabels(right)] as const;
  if (op === 'or') return either(...sides);
  if (op === 'and' || op === 'unless') return sides[0];
  if (typeOf(left) === 'scalar') return sides[1];
  if (typeOf(right) === 'scalar') return sides[0];
  if (matching?.group !== undefined)
    return and(matching.group.side === 'left' ? sides[0] : sides[1], matching.group.labels);
  if (matching?.mode === 'on') return only(matching.labels);
  return without(sides[0], matching?.labels ?? []);
}

function ofCall({ name, args }: Call): LabelNames {
  const vector = args.find((argument) => !['scalar', 'string'].includes(typeOf(argument)));
  const labels = vector === undefined ? only([]) : resultLabels(vector);
  if (name === 'absent' || name === 'absent_over_time')
    return only(vector === undefined ? [] : Object.keys(expectedLabels(vector)));
  if (name === 'label_replace' || name === 'label_join') {
    const target = args[1];
    return target?.kind === 'string' ? and(labels, [target.value]) : ALL_LABELS;
  }
  if (name === 'histogram_quantile') return without(labels, ['le']);
  // Takes labels from other metrics.
  return name === 'info' ? ALL_LABELS : labels;
}
