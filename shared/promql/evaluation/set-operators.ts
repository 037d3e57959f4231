import type { Binary } from '../ast.ts';
import { ABSENT, type Block } from './block.ts';
import { matchingOf } from './matching-groups.ts';
import { mergeSame } from './names.ts';
import type { Scope } from './scope.ts';

/** For each group of series: at which steps it has a sample. */
type Presence = Map<string, Uint8Array>;

/** `and`, `or`, `unless`: keep whole samples by whether the other side has a partner at the step. */
export function combineSets(
  expr: Binary,
  left: Iterable<Block>,
  right: Iterable<Block>,
  scope: Scope,
): Iterable<Block> {
  if (expr.op === 'or') return mergeSame(union(expr, left, right, scope), scope, expr);
  return filtered(expr, left, presenceOf(expr, right, scope), expr.op === 'and');
}

function* union(
  expr: Binary,
  left: Iterable<Block>,
  right: Iterable<Block>,
  { steps }: Scope,
): Iterable<Block> {
  const present: Presence = new Map();
  for (const block of left) {
    notePresence(expr, block, steps.count, present);
    yield block;
  }
  yield* filtered(expr, right, present, false);
}

/** The samples whose group is present, or those whose group is not. */
function* filtered(
  expr: Binary,
  blocks: Iterable<Block>,
  present: Presence,
  wanted: boolean,
): Iterable<Block> {
  const { keyOf } = matchingOf(expr);
  for (const block of blocks) {
    for (let row = 0; row < block.rows; row++) {
      const steps = present.get(keyOf(block.labels[row] ?? {}));
      const first = row * block.width;
      for (let step = 0; step < block.width; step++)
        if ((steps?.[step] === 1) !== wanted) block.kinds[first + step] = ABSENT;
    }
    yield block;
  }
}

function presenceOf(expr: Binary, blocks: Iterable<Block>, { steps }: Scope): Presence {
  const present: Presence = new Map();
  for (const block of blocks) notePresence(expr, block, steps.count, present);
  return present;
}

function notePresence(expr: Binary, block: Block, width: number, present: Presence): void {
  const { keyOf } = matchingOf(expr);
  for (let row = 0; row < block.rows; row++) {
    const key = keyOf(block.labels[row] ?? {});
    const steps = present.get(key) ?? new Uint8Array(width);
    present.set(key, steps);
    for (let step = 0; step < width; step++) if (block.kinds[row * width + step] !== ABSENT) steps[step] = 1;
  }
}
