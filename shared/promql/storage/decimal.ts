/** More decimals make differences that are no shorter than the bits themselves. */
export const MAX_DECIMALS = 12;

/** So that a difference of two, doubled for its sign, is still whole. */
const MAX_MANTISSA = 2 ** 51;

const POWERS = Float64Array.from({ length: MAX_DECIMALS + 1 }, (_, decimals) => Number(`1e${decimals}`));

/** 10^decimals, by which a mantissa is divided to give the value again. */
export function powerOf(decimals: number): number {
  return POWERS[decimals] as number;
}

/** The whole m for which m / 10^decimals is exactly the value, sign of zero included; NaN if there is none. */
export function mantissaOf(value: number, decimals: number): number {
  const power = powerOf(decimals);
  const mantissa = Math.round(value * power);
  if (!(Math.abs(mantissa) <= MAX_MANTISSA) || mantissa / power !== value) return Number.NaN;
  // -0 equals 0 and is another value.
  return mantissa === 0 && 1 / value < 0 ? Number.NaN : mantissa + 0;
}

/** The fewest decimals that give the value exactly; undefined for what is no short decimal (1/3, NaN, -0, 1e300). */
export function decimalsOf(value: number): number | undefined {
  for (let decimals = 0; decimals <= MAX_DECIMALS; decimals++)
    if (!Number.isNaN(mantissaOf(value, decimals))) return decimals;
  return undefined;
}
