import type { Window } from '../ranges.ts';
import { CompensatedSum } from '../statistics.ts';

/** The straight line through the samples (least squares): slope by second, and the value at a given time. */
export function regression(
  { timesMs, values, start, end }: Window,
  originMs: number,
): { slope: number; intercept: number } | undefined {
  const count = end - start;
  if (count < 2) return undefined;
  const [sumX, sumY, sumXY, sumX2] = [
    new CompensatedSum(),
    new CompensatedSum(),
    new CompensatedSum(),
    new CompensatedSum(),
  ];
  const first = values[start] ?? Number.NaN;
  let isConstant = true;
  for (let index = start; index < end; index++) {
    const x = ((timesMs[index] ?? 0) - originMs) / 1_000;
    const y = values[index] ?? Number.NaN;
    isConstant &&= y === first;
    sumX.add(x);
    sumY.add(y);
    sumXY.add(x * y);
    sumX2.add(x * x);
  }
  // Exact for a flat line, where the sums would leave a rounding error.
  if (isConstant)
    return Number.isFinite(first)
      ? { slope: 0, intercept: first }
      : { slope: Number.NaN, intercept: Number.NaN };
  const covariance = sumXY.value - (sumX.value * sumY.value) / count;
  const slope = covariance / (sumX2.value - (sumX.value * sumX.value) / count);
  return { slope, intercept: sumY.value / count - (slope * sumX.value) / count };
}
