import type { Aggregation } from '../../ast.ts';
import { formatHistogram } from '../../histogram/text.ts';
import { quoted } from '../../syntax/quoting.ts';
import { BlockWriter, FLOAT, type Block, type Row } from '../block.ts';
import { PromqlEvaluationError } from '../evaluation-error.ts';
import type { Labels } from '../../matching.ts';
import { isLabelName, keyOf, withLabel, type Grouping } from '../label-set.ts';
import { formatFloat } from '../../number-text.ts';
import type { Scope } from '../scope.ts';

/** `count_values`: how many series of each group have each value, the value in a label, unless `without` names it. */
export function countValues(
  expr: Aggregation,
  grouping: Grouping,
  blocks: Iterable<Block>,
  label: string,
  { steps }: Scope,
): Block[] {
  if (!isLabelName(label))
    throw new PromqlEvaluationError(`invalid label name ${quoted(label)}`, expr.parameter?.span ?? expr.span);
  const writer = new BlockWriter(steps.count);
  // The label goes as the others do that are left out.
  const labelled = expr.grouping?.mode === 'without' ? grouping.labelsOf : (labels: Labels): Labels => labels;
  const counts = new Map<string, Row>();
  for (const block of blocks) {
    for (const [row, labels] of block.labels.entries()) {
      const group = grouping.labelsOf(labels);
      for (let step = 0; step < block.width; step++) {
        const cell = row * block.width + step;
        const value = textAt(block, cell);
        if (value === undefined) continue;
        const counted = labelled(withLabel(group, label, value));
        const key = keyOf(counted);
        const target = counts.get(key) ?? writer.addRow(counted, false);
        counts.set(key, target);
        const targetCell = target.row * block.width + step;
        target.block.setFloat(targetCell, (target.block.values[targetCell] ?? 0) + 1);
      }
    }
  }
  return writer.blocks;
}

function textAt(block: Block, cell: number): string | undefined {
  if (block.kinds[cell] === FLOAT) return formatFloat(block.values[cell] ?? Number.NaN);
  const histogram = block.histogramAt(cell);
  return histogram && formatHistogram(histogram);
}
