import type { LocalRun } from '../local/run.ts';
import { servePrometheus, type PrometheusServer } from '../local/prometheus/serve-prometheus.ts';
import { onFreePort } from './free-port.ts';

/** Where Grafana looks for Prometheus without being told. */
const PORTS = {
  first: 9090,
  tries: 10,
  who: 'the Prometheus API',
  advice: 'Choose another port with --prometheus-port',
};

/**
 * Serves the series of a running local cloud as Prometheus would.
 *
 * @param port the one that was asked for; undefined takes 9090, or the next one that is free
 * @throws Error that says which port is taken
 */
export function openLocalPrometheus(run: LocalRun, port: number | undefined): Promise<PrometheusServer> {
  const { series } = run.cloud.services.cloudwatch;
  return onFreePort({ ...PORTS, asked: port }, (tried) =>
    servePrometheus({
      source: series,
      metadata: series.metadata,
      nowMs: () => Date.now(),
      options: {},
      port: tried,
    }),
  );
}
