import { isStaleMarker } from '../../shared/promql/stale-marker.ts';

/** The difference that is allowed, in parts of both values together; as in Prometheus' own runner. */
const TOLERANCE = 1e-6;
const SMALLEST_NORMAL = 2 ** -1022;

/** Whether two values are the same but for rounding. NaN equals NaN, a stale marker only another one. */
export function isAlmostEqual(a: number, b: number): boolean {
  if (Number.isNaN(a) || Number.isNaN(b))
    return Number.isNaN(a) && Number.isNaN(b) && isStaleMarker(a) === isStaleMarker(b);
  if (a === b) return true;
  const sum = Math.abs(a) + Math.abs(b);
  const difference = Math.abs(a - b);
  if (a === 0 || b === 0 || sum < SMALLEST_NORMAL) return difference < TOLERANCE * SMALLEST_NORMAL;
  return difference / Math.min(sum, Number.MAX_VALUE) < TOLERANCE;
}
