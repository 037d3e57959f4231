import { haveSameSpans, listed, packed } from './bucket-list.ts';
import type { Buckets, BucketSpan } from './histogram.ts';

/** A sum of buckets of one side, each with its rounding error carried along (Neumaier's form of Kahan's summation). */
export class BucketSum {
  /** Where the sum of a bucket stands, by its index. */
  readonly #slots = new Map<number, number>();
  readonly #sums: number[] = [];
  readonly #lost: number[] = [];
  /** Summands mostly have one layout: the slots of the last one. */
  #lastSpans: readonly BucketSpan[] = [];
  #lastSlots: number[] = [];

  add(buckets: Buckets): void {
    if (!haveSameSpans(buckets.spans, this.#lastSpans)) {
      this.#lastSpans = buckets.spans;
      this.#lastSlots = listed(buckets).indexes.map((index) => this.#slotOf(index));
    }
    for (const [at, slot] of this.#lastSlots.entries()) this.#addTo(slot, buckets.counts[at] ?? 0);
  }

  #slotOf(index: number): number {
    const known = this.#slots.get(index);
    if (known !== undefined) return known;
    this.#slots.set(index, this.#sums.length);
    this.#lost.push(0);
    return this.#sums.push(0) - 1;
  }

  #addTo(slot: number, count: number): void {
    const sum = this.#sums[slot] ?? 0;
    const next = sum + count;
    this.#lost[slot] = (this.#lost[slot] ?? 0) + roundingError(sum, count, next);
    this.#sums[slot] = next;
  }

  /** Sums and errors apart. */
  get parts(): { readonly total: Buckets; readonly lost: Buckets } {
    const ordered = [...this.#slots].sort(([a], [b]) => a - b);
    const indexes = ordered.map(([index]) => index);
    const of = (values: readonly number[]): Buckets =>
      packed({ indexes, counts: ordered.map(([, slot]) => values[slot] ?? 0) });
    return { total: of(this.#sums), lost: of(this.#lost) };
  }
}

/** What a sum loses to rounding; nothing where it is infinite. */
export function roundingError(a: number, b: number, sum: number): number {
  if (!Number.isFinite(sum)) return 0;
  return Math.abs(a) >= Math.abs(b) ? a - sum + b : b - sum + a;
}
