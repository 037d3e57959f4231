import { spawn, spawnSync } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import {
  collectDefaultMetrics,
  Histogram,
  openMetricsContentType,
  Registry,
  type OpenMetricsContentType,
} from 'prom-client';
import type { ExpositionFormat } from '../../shared/domain/collection/exposition.ts';

/** What a real target answers. */
export interface RealExposition {
  readonly of: string;
  readonly format: ExpositionFormat;
  readonly text: string;
}

const EXPORTER = 'prometheus-node-exporter';
const PORT = 29_123;

/**
 * Prometheus text of Debian's node exporter about this machine (where it is not installed, of a Node process), and
 * OpenMetrics of a Node process: the exporter has none.
 */
export async function realExpositions(): Promise<RealExposition[]> {
  const openMetrics = new Registry<OpenMetricsContentType>();
  openMetrics.setContentType(openMetricsContentType);
  const hasExporter = spawnSync(EXPORTER, ['--version']).error === undefined;
  return [
    hasExporter
      ? { of: 'node exporter', format: 'text', text: await askNodeExporter() }
      : { of: 'a Node process', format: 'text', text: await tellOfThisProcess(new Registry()) },
    { of: 'a Node process', format: 'openmetrics', text: await tellOfThisProcess(openMetrics) },
  ];
}

async function askNodeExporter(): Promise<string> {
  const child = spawn(EXPORTER, [`--web.listen-address=127.0.0.1:${String(PORT)}`], { stdio: 'ignore' });
  try {
    for (let tries = 0; ; tries += 1) {
      try {
        return await (await fetch(`http://127.0.0.1:${String(PORT)}/metrics`)).text();
      } catch (error) {
        if (tries > 50) throw error;
        await setTimeout(100);
      }
    }
  } finally {
    child.kill();
  }
}

/** What Node's client library tells of every process, and a histogram by path. */
async function tellOfThisProcess(registry: Registry | Registry<OpenMetricsContentType>): Promise<string> {
  collectDefaultMetrics({ register: registry });
  const latency = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'How long requests took.',
    labelNames: ['method', 'path'],
    registers: [registry],
  });
  for (let path = 0; path < 60; path += 1)
    latency.observe({ method: 'GET', path: `/api/v1/orders/${String(path)}` }, path / 10);
  return registry.metrics();
}
