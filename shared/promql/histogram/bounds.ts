import { CUSTOM_BOUNDS_SCHEMA, FINEST_SCHEMA } from './histogram.ts';

/**
 * The bounds of the finest schema within [0.5, 1). Coarser schemas take every second, fourth ... of them, so that
 * bounds which schemas share are the same double. Prometheus' own table is up to two units in the last place lower.
 */
const MANTISSAS = Float64Array.from(
  { length: 2 ** FINEST_SCHEMA },
  (_, index) => 2 ** (index / 2 ** FINEST_SCHEMA - 1),
);
/** The exponent where doubles end. */
const OVERFLOW_EXPONENT = 1_024;

/**
 * The upper bound of a bucket of an exponential schema. The bucket that ends at 2^1024, which is no double, ends at
 * the largest one: what is above it counts infinite observations. Source: native histogram specification.
 */
export function exponentialBound(index: number, schema: number): number {
  if (schema < 0) return powerOfTwo(index * 2 ** -schema, 1);
  const perDoubling = 2 ** schema;
  const exponent = Math.floor(index / perDoubling);
  const mantissa = MANTISSAS[(index - exponent * perDoubling) * 2 ** (FINEST_SCHEMA - schema)] ?? Number.NaN;
  return powerOfTwo(exponent, 2 * mantissa);
}

function powerOfTwo(exponent: number, factor: number): number {
  return exponent === OVERFLOW_EXPONENT && factor === 1 ? Number.MAX_VALUE : factor * 2 ** exponent;
}

/** The upper bound of a positive bucket of any schema; -Inf below the first and +Inf above the last custom bound. */
export function upperBound(index: number, schema: number, customBounds: readonly number[]): number {
  if (schema !== CUSTOM_BOUNDS_SCHEMA) return exponentialBound(index, schema);
  return index < 0 ? Number.NEGATIVE_INFINITY : (customBounds[index] ?? Number.POSITIVE_INFINITY);
}
