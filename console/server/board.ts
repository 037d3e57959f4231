/** One part of the page in its newest form, ready to be sent. */
export interface Posting {
  /** Names this state of the board: who has it knows everything up to here. */
  readonly id: string;
  readonly name: string;
  readonly json: string;
}

/**
 * The parts of the page as they were last seen, each with the number of its last change. Levels, not
 * edges: who comes back with an old number gets the newest form of every part that changed since.
 */
export class Board {
  readonly #run: string;
  readonly #parts = new Map<string, { readonly seq: number; readonly json: string }>();
  #seq = 0;

  /** @param run differs from server to server: numbers of another one mean nothing here */
  constructor(run: string) {
    this.#run = run;
  }

  /** Takes the parts; those that are as before stay as they are. */
  publish(parts: object): void {
    for (const [name, value] of Object.entries(parts)) {
      const json = JSON.stringify(value);
      if (this.#parts.get(name)?.json === json) continue;
      this.#seq += 1;
      this.#parts.set(name, { seq: this.#seq, json });
    }
  }

  /** Where the board is now; an id to come back with. */
  get id(): string {
    return `${this.#run}-${String(this.#seq)}`;
  }

  /**
   * What somebody has missed, the oldest change first.
   *
   * @param id the last one they had; undefined, or of another run: everything
   */
  since(id: string | undefined): Posting[] {
    const known = this.#seqOf(id);
    return [...this.#parts]
      .filter(([, { seq }]) => seq > known)
      .toSorted(([, a], [, b]) => a.seq - b.seq)
      .map(([name, { seq, json }]) => ({ id: `${this.#run}-${String(seq)}`, name, json }));
  }

  #seqOf(id: string | undefined): number {
    const [, run, seq] = /^(.*)-(\d{1,15})$/.exec(id ?? '') ?? [];
    const number = Number(seq);
    return run === this.#run && number <= this.#seq ? number : 0;
  }
}
