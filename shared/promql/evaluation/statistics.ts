/** A sum that carries its rounding error along (Neumaier's form of Kahan's summation). */
export class CompensatedSum {
  #sum = 0;
  #lost = 0;

  add(value: number): void {
    const next = this.#sum + value;
    if (!Number.isFinite(next)) this.#lost = 0;
    else if (Math.abs(this.#sum) >= Math.abs(value)) this.#lost += this.#sum - next + value;
    else this.#lost += value - next + this.#sum;
    this.#sum = next;
  }

  get value(): number {
    return this.#sum + this.#lost;
  }
}

/** The sum with little rounding error. */
export function kahanSum(values: Float64Array | readonly number[]): number {
  const sum = new CompensatedSum();
  for (const value of values) sum.add(value);
  return sum.value;
}

/** The arithmetic mean; of large values too, whose sum would overflow. */
export function mean(values: Float64Array | readonly number[]): number {
  const sum = kahanSum(values);
  if (Number.isFinite(sum) || values.some((value) => !Number.isFinite(value))) return sum / values.length;
  const average = new CompensatedSum();
  for (const value of values) average.add(value / values.length);
  return average.value;
}

/** The variance of the whole population, in one pass (Welford). */
export function variance(values: Float64Array | readonly number[]): number {
  const average = new CompensatedSum();
  const squares = new CompensatedSum();
  for (const [index, value] of values.entries()) {
    const delta = value - average.value;
    average.add(delta / (index + 1));
    squares.add(delta * (value - average.value));
  }
  return squares.value / values.length;
}

/** The largest value; NaN only when there is nothing else. */
export function maximum(values: Float64Array | readonly number[]): number {
  let result = Number.NaN;
  for (const value of values) if (value > result || Number.isNaN(result)) result = value;
  return result;
}

/** The smallest value; NaN only when there is nothing else. */
export function minimum(values: Float64Array | readonly number[]): number {
  let result = Number.NaN;
  for (const value of values) if (value < result || Number.isNaN(result)) result = value;
  return result;
}

/** The q-quantile, interpolated between neighbours; -Inf below 0, +Inf above 1, NaN of nothing. NaN counts as smallest. */
export function quantile(q: number, values: Float64Array | readonly number[]): number {
  if (values.length === 0 || Number.isNaN(q)) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  const sorted = Float64Array.from(values).sort(byValue);
  const rank = q * (sorted.length - 1);
  const lower = Math.floor(rank);
  const weight = rank - lower;
  const low = sorted[lower] ?? Number.NaN;
  const high = sorted[Math.min(sorted.length - 1, lower + 1)] ?? Number.NaN;
  return low * (1 - weight) + high * weight;
}

/** Ascending, NaN first. */
function byValue(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
  return a === b ? 0 : a < b ? -1 : 1;
}
