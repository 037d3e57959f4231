import type { Clock } from '../../shared/ports/clock.ts';

/** Time that jumps: sleeping takes none, it only moves the clock on. For work that sleeps in one place only. */
export class FakeClock implements Clock {
  #nowMs: number;
  constructor(startMs = Date.UTC(2026, 2, 1)) {
    this.#nowMs = startMs;
  }

  readonly nowMs = (): number => this.#nowMs;
  readonly sleep = async (ms: number): Promise<void> => {
    this.forward(ms);
    // Others that wait at the same time get their turn.
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  };

  forward(ms: number): void {
    this.#nowMs += Math.max(0, ms);
  }
}
