import type { Aggregation } from '../../ast.ts';
import type { Labels } from '../../matching.ts';
import { BlockWriter, type Block } from '../block.ts';
import { PromqlEvaluationError } from '../evaluation-error.ts';
import { groupingBy, groupingWithout, METRIC_NAME, type Grouping } from '../label-set.ts';
import { warnOfRank } from '../quantile-rank.ts';
import type { Scope } from '../scope.ts';
import { ACCUMULATORS, type Accumulator } from './accumulators.ts';
import { countValues } from './count-values.ts';
import { limitCount, limitRatio } from './limit.ts';
import { selectStrongest } from './strongest.ts';

/** The parameter of an aggregation: a number for each step, or a text. */
export interface Parameter {
  readonly values?: Float64Array;
  readonly text?: string;
}

/** Aggregates a vector over its groups. Throws for parameters that cannot be. */
export function aggregate(
  expr: Aggregation,
  blocks: Iterable<Block>,
  parameter: Parameter,
  scope: Scope,
): Iterable<Block> {
  const grouping = groupingOf(expr);
  const parameters = parameter.values ?? new Float64Array(scope.steps.count);
  if (expr.op === 'topk' || expr.op === 'bottomk')
    return selectStrongest(expr, grouping, blocks, parameters, scope);
  if (expr.op === 'limitk') return limitCount(expr, grouping, blocks, parameters);
  if (expr.op === 'limit_ratio') return limitRatio(expr, blocks, parameters, scope);
  if (expr.op === 'count_values') return countValues(expr, grouping, blocks, parameter.text ?? '', scope);
  if (expr.op === 'quantile')
    for (const rank of parameters) warnOfRank(rank, expr.parameter?.span ?? expr.span, scope.query);
  const makeAccumulator = ACCUMULATORS[expr.op];
  if (makeAccumulator === undefined)
    throw new PromqlEvaluationError(`aggregation ${expr.op} is not supported yet`, expr.span);
  return summarize(expr, grouping, blocks, () => makeAccumulator({ expr, scope, parameters }), scope);
}

/** One group of series while it is summed up. */
interface Group {
  readonly labels: Labels;
  readonly accumulator: Accumulator;
  losesName: boolean;
}

function summarize(
  expr: Aggregation,
  grouping: Grouping,
  blocks: Iterable<Block>,
  makeAccumulator: () => Accumulator,
  scope: Scope,
): Block[] {
  const groups = new Map<string, Group>();
  const keepsName = expr.grouping?.mode === 'by' && expr.grouping.labels.includes(METRIC_NAME);
  for (const block of blocks) {
    for (let row = 0; row < block.rows; row++) {
      const labels = block.labels[row] ?? {};
      const key = grouping.keyOf(labels);
      let group = groups.get(key);
      if (group === undefined) {
        group = { labels: grouping.labelsOf(labels), accumulator: makeAccumulator(), losesName: false };
        groups.set(key, group);
      }
      group.losesName ||= keepsName && (block.losesName[row] ?? false);
      group.accumulator.add(block, row);
    }
  }
  const writer = new BlockWriter(scope.steps.count);
  for (const { labels, accumulator, losesName } of groups.values()) {
    const { block, row } = writer.addRow(labels, losesName);
    accumulator.finish(block, row);
  }
  return writer.blocks;
}

/** How an aggregation puts series into groups; without a clause all are one. */
function groupingOf({ grouping }: Aggregation): Grouping {
  return grouping?.mode === 'without' ? groupingWithout(grouping.labels) : groupingBy(grouping?.labels ?? []);
}
