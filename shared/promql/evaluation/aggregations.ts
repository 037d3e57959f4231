import type { Aggregation } from '../ast.ts';
import type { Labels } from '../matching.ts';
import { METRIC_NAME, grouper, isLabelName, keyOf, withLabel } from './label-set.ts';
import { formatFloat } from './number-format.ts';
import { kahanSum, maximum, mean, minimum, quantile, variance } from './statistics.ts';
import { PromqlEvaluationError, vectorOf, type Sample, type Value, type VectorValue } from './value.ts';

/** The samples of one group of an aggregation. */
interface Group {
  readonly labels: Labels;
  readonly samples: Sample[];
}

type Summary = (values: readonly number[], parameter: number) => number;

/** One number out of a group's values. */
const SUMMARIES: Readonly<Record<string, Summary>> = {
  sum: kahanSum,
  avg: mean,
  min: minimum,
  max: maximum,
  count: (values) => values.length,
  group: () => 1,
  stdvar: variance,
  stddev: (values) => Math.sqrt(variance(values)),
  quantile: (values, rank) => quantile(rank, values),
};

/** Aggregates a vector over its groups. Throws for aggregations and parameters it cannot do. */
export function aggregate(
  expr: Aggregation,
  vector: VectorValue,
  parameter: Value | undefined,
  atMs: number,
): VectorValue {
  const groups = groupsOf(expr, vector);
  const number = parameter?.kind === 'scalar' ? parameter.value : Number.NaN;
  const summary = SUMMARIES[expr.op];
  if (summary !== undefined) {
    return vectorOf(
      groups.map(({ labels, samples }) => ({
        labels,
        value: summary(
          samples.map((sample) => sample.value),
          number,
        ),
        atMs,
      })),
    );
  }
  if (expr.op === 'topk' || expr.op === 'bottomk') return strongest(expr, groups, number);
  if (expr.op === 'count_values' && parameter?.kind === 'string')
    return countValues(expr, groups, parameter.value, atMs);
  throw new PromqlEvaluationError(`aggregation ${expr.op} is not supported yet`, expr.span);
}

const groupers = new WeakMap<Aggregation, ReturnType<typeof grouper>>();

function groupsOf(expr: Aggregation, vector: VectorValue): Group[] {
  const { mode = 'by', labels = [] } = expr.grouping ?? {};
  const groupOf =
    groupers.get(expr) ??
    (mode === 'by' ? grouper('keep', labels) : grouper('drop', [...labels, METRIC_NAME]));
  groupers.set(expr, groupOf);
  const groups = new Map<string, Group>();
  for (const sample of vector.samples) {
    const { key, labels: kept } = groupOf(sample.labels);
    const group = groups.get(key) ?? { labels: kept, samples: [] };
    group.samples.push(sample);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** `topk` and `bottomk`: whole samples, the strongest first; NaN is taken only when nothing else is left. */
function strongest(expr: Aggregation, groups: readonly Group[], wanted: number): VectorValue {
  const where = expr.parameter?.span ?? expr.span;
  if (Number.isNaN(wanted)) throw new PromqlEvaluationError('Parameter value is NaN', where);
  if (Math.abs(wanted) >= 2 ** 63)
    throw new PromqlEvaluationError(`Scalar value ${wanted} overflows int64`, where);
  const count = Math.max(0, Math.trunc(wanted));
  const sign = expr.op === 'topk' ? -1 : 1;
  const order = (a: Sample, b: Sample): number => {
    if (Number.isNaN(a.value) || Number.isNaN(b.value))
      return Number(Number.isNaN(a.value)) - Number(Number.isNaN(b.value));
    return a.value === b.value ? 0 : sign * (a.value < b.value ? -1 : 1);
  };
  return vectorOf(groups.flatMap((group) => group.samples.toSorted(order).slice(0, count)));
}

function countValues(expr: Aggregation, groups: readonly Group[], label: string, atMs: number): VectorValue {
  if (!isLabelName(label))
    throw new PromqlEvaluationError(
      `invalid label name ${JSON.stringify(label)}`,
      expr.parameter?.span ?? expr.span,
    );
  const counts = new Map<string, { labels: Labels; count: number }>();
  for (const group of groups) {
    for (const { value } of group.samples) {
      const labels = withLabel(group.labels, label, formatFloat(value));
      const key = keyOf(labels);
      const known = counts.get(key) ?? { labels, count: 0 };
      known.count++;
      counts.set(key, known);
    }
  }
  return vectorOf([...counts.values()].map(({ labels, count }) => ({ labels, value: count, atMs })));
}
