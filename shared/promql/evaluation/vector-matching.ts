import type { Binary } from '../ast.ts';
import type { Labels } from '../matching.ts';
import { cellOperation } from './binary.ts';
import { ABSENT, Block, BlockWriter, type Row } from './block.ts';
import { keyOf } from './label-set.ts';
import { ambiguousMatch, duplicatePartners, resultLabels } from './match-result.ts';
import { matchingOf } from './matching-groups.ts';
import { losesName } from './operators.ts';
import type { Scope } from './scope.ts';

/**
 * Arithmetic and comparison between two vectors. One side, the "one" side, may have a single series for each
 * match group at each step; the other may have many when `group_left` or `group_right` names it. Throws on
 * any ambiguity. Where a side has no sample, its fill value, if there is one, stands in.
 */
export function combineVectors(
  expr: Binary,
  left: Iterable<Block>,
  right: Iterable<Block>,
  scope: Scope,
): Iterable<Block> {
  return new VectorMatch(expr, scope).run(left, right);
}

/** All series of the "one" side that share a match group. They may only take turns. */
interface Partners {
  readonly rows: Row[];
  /** Which of them is there at each step, the first if there are several; undefined as long as there is one row only. */
  turns?: (Row | undefined)[];
}

const NO_PARTNERS: Partners = { rows: [] };

/** Two rows that find each other, and where their results go once there are any. */
interface Pair {
  readonly many: Row;
  readonly one: Row;
  readonly group: string;
  target?: Row;
  taken?: (Labels | undefined)[];
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
  /** The first series of the "one" side that share a group at a step, by step. Without filling, nothing is wrong while the other side is empty. */
  readonly #overlaps = new Map<number, readonly [Row, Row]>();
  /** By match group, or by the labels of the result where a side may have many: who made the result at each step. */
  readonly #takenBy = new Map<string, (Labels | undefined)[]>();
  readonly #width: number;
  readonly #manyFill: number | undefined;
  readonly #oneFill: number | undefined;
  /** By match group: at which steps the "many" side is there. Kept only to fill it. */
  readonly #presentMany = new Map<string, Uint8Array>();

  constructor(expr: Binary, scope: Scope) {
    this.#expr = expr;
    this.#scope = scope;
    this.#isSwapped = expr.matching?.group?.side === 'right';
    this.#grouping = matchingOf(expr);
    this.#operation = cellOperation(expr, scope);
    this.#results = new BlockWriter(scope.steps.count);
    this.#width = scope.steps.count;
    const { left, right } = expr.fill ?? {};
    // As Prometheus does it: with group_right too, fill_left is for the "many" side.
    [this.#manyFill, this.#oneFill] = [left, right];
  }

  run(left: Iterable<Block>, right: Iterable<Block>): Block[] {
    const [many, one] = this.#isSwapped ? [right, left] : [left, right];
    const partners = this.#partnersByGroup(one);
    for (const block of many) {
      for (let row = 0; row < block.rows; row++) this.#matchRow({ block, row }, partners);
    }
    if (this.#manyFill !== undefined) {
      for (const [group, { rows }] of partners) for (const row of rows) this.#fillMany(row, group);
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
        else this.#addPartner(group, { block, row });
      }
    }
    return groups;
  }

