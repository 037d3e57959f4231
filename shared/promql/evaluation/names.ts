import { children, unwrap, type Expr } from '../ast.ts';
import { COMPARISON } from './operators.ts';
import { ABSENT, BlockWriter, type Block, type Row } from './block.ts';
import { PromqlEvaluationError } from './evaluation-error.ts';
import { keyOf, METRIC_NAME, withoutName } from './label-set.ts';
import type { Scope } from './scope.ts';

/**
 * Takes the metric's name from every row: what was computed is no longer that metric. With delayed removal
 * the rows are only marked, and `finishNames` does it in the end.
 *
 * @param argument what the rows were computed from; tells whether two of them may become the same
 * @param clash where two rows that become the same are an error: at a step at which both have a sample, or anyhow
 */
export function loseNames(
  blocks: Iterable<Block>,
  argument: Expr,
  scope: Scope,
  clash: Clash = 'at a step',
): Iterable<Block> {
  if (scope.query.settings.delayedNameRemoval) return marked(blocks);
  const nameless = stripped(blocks);
  return hasOneName(argument) ? nameless : mergeSame(nameless, scope, argument, clash);
}

type Clash = 'at a step' | 'at any steps';

function* marked(blocks: Iterable<Block>): Iterable<Block> {
  for (const block of blocks) {
    block.losesName.fill(true);
    yield block;
  }
}

function* stripped(blocks: Iterable<Block>): Iterable<Block> {
  for (const block of blocks) {
    for (const [row, labels] of block.labels.entries()) block.labels[row] = withoutName(labels);
    yield block;
  }
}

/** Takes away the names of the rows that were marked. */
export function finishNames(blocks: Iterable<Block>, scope: Scope, expr: Expr): Iterable<Block> {
  function* finish(): Iterable<Block> {
    for (const block of blocks) {
      for (const [row, labels] of block.labels.entries())
        if (block.losesName[row] === true) block.labels[row] = withoutName(labels);
      yield block;
    }
  }
  return scope.query.settings.delayedNameRemoval ? mergeSame(finish(), scope, expr) : blocks;
}

/** Rows with the same labels become one. Throws if two of them have a sample at the same step, or at all. */
export function mergeSame(
  blocks: Iterable<Block>,
  { steps }: Scope,
  expr: Expr,
  clash: Clash = 'at a step',
): Iterable<Block> {
  const held = [...blocks];
  const rows = new Map<string, Row>();
  let isMerged = false;
  for (const block of held) {
    for (let row = 0; row < block.rows; row++) {
      const key = keyOf(block.labels[row] ?? {});
      const known = rows.get(key);
      if (known === undefined) {
        rows.set(key, { block, row });
        continue;
      }
      // A row without samples goes too: a chain of `or` would carry them all along.
      isMerged = true;
      if (!block.hasSamples(row)) continue;
      if (clash === 'at any steps' && known.block.hasSamples(known.row)) throw sameLabels(expr);
      mergeRow(known, { block, row }, expr);
    }
  }
  if (!isMerged) return held;
  const writer = new BlockWriter(steps.count);
  for (const { block, row } of rows.values()) {
    const target = writer.addRow(block.labels[row] ?? {}, block.losesName[row] ?? false);
    copyRow(target, { block, row });
  }
  return writer.blocks;
}

function mergeRow(into: Row, from: Row, expr: Expr): void {
  const { width } = into.block;
  for (let step = 0; step < width; step++) {
    const [target, cell] = [into.row * width + step, from.row * width + step];
    if (from.block.kinds[cell] === ABSENT) continue;
    if (into.block.kinds[target] !== ABSENT) throw sameLabels(expr);
    into.block.copyCell(target, from.block, cell);
  }
}

const sameLabels = ({ span }: Expr): PromqlEvaluationError =>
  new PromqlEvaluationError('vector cannot contain metrics with the same labelset', span);

function copyRow(into: Row, from: Row): void {
  const { width } = into.block;
  for (let step = 0; step < width; step++)
    into.block.copyCell(into.row * width + step, from.block, from.row * width + step);
}

/** Whether all series that an expression can give have the same name or none, so that they differ without it too. */
function hasOneName(expr: Expr): boolean {
  const inner = unwrap(expr);
  switch (inner.kind) {
    case 'vector':
      return (
        inner.name !== undefined || inner.matchers.some(({ name, op }) => name === METRIC_NAME && op === '=')
      );
    case 'aggregation':
      return inner.grouping?.mode !== 'by' || !inner.grouping.labels.includes(METRIC_NAME);
    case 'binary':
      if (inner.op === 'or' || inner.matching?.group?.labels.includes(METRIC_NAME) === true) return false;
      if (inner.op === 'and' || inner.op === 'unless') return hasOneName(inner.left);
      return COMPARISON[inner.op] === undefined || children(inner).every(hasOneName);
    case 'call':
      return !RENAMING.has(inner.name) && children(inner).every(hasOneName);
    case 'matrix':
    case 'subquery':
    case 'unary':
    case 'paren':
    case 'number':
    case 'string':
      return children(inner).every(hasOneName);
  }
}

/** Functions that can give a series another name. */
const RENAMING: ReadonlySet<string> = new Set(['label_replace', 'label_join', 'info']);
