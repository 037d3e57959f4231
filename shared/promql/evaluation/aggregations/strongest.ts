import type { Aggregation } from '../../ast.ts';
import { ABSENT, BlockWriter, FLOAT, type Block, type Row } from '../block.ts';
import { PromqlEvaluationError } from '../evaluation-error.ts';
import { noteIgnoredInAggregation } from '../histogram-notes.ts';
import type { Grouping } from '../label-set.ts';
import { formatFloat } from '../../number-text.ts';
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
  const sign = expr.op === 'topk' ? -1 : 1;
  const values = new Float64Array(rows.length);
  let chosen: number[] = [];
  for (const [step, count] of counts.entries()) {
    const present: number[] = [];
    for (const [at, { block, row }] of rows.entries()) {
      const cell = row * block.width + step;
      if (block.kinds[cell] === FLOAT) present.push(at);
      values[at] = block.values[cell] ?? Number.NaN;
      block.kinds[cell] = ABSENT;
    }
    chosen = strongestOf(present, values, count, sign);
    for (const at of chosen) {
      const { block, row } = rows[at] as Row;
      block.kinds[row * block.width + step] = FLOAT;
    }
  }
  return chosen.map((at) => rows[at] as Row);
}

/** So many are kept in order while one looks through the others; more are found by sorting. */
const FEW = 64;

/** Of some places in a list of values, those with the strongest ones, in order; of equals the first. */
function strongestOf(places: number[], values: Float64Array, count: number, sign: 1 | -1): number[] {
  const order = (a: number, b: number): number =>
    strongerFirst(values[a] ?? Number.NaN, values[b] ?? Number.NaN, sign);
  if (count > FEW || count >= places.length) return count === 0 ? [] : places.toSorted(order).slice(0, count);
  const kept: number[] = [];
  for (const place of places) {
    let to = kept.length;
    while (to > 0 && order(place, kept[to - 1] ?? place) < 0) to -= 1;
    if (to === count) continue;
    kept.splice(to, 0, place);
    if (kept.length > count) kept.pop();
  }
  return kept;
}

function strongerFirst(a: number, b: number, sign: 1 | -1): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a === b ? 0 : sign * (a < b ? -1 : 1);
}
