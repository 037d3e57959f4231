import { children, type Aggregation, type Binary, type Call, type Expr } from './ast.ts';
import { typeOf } from './check.ts';
import { among, and, only, without, type LabelNames } from './label-names.ts';
import { SELECTING } from './signatures.ts';

const NONE = only([]);

/**
 * Which labels each part of an expression hands on unchanged into the results, given those that the expression
 * itself hands on: a result that comes from a series has the series' own value in every one of them. So a
 * result and a series that differ in one of them do not belong together, and where two services are joined,
 * the `job` of one says nothing about the other.
 *
 * @returns for every part, in the order of `children`; too few names rather than too many, where it cannot be told
 */
export function carriedByParts(expr: Expr, carried: LabelNames): readonly LabelNames[] {
  switch (expr.kind) {
    case 'aggregation':
      return byAggregation(expr, carried);
    case 'binary':
      return bySides(expr, carried);
    case 'call':
      return byArguments(expr, carried);
    case 'number':
    case 'string':
    case 'vector':
    case 'matrix':
    case 'subquery':
    case 'unary':
    case 'paren':
      return children(expr).map(() => carried);
  }
}

function byAggregation({ op, parameter, grouping }: Aggregation, carried: LabelNames): LabelNames[] {
  const names = grouping?.labels ?? [];
  const grouped = grouping?.mode === 'without' ? without(carried, names) : among(carried, names);
  const counted = op === 'count_values' && parameter?.kind === 'string' ? [parameter.value] : [];
  const inner = SELECTING.has(op) ? carried : without(grouped, counted);
  return parameter === undefined ? [inner] : [NONE, inner];
}

function bySides({ op, left, right, matching }: Binary, carried: LabelNames): LabelNames[] {
  if (op === 'or') return [carried, carried];
  const matched =
    matching?.mode === 'on' ? among(carried, matching.labels) : without(carried, matching?.labels ?? []);
  if (op === 'and' || op === 'unless') return [carried, matched];
  if (typeOf(left) === 'scalar' || typeOf(right) === 'scalar') return [carried, carried];
  const group = matching?.group;
  if (group === undefined) return [matched, matched];
  const many = without(carried, group.labels);
  const one = and(
    matched,
    group.labels.filter((name) => among(carried, [name]).names.size > 0),
  );
  return group.side === 'left' ? [many, one] : [one, many];
}

function byArguments(call: Call, carried: LabelNames): LabelNames[] {
  const { name, args } = call;
  if (typeOf(call) === 'scalar') return args.map(() => NONE);
  const target = args[1];
  if (name === 'label_replace' || name === 'label_join') {
    const written = target?.kind === 'string' ? [target.value] : [];
    return args.map(() => without(carried, written));
  }
  return args.map(() => (name === 'histogram_quantile' ? without(carried, ['le']) : carried));
}
