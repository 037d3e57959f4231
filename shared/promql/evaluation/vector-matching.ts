import type { Binary } from '../ast.ts';
import { labelValue, type Labels } from '../matching.ts';
import { cellOperation } from './binary.ts';
import { ABSENT, BlockWriter, type Block, type Row } from './block.ts';
import { PromqlEvaluationError } from './evaluation-error.ts';
import { keyOf, omit, pick, showLabels, withLabel, withoutName } from './label-set.ts';
import { DEFAULT_MATCHING, matchingOf } from './matching-groups.ts';
import { losesName } from './operators.ts';
import type { Scope } from './scope.ts';

/**
 * Arithmetic and comparison between two vectors. One side, the "one" side, may have a single series for each
 * match group at each step; the other may have many when `group_left` or `group_right` names it. Throws on
 * any ambiguity.
 */
export function combineVectors(
  expr: Binary,
  left: Iterable<Block>,
  right: Iterable<Block>,
  scope: Scope,
): Iterable<Block> {
  if (expr.fill !== undefined)
    throw new PromqlEvaluationError('fill modifiers are not supported yet', expr.span);
  return new VectorMatch(expr, scope).run(left, right);
}

/** All series of the "one" side that share a match group. They may only take turns. */
interface Partners {
  readonly rows: Row[];
}

class VectorMatch {
  readonly #expr: Binary;
  readonly #scope: Scope;
  readonly #isSwapped: boolean;
  readonly #grouping;
  readonly #operation;
  readonly #results: BlockWriter;
  /** Results by their labels. */
  readonly #rows = new Map<string, Row>();
  /** By match group, or by the labels of the result where a side may have many: who made the result at each step. */
  readonly #takenBy = new Map<string, (Labels | undefined)[]>();

  constructor(expr: Binary, scope: Scope) {
    this.#expr = expr;
    this.#scope = scope;
    this.#isSwapped = expr.matching?.group?.side === 'right';
    this.#grouping = matchingOf(expr);
    this.#operation = cellOperation(expr, scope);
    this.#results = new BlockWriter(scope.steps.count);
  }

  run(left: Iterable<Block>, right: Iterable<Block>): Block[] {
    const [many, one] = this.#isSwapped ? [right, left] : [left, right];
    const partners = this.#partnersByGroup(one);
    for (const block of many) {
      for (let row = 0; row < block.rows; row++) this.#matchRow({ block, row }, partners);
    }
    return this.#results.blocks;
  }

  #partnersByGroup(blocks: Iterable<Block>): Map<string, Partners> {
    const groups = new Map<string, Partners>();
    for (const block of blocks) {
      for (let row = 0; row < block.rows; row++) {
        const key = this.#grouping.keyOf(block.labels[row] ?? {});
        const group = groups.get(key);
        if (group === undefined) groups.set(key, { rows: [{ block, row }] });
        else {
          for (const other of group.rows) this.#refuseOverlap(other, { block, row });
          group.rows.push({ block, row });
        }
      }
    }
    return groups;
  }

  #refuseOverlap(one: Row, other: Row): void {
    const width = this.#scope.steps.count;
    for (let step = 0; step < width; step++) {
      const areBoth =
        one.block.kinds[one.row * width + step] !== ABSENT &&
        other.block.kinds[other.row * width + step] !== ABSENT;
      if (!areBoth) continue;
      const side = this.#isSwapped ? 'left' : 'right';
      const group = showLabels(this.#grouping.labelsOf(labelsOf(one)));
      throw new PromqlEvaluationError(
        `found duplicate series for the match group ${group} on the ${side} hand-side of the operation: ` +
          `[${showLabels(labelsOf(one))}, ${showLabels(labelsOf(other))}]` +
          ';many-to-many matching not allowed: matching labels must be unique on one side',
        this.#expr.span,
      );
    }
  }

  #matchRow(many: Row, partners: ReadonlyMap<string, Partners>): void {
    const group = this.#grouping.keyOf(labelsOf(many));
    for (const one of partners.get(group)?.rows ?? []) this.#matchPair(many, one, group);
  }

  #matchPair(many: Row, one: Row, group: string): void {
    const width = this.#scope.steps.count;
    const isGrouped = this.#expr.matching?.group !== undefined;
    let target: Row | undefined;
    let taken: (Labels | undefined)[] | undefined;
    for (let step = 0; step < width; step++) {
      const [manyCell, oneCell] = [many.row * width + step, one.row * width + step];
      if (many.block.kinds[manyCell] === ABSENT || one.block.kinds[oneCell] === ABSENT) continue;
      const value = this.#isSwapped
        ? this.#operation(one.block, oneCell, many.block, manyCell)
        : this.#operation(many.block, manyCell, one.block, oneCell);
      // Without grouping a second match is an error even where a comparison drops it; with it, two results must not look the same.
      if (isGrouped && value === undefined) continue;
      target ??= this.#resultRow(many, one);
      taken ??= this.#takers(isGrouped ? keyOf(labelsOf(target)) : group);
      const other = taken[step];
      if (other !== undefined) throw this.#ambiguous([other, labelsOf(many)], one);
      taken[step] = labelsOf(many);
      target.block.set(target.row * width + step, value);
    }
  }

  #takers(key: string): (Labels | undefined)[] {
    const known = this.#takenBy.get(key) ?? [];
    this.#takenBy.set(key, known);
    return known;
  }

  #resultRow(many: Row, one: Row): Row {
    const labels = this.#resultLabels(labelsOf(many), labelsOf(one));
    const key = keyOf(labels);
    const known = this.#rows.get(key) ?? this.#results.addRow(labels, this.#mustLoseName(many));
    this.#rows.set(key, known);
    return known;
  }

  #mustLoseName({ block, row }: Row): boolean {
    return (block.losesName[row] ?? false) || (this.#isLate && losesName(this.#expr));
  }

  get #isLate(): boolean {
    return this.#scope.query.settings.delayedNameRemoval;
  }

  #resultLabels(many: Labels, one: Labels): Labels {
    const { mode, labels, group } = this.#expr.matching ?? DEFAULT_MATCHING;
    let result = losesName(this.#expr) ? withoutName(many) : many;
    if (group === undefined) {
      if (mode === 'on') return pick(result, labels);
      return labels.length === 0 ? result : omit(result, new Set(labels));
    }
    for (const name of group.labels) result = withLabel(result, name, labelValue(one, name));
    return result;
  }

  #ambiguous(many: readonly Labels[], one: Row): PromqlEvaluationError {
    const reason =
      this.#expr.matching?.group === undefined
        ? 'many-to-one matching must be explicit (group_left/group_right)'
        : 'grouping labels must ensure unique matches';
    const shown = many.map((labels) => showLabels(labels)).join(', ');
    const group = showLabels(this.#grouping.labelsOf(labelsOf(one)));
    return new PromqlEvaluationError(
      `multiple matches for labels: ${reason}: [${shown}] all match ${showLabels(labelsOf(one))} by ${group}`,
      this.#expr.span,
    );
  }
}

function labelsOf({ block, row }: Row): Labels {
  return block.labels[row] ?? {};
}
