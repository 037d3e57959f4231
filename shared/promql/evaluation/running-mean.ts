/** A mean of numbers that come one by one: by their sum, or by steps of the mean where the sum would overflow. */
export class RunningMean {
  #count = 0;
  #sum = 0;
  #lost = 0;
  /** The mean itself, once the sum has overflowed. */
  #mean: number | undefined;

  add(value: number): void {
    this.#count++;
    if (this.#mean === undefined) {
      const [sum, lost] = compensated(this.#sum, this.#lost, value);
      if (Number.isFinite(sum) || !Number.isFinite(value) || this.#count === 1) {
        [this.#sum, this.#lost] = [sum, lost];
        return;
      }
      this.#mean = this.#sum / (this.#count - 1);
      this.#lost /= this.#count - 1;
    }
    if (Math.abs(this.#mean) === Infinity && !Number.isNaN(value) && value !== -this.#mean) return;
    const share = (this.#count - 1) / this.#count;
    [this.#mean, this.#lost] = compensated(share * this.#mean, share * this.#lost, value / this.#count);
  }

  get value(): number {
    return this.#mean === undefined
      ? this.#sum / this.#count + this.#lost / this.#count
      : this.#mean + this.#lost;
  }
}

function compensated(sum: number, lost: number, value: number): [number, number] {
  const next = sum + value;
  if (next === Infinity || next === -Infinity) return [next, 0];
  return Math.abs(sum) >= Math.abs(value)
    ? [next, lost + (sum - next + value)]
    : [next, lost + (value - next + sum)];
}
