import type { Histogram } from '../histogram/histogram.ts';
import type { Labels } from '../matching.ts';

/** What a cell holds. */
export const ABSENT = 0;
export const FLOAT = 1;
export const HISTOGRAM = 2;

const MOST_ROWS = 1_024;
const CELLS = 65_536;

/**
 * Some series of a vector over all steps of a query: a row a series, a column a step; the cell of a row and a
 * step is at `row * width + step`. Vectors are streams of blocks, so that many series need not be held at once
 * and an operation is a loop over numbers. Whoever takes a block from a stream owns it and may change it.
 */
export class Block {
  readonly width: number;
  readonly capacity: number;
  readonly labels: Labels[] = [];
  /** Rows whose metric name is to be taken away in the end (only where names are removed late). */
  readonly losesName: boolean[] = [];
  readonly kinds: Uint8Array;
  readonly values: Float64Array;
  /** By cell; undefined while no cell holds one. */
  histograms: (Histogram | undefined)[] | undefined;

  constructor(width: number, rows = MOST_ROWS) {
    this.width = width;
    this.capacity = Math.max(1, Math.min(rows, Math.floor(CELLS / width)));
    this.kinds = new Uint8Array(this.capacity * width);
    this.values = new Float64Array(this.capacity * width);
  }

  get rows(): number {
    return this.labels.length;
  }

  get isFull(): boolean {
    return this.labels.length === this.capacity;
  }

  /** Adds a row of absent cells and gives the index of its first one. The block must not be full. */
  addRow(labels: Labels, losesName: boolean): number {
    this.labels.push(labels);
    this.losesName.push(losesName);
    return (this.labels.length - 1) * this.width;
  }

  /** Takes the last row back; all its cells must be absent. */
  removeLastRow(): void {
    this.labels.pop();
    this.losesName.pop();
  }

  setFloat(cell: number, value: number): void {
    this.kinds[cell] = FLOAT;
    this.values[cell] = value;
  }

  setHistogram(cell: number, histogram: Histogram): void {
    this.kinds[cell] = HISTOGRAM;
    this.histograms ??= [];
    this.histograms[cell] = histogram;
  }

  /** Puts what a function gave into a cell; undefined leaves it absent. */
  set(cell: number, value: number | Histogram | undefined): void {
    if (typeof value === 'number') this.setFloat(cell, value);
    else if (value !== undefined) this.setHistogram(cell, value);
  }

  /** The histogram in a cell; undefined if it holds none. */
  histogramAt(cell: number): Histogram | undefined {
    return this.kinds[cell] === HISTOGRAM ? this.histograms?.[cell] : undefined;
  }

  /** Copies a cell of another block. */
  copyCell(cell: number, from: Block, fromCell: number): void {
    if (from.kinds[fromCell] === FLOAT) this.setFloat(cell, from.values[fromCell] ?? Number.NaN);
    const histogram = from.histogramAt(fromCell);
    if (histogram !== undefined) this.setHistogram(cell, histogram);
  }

  /** Whether any cell of a row is there. */
  hasSamples(row: number): boolean {
    const end = (row + 1) * this.width;
    for (let cell = row * this.width; cell < end; cell++) if (this.kinds[cell] !== ABSENT) return true;
    return false;
  }
}

/** One row of a block. */
export interface Row {
  readonly block: Block;
  readonly row: number;
}

/** Collects rows that are not known to come in order, and gives them as blocks. */
export class BlockWriter {
  readonly #width: number;
  readonly blocks: Block[] = [];

  constructor(width: number) {
    this.#width = width;
  }

  addRow(labels: Labels, losesName: boolean): Row {
    let block = this.blocks.at(-1);
    if (block === undefined || block.isFull) {
      block = new Block(this.#width, this.blocks.length === 0 ? FIRST_ROWS : MOST_ROWS);
      this.blocks.push(block);
    }
    block.addRow(labels, losesName);
    return { block, row: block.rows - 1 };
  }
}

/** Most results have few rows. */
const FIRST_ROWS = 16;
