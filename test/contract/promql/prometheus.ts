import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { SeriesSlice } from '../../../shared/promql/series-source.ts';
import { freePort } from '../free-port.ts';
import { writeOpenMetrics } from './open-metrics.ts';

/** A Prometheus of its own, which holds the given samples and collects nothing. */
export interface Prometheus {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Where its blocks are. */
  readonly dataFolder: string;
  /** As it answers, `2.42.0` for example. */
  readonly version: string;
  /** The parsed answer of a path of its HTTP API, `/api/v1/query` for example; a refusal is an answer too. */
  get(path: string, parameters: Readonly<Record<string, string>>): Promise<unknown>;
  /** Ends it and removes its files. */
  stop(): Promise<void>;
}

export interface PrometheusSettings {
  /** More command-line arguments. */
  readonly args?: readonly string[];
  /** More environment, `GOMAXPROCS` for example. */
  readonly env?: Readonly<Record<string, string>>;
}

const READY_WITHIN_MS = 60_000;

/** Whether `prometheus` and `promtool` are installed. */
export function hasPrometheus(): boolean {
  return ['prometheus', 'promtool'].every((name) => spawnSync(name, ['--version']).status === 0);
}

/**
 * Starts Debian's Prometheus on a free port of the loopback address, over blocks that promtool makes of the series.
 * Throws if promtool refuses them or Prometheus is not ready within a minute.
 */
export async function startPrometheus(
  series: Iterable<SeriesSlice>,
  { args = [], env = {} }: PrometheusSettings = {},
): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    await makeBlocks(folder, series);
    const port = await freePort();
    const url = `http://127.0.0.1:${String(port)}`;
    const child = launch(folder, port, args, env);
    const stop = async (): Promise<void> => {
      await end(child);
      remove();
    };
    try {
      await ready(url, child);
      return {
        url,
        dataFolder: join(folder, 'data'),
        version: await versionOf(url),
        get: (path, query) => get(url, path, query),
        stop,
      };
    } catch (error) {
      await end(child);
      throw error;
    }
  } catch (error) {
    remove();
    throw error;
  }
}

async function makeBlocks(folder: string, series: Iterable<SeriesSlice>): Promise<void> {
  const text = join(folder, 'samples.txt');
  await writeOpenMetrics(text, series);
  const made = spawnSync('promtool', [
    'tsdb',
    'create-blocks-from',
    'openmetrics',
    text,
    join(folder, 'data'),
  ]);
  rmSync(text);
  if (made.status !== 0) throw new Error(`promtool made no blocks of the samples: ${String(made.stderr)}`);
}

function launch(
  folder: string,
  port: number,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): ChildProcess {
  const config = join(folder, 'prometheus.yml');
  writeFileSync(config, 'global: {}\n');
  const own = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    '--storage.tsdb.retention.time=100y',
    `--web.listen-address=127.0.0.1:${String(port)}`,
    '--log.level=error',
  ];
  return spawn('prometheus', [...own, ...args], { stdio: 'ignore', env: { ...process.env, ...env } });
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  for (let waitedMs = 0; waitedMs < READY_WITHIN_MS; waitedMs += 50) {
    if (child.exitCode !== null)
      throw new Error(`prometheus ended with ${String(child.exitCode)} before it was ready.`);
    const answer = await fetch(`${url}/-/ready`).catch(() => undefined);
    if (answer?.ok === true) return;
    await setTimeout(50);
  }
  throw new Error(`prometheus was not ready within ${String(READY_WITHIN_MS / 1000)} s.`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** By a form, because an expression may be longer than an address. */
async function get(
  url: string,
  path: string,
  parameters: Readonly<Record<string, string>>,
): Promise<unknown> {
  const answer = await fetch(`${url}${path}`, { method: 'POST', body: new URLSearchParams(parameters) });
  return answer.json();
}

async function versionOf(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/status/buildinfo`);
  const { data } = (await answer.json()) as { readonly data: { readonly version: string } };
  return data.version.replace(/\+.*/, '');
}
