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

type Numbers = Float64Array | readonly number[];

// These look at the values from `start` to `end` (not included), all of them by default: nothing is copied, and
// loops by index are much quicker than iterators.

/** The sum with little rounding error. */
export function kahanSum(values: Numbers, start = 0, end = values.length): number {
  const sum = new CompensatedSum();
  for (let at = start; at < end; at++) sum.add(values[at] ?? Number.NaN);
  return sum.value;
}

/** The arithmetic mean; of large values too, whose sum would overflow. */
export function mean(values: Numbers, start = 0, end = values.length): number {
  const count = end - start;
  const sum = kahanSum(values, start, end);
  if (Number.isFinite(sum) || !areFinite(values, start, end)) return sum / count;
  const average = new CompensatedSum();
  for (let at = start; at < end; at++) average.add((values[at] ?? Number.NaN) / count);
  return average.value;
}

function areFinite(values: Numbers, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!Number.isFinite(values[at])) return false;
  return true;
}

/** The variance of the whole population, in one pass (Welford). */
export function variance(values: Numbers, start = 0, end = values.length): number {
  const average = new CompensatedSum();
  const squares = new CompensatedSum();
  for (let at = start; at < end; at++) {
    const value = values[at] ?? Number.NaN;
    const delta = value - average.value;
    average.add(delta / (at - start + 1));
    squares.add(delta * (value - average.value));
  }
  return squares.value / (end - start);
}

/** The largest value; NaN only when there is nothing else. */
export function maximum(values: Numbers, start = 0, end = values.length): number {
  let result = Number.NaN;
  for (let at = start; at < end; at++) {
    const value = values[at] ?? Number.NaN;
    if (value > result || Number.isNaN(result)) result = value;
  }
  return result;
}

/** The smallest value; NaN only when there is nothing else. */
export function minimum(values: Numbers, start = 0, end = values.length): number {
  let result = Number.NaN;
  for (let at = start; at < end; at++) {
    const value = values[at] ?? Number.NaN;
    if (value < result || Number.isNaN(result)) result = value;
  }
  return result;
}

/** The q-quantile, interpolated between neighbours; -Inf below 0, +Inf above 1, NaN of nothing. NaN counts as smallest. */
export function quantile(q: number, values: Numbers): number {
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
