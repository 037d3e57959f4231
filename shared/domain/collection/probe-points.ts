import type { HealthVerdict } from './health.ts';
import { HEALTH_VALUE } from './health-words.ts';
import type { GaugePoint } from './point.ts';

interface Probe {
  readonly job: string;
  /** `host:port` of the health URL. */
  readonly instance: string;
  /** When the probe began, epoch milliseconds. */
  readonly atMs: number;
  readonly durationS: number;
}

/**
 * What a health probe found out, as series: `probe_success` (a 2xx in time), `probe_duration_seconds`,
 * `probe_health` (1 healthy, 0.5 warning, 0 unhealthy) and `probe_check` for every check the service lists.
 *
 * @param verdict undefined if there was no answer
 */
export function probePoints(
  probe: Probe,
  isSuccess: boolean,
  verdict: HealthVerdict | undefined,
): GaugePoint[] {
  const { job, instance, atMs, durationS } = probe;
  const point = (name: string, value: number, more: Record<string, string> = {}): GaugePoint => ({
    kind: 'gauge',
    name,
    labels: { job, instance, ...more },
    value,
    atMs,
  });
  const checks = new Map((verdict?.checks ?? []).map((check) => [check.name, HEALTH_VALUE[check.health]]));
  return [
    point('probe_success', isSuccess ? 1 : 0),
    point('probe_duration_seconds', durationS),
    point('probe_health', HEALTH_VALUE[verdict?.health ?? 'unhealthy']),
    ...[...checks].map(([check, value]) => point('probe_check', value, { check })),
  ];
}
