import type { Labels } from '../../shared/promql/matching.ts';

/** A text that is the same exactly for the same labels, and sorts as Prometheus sorts series. */
export function labelKey(labels: Labels): string {
  return Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}\u0000${value}\u0000`)
    .join('');
}