  /** In time linear in the steps, however many are in the group already. */
  #addPartner(group: Partners, other: Row): void {
    group.turns ??= this.#turnsOf(group.rows);
    group.rows.push(other);
    for (let step = 0; step < this.#width; step++) {
      if (!this.#isThere(other, step)) continue;
      const one = (group.turns[step] ??= other);
      if (one === other) continue;
      if (this.#expr.fill !== undefined) throw duplicatePartners(this.#expr, labelsOf(one), labelsOf(other));
      if (!this.#overlaps.has(step)) this.#overlaps.set(step, [one, other]);
    }
  }

  #turnsOf([row]: readonly Row[]): (Row | undefined)[] {
    return Array.from({ length: this.#width }, (_, step) =>
      row !== undefined && this.#isThere(row, step) ? row : undefined,
    );
  }

  #refuseOverlaps(many: Row): void {
    for (const [step, [one, other]] of this.#overlaps)
      if (this.#isThere(many, step)) throw duplicatePartners(this.#expr, labelsOf(one), labelsOf(other));
  }

  #matchRow(many: Row, partners: ReadonlyMap<string, Partners>): void {
    this.#refuseOverlaps(many);
    const group = this.#grouping.keyOf(labelsOf(many));
    const found = partners.get(group) ?? NO_PARTNERS;
    if (found.turns !== undefined) this.#matchTurns(many, found.turns, group);
    else for (const one of found.rows) this.#matchPair({ many, one, group });
    if (this.#oneFill !== undefined) this.#fillOne(many, this.#oneFill, found, group);
    if (this.#manyFill !== undefined) this.#notePresence(many, group);
  }

  #matchPair(pair: Pair): void {
    const { many, one } = pair;
    for (let step = 0; step < this.#width; step++)
      if (this.#isThere(many, step) && this.#isThere(one, step)) this.#meet(pair, step);
  }

  /** At each step the row meets the partner that is there. */
  #matchTurns(many: Row, turns: readonly (Row | undefined)[], group: string): void {
    let pair: Pair | undefined;
    for (let step = 0; step < this.#width; step++) {
      const one = turns[step];
      if (one === undefined || !this.#isThere(many, step)) continue;
      if (pair?.one !== one) pair = { many, one, group };
      this.#meet(pair, step);
    }
  }

  /** The fill value stands in for a partner wherever the row has none. */
  #fillOne(many: Row, fill: number, { rows, turns = this.#turnsOf(rows) }: Partners, group: string): void {
    const pair: Pair = { many, one: this.#filled({}, fill), group };
    for (let step = 0; step < this.#width; step++)
      if (this.#isThere(many, step) && turns[step] === undefined) this.#meet(pair, step);
  }

  /** The fill value stands in for the "many" side at the steps at which nothing of the group is there. */
  #fillMany(one: Row, group: string): void {
    const present = this.#presentMany.get(group);
    const labels = this.#grouping.labelsOf(labelsOf(one));
    const pair: Pair = { many: this.#filled(labels, this.#manyFill ?? 0), one, group };
    for (let step = 0; step < this.#width; step++)
      if (this.#isThere(one, step) && present?.[step] !== 1) this.#meet(pair, step);
  }

  /** A row that has the same value at every step. */
  #filled(labels: Labels, value: number): Row {
    const block = new Block(this.#width, 1);
    block.addRow(labels, false);
    for (let step = 0; step < this.#width; step++) block.setFloat(step, value);
    return { block, row: 0 };
  }

  #notePresence(many: Row, group: string): void {
    const present = this.#presentMany.get(group) ?? new Uint8Array(this.#width);
    this.#presentMany.set(group, present);
    for (let step = 0; step < this.#width; step++) if (this.#isThere(many, step)) present[step] = 1;
  }

  #isThere({ block, row }: Row, step: number): boolean {
    return block.kinds[row * this.#width + step] !== ABSENT;
  }

  /** Puts the value of two cells into the result. */
  #meet(pair: Pair, step: number): void {
    const { many, one, group } = pair;
    const isGrouped = this.#expr.matching?.group !== undefined;
    const [manyCell, oneCell] = [many.row * this.#width + step, one.row * this.#width + step];
    const value = this.#isSwapped
      ? this.#operation(one.block, oneCell, many.block, manyCell)
      : this.#operation(many.block, manyCell, one.block, oneCell);
    // Without grouping a second match is an error even where a comparison drops it; with it, two results must not look the same.
    if (isGrouped && value === undefined) return;
    pair.target ??= this.#resultRow(many, one);
    pair.taken ??= this.#takers(isGrouped ? keyOf(labelsOf(pair.target)) : group);
    const other = pair.taken[step];
    if (other !== undefined) throw ambiguousMatch(this.#expr, [other, labelsOf(many)], labelsOf(one));
    pair.taken[step] = labelsOf(many);
    pair.target.block.set(pair.target.row * this.#width + step, value);
  }

  #takers(key: string): (Labels | undefined)[] {
    const known = this.#takenBy.get(key) ?? [];
    this.#takenBy.set(key, known);
    return known;
  }

  #resultRow(many: Row, one: Row): Row {
    const labels = resultLabels(this.#expr, labelsOf(many), labelsOf(one));
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
}

function labelsOf({ block, row }: Row): Labels {
  return block.labels[row] ?? {};
}
