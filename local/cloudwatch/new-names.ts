import { createHash } from 'node:crypto';

/** From the first sample of a metric name to the first query that finds it. */
export interface NewNameDelay {
  readonly leastMs: number;
  readonly mostMs: number;
}

/** As seen on AWS, which promises nothing: a metric name that is new can be queried after one or two minutes. */
export const AWS_NEW_NAME_DELAY: NewNameDelay = { leastMs: 60_000, mostMs: 120_000 };

/**
 * Which metric names can be queried yet. Samples of a new name are kept from the first one on, and all of
 * them are there once the name is. How long that takes follows from the name, so that a run can be repeated.
 */
export class NewNames {
  readonly #delay: NewNameDelay | undefined;
  readonly #nowMs: () => number;
  readonly #visibleFromMs = new Map<string, number>();

  /** @param delay absent: a name can be queried at once */
  constructor(nowMs: () => number, delay?: NewNameDelay) {
    this.#nowMs = nowMs;
    this.#delay = delay;
  }

  /** A name that an earlier run left counts from its oldest sample. */
  recall(name: string, oldestMs: number): void {
    this.#meet(name, oldestMs);
  }

  /** A sample of the name has come. */
  meet(name: string): void {
    if (!this.#visibleFromMs.has(name)) this.#meet(name, this.#nowMs());
  }

  forget(name: string): void {
    this.#visibleFromMs.delete(name);
  }

  isVisible(name: string): boolean {
    return this.#nowMs() >= (this.#visibleFromMs.get(name) ?? 0);
  }

  #meet(name: string, atMs: number): void {
    if (this.#delay === undefined) return;
    const fromMs = atMs + delayOf(name, this.#delay);
    this.#visibleFromMs.set(name, Math.min(fromMs, this.#visibleFromMs.get(name) ?? Infinity));
  }
}

function delayOf(name: string, { leastMs, mostMs }: NewNameDelay): number {
  const share = createHash('sha256').update(name).digest().readUInt32BE() / 2 ** 32;
  return Math.round(leastMs + share * (mostMs - leastMs));
}
