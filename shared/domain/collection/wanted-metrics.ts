/** Everything that a target tells. */
export const EVERY_METRIC = '*';

/**
 * Which metrics are sent, by name.
 *
 * @param wanted names, and families that end with `*` (`node_*`; `*` alone is everything)
 */
export function wantedMetrics(wanted: readonly string[]): (metric: string) => boolean {
  const names = new Set(wanted.filter((one) => !one.endsWith('*')));
  const prefixes = wanted.filter((one) => one.endsWith('*')).map((one) => one.slice(0, -1));
  if (prefixes.length === 0) return (metric) => names.has(metric);
  return (metric) => names.has(metric) || prefixes.some((prefix) => metric.startsWith(prefix));
}
