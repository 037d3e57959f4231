import type { Aggregation } from '../../ast.ts';
import { ABSENT, BlockWriter, FLOAT, type Block, type Row } from '../block.ts';
import { PromqlEvaluationError } from '../evaluation-error.ts';
import { noteIgnoredInAggregation } from '../histogram-notes.ts';
import type { Grouping } from '../label-set.ts';
import { formatFloat } from '../number-format.ts';
import type { Scope } from '../scope.ts';
import { hasHistogram } from './histogram-accumulators.ts';

/** `topk` and `bottomk`: whole samples, the strongest of each group at each step; NaN only when nothing else is left. */
export function selectStrongest(
  expr: Aggregation,
  grouping: Grouping,
  blocks: Iterable<Block>,
  wanted: Float64Array,
  { query, steps }: Scope,
): Block[] {
  const counts = countsOf(expr, wanted);
  const held = [...blocks];
  if (held.some((block) => block.labels.some((_, row) => hasHistogram(block, row))))
    noteIgnoredInAggregation(query, expr.expr.span, expr.op);
  const chosen = groupsOf(held, grouping).map((rows) => chooseRows(expr, rows, counts));
  if (steps.count > 1) return held;
  // At a single time the strongest comes first.
  const writer = new BlockWriter(1);
  for (const { block, row } of chosen.flat()) {
    const target = writer.addRow(block.labels[row] ?? {}, block.losesName[row] ?? false);
    target.block.copyCell(target.row, block, row);
  }
  return writer.blocks;
}

/** How many samples each step may keep, none below 0. Throws if the parameter is no such number. */
export function countsOf(expr: Aggregation, wanted: Float64Array): number[] {
  return Array.from(wanted, (count) => {
    const where = expr.parameter?.span ?? expr.span;
    if (Number.isNaN(count)) throw new PromqlEvaluationError('Parameter value is NaN', where);
    if (Math.abs(count) >= 2 ** 63)
      throw new PromqlEvaluationError(`Scalar value ${formatFloat(count)} overflows int64`, where);
    return Math.max(0, Math.trunc(count));
  });
}

function groupsOf(blocks: readonly Block[], grouping: Grouping): Row[][] {
  const groups = new Map<string, Row[]>();
  for (const block of blocks) {
    for (const [row, labels] of block.labels.entries()) {
      const key = grouping.keyOf(labels);
      const group = groups.get(key) ?? [];
      groups.set(key, group);
      group.push({ block, row });
    }
  }
  return [...groups.values()];
}

/** Takes away all samples that are not among the strongest. Gives the rows chosen at the last step, the strongest first. */
function chooseRows(expr: Aggregation, rows: readonly Row[], counts: readonly number[]): Row[] {
  let chosen: Row[] = [];
  for (const [step, count] of counts.entries()) {
    const cellOf = ({ block, row }: Row): number => row * block.width + step;
    const valueOf = (one: Row): number => one.block.values[cellOf(one)] ?? Number.NaN;
    const present = rows.filter((one) => one.block.kinds[cellOf(one)] === FLOAT);
    const sign = expr.op === 'topk' ? -1 : 1;
    const ordered =
      count === 0 ? [] : present.toSorted((a, b) => strongerFirst(valueOf(a), valueOf(b), sign));
    chosen = ordered.slice(0, count);
    for (const one of rows) if (one.block.kinds[cellOf(one)] !== FLOAT) one.block.kinds[cellOf(one)] = ABSENT;
    for (const one of count === 0 ? present : ordered.slice(count)) one.block.kinds[cellOf(one)] = ABSENT;
  }
  return chosen;
}

function strongerFirst(a: number, b: number, sign: 1 | -1): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a === b ? 0 : sign * (a < b ? -1 : 1);
}
