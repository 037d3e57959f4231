import { Counter, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** From 5 ms, a good answer, to 10 s, past the caller's patience. */
const BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface RequestMetrics {
  /** Counts one answered request of the business route. */
  readonly record: (request: { method: string; route: string; status: number; durationS: number }) => void;
  /** All series in the Prometheus text format. */
  readonly expose: () => Promise<{ contentType: string; text: string }>;
}

/**
 * Node's default metrics and the two request metrics.
 *
 * The series of the business route exist from the start with 0: a counter that first appears with
 * its first error hides that error from `rate()`.
 */
export function createMetrics(businessRoute: string): RequestMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const labelNames = ['method', 'route', 'status'] as const;
  const requests = new Counter({
    name: 'http_requests_total',
    help: 'Answered requests by method, route and status code.',
    labelNames,
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from request to answer.',
    labelNames,
    buckets: BUCKETS_S,
    registers: [registry],
  });
  for (const status of ['200', '500', '502']) {
    requests.inc({ method: 'GET', route: businessRoute, status }, 0);
    durations.zero({ method: 'GET', route: businessRoute, status });
  }
  return {
    record: ({ method, route, status, durationS }) => {
      const labels = { method, route, status: String(status) };
      requests.inc(labels);
      durations.observe(labels, durationS);
    },
    expose: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}
