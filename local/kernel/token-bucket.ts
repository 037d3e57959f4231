/**
 * A token bucket: so many calls a second on average, and as many at once after a quiet second. AWS throttles
 * this way and mostly names only the rate, so the burst is one second of it.
 */
export class TokenBucket {
  readonly #ratePerS: number;
  readonly #nowMs: () => number;
  #tokens: number;
  #filledAtMs: number;

  constructor(ratePerS: number, nowMs: () => number) {
    this.#ratePerS = ratePerS;
    this.#nowMs = nowMs;
    this.#tokens = ratePerS;
    this.#filledAtMs = nowMs();
  }

  /** Takes one token; false if there is none. */
  take(): boolean {
    const nowMs = this.#nowMs();
    // A clock that was set back fills nothing.
    const passedS = Math.max(0, nowMs - this.#filledAtMs) / 1_000;
    this.#filledAtMs = nowMs;
    this.#tokens = Math.min(this.#ratePerS, this.#tokens + passedS * this.#ratePerS);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
