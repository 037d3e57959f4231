/** The value that `part` (0 to 1) of the values do not exceed, by the nearest rank; NaN of none. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}

/** The middle value, the mean of the two middle ones; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/**
 * The median of the ratios of values that were taken one after the other: what else the machine did then
 * slowed both.
 */
export function pairedRatio(values: readonly number[], references: readonly number[]): number {
  return median(values.map((value, at) => value / (references[at] ?? Number.NaN)));
}
