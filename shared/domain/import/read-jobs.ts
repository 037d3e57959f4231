import { formatDurationS, parseDurationS } from '../catalog/duration.ts';
import type { Path } from '../catalog/problem.ts';
import { targetsOf, type SdFiles, type Targets } from './discovery.ts';
import { JOB_KEYS } from './left-keys.ts';
import { entriesOf, listOf, textOf, under, type Notes } from './notes.ts';
import { leaveRelabelling } from './relabelling.ts';

/** What collects from the targets of a job, in the words of homeostat.yaml. */
export interface ImportedService {
  readonly name: string;
  readonly ecs?: { readonly cluster: string; readonly service: string };
  readonly scrape: Readonly<Record<string, unknown>>;
}

/** The intervals and limits that one system has for all its jobs. */
export interface Cadence {
  readonly everyS: number;
  readonly timeoutS: number;
  readonly maxBytes?: number;
}

/** As Prometheus has them where `global` says nothing. */
const INTERVAL = '1m';
const TIMEOUT = '10s';
/** What `collection.every` may be. */
const [LEAST_S, MOST_S] = [5, 60];

const READ_KEYS = new Set([
  'job_name',
  'scrape_interval',
  'scrape_timeout',
  'metrics_path',
  'scheme',
  'params',
  'body_size_limit',
  'relabel_configs',
  'metric_relabel_configs',
]);

/** The services that the jobs of a configuration become, and how often they are read. */
export function readJobs(
  config: unknown,
  files: SdFiles,
  notes: Notes,
): { readonly services: readonly ImportedService[]; readonly cadence: Cadence } {
  const jobs = listOf(under(config, 'scrape_configs'));
  const services = jobs.flatMap((job, index) => readJob(job, ['scrape_configs', index], files, notes));
  return { services: distinct(services, notes), cadence: cadenceOf(config, jobs, notes) };
}

function readJob(job: unknown, path: Path, files: SdFiles, notes: Notes): ImportedService[] {
  const written = textOf(under(job, 'job_name')) ?? '';
  for (const [key] of entriesOf(job)) {
    const left = JOB_KEYS[key];
    if (left !== undefined) notes.leave([...path, key], key, ...left);
    else if (!READ_KEYS.has(key) && !key.endsWith('_sd_configs') && key !== 'static_configs')
      notes.leave([...path, key], key, 'this is no key of a scrape job', '');
  }
  const name = nameOf(written);
  if (name !== written)
    notes.leave(
      [...path, 'job_name'],
      `the name ${JSON.stringify(written)}`,
      `a service is named with letters, digits, "-", "_" and ".": it is ${name} here`,
      'let rules that select job read this name',
    );
  const keepsAddresses = leaveRelabelling(job, path, notes);
  const targets = targetsOf(job, path, files, notes);
  if (!keepsAddresses || targets === undefined) {
    notes.leave(
      path,
      `job ${written}`,
      keepsAddresses ? 'no targets of it are known' : 'its targets are not what is asked',
      'describe the service in homeostat.yaml',
    );
    return [];
  }
  const service = serviceOf(name, job, targets);
  if (service === undefined) {
    notes.leave(path, `job ${written}`, 'it has no targets', 'describe the service in homeostat.yaml');
    return [];
  }
  notes.carried.push(`job ${written}: ${told(targets)}`);
  return [service];
}

function nameOf(job: string): string {
  const name = job
    .replaceAll(/[^A-Za-z0-9_.-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 128);
  return name === '' ? 'job' : name;
}

function serviceOf(name: string, job: unknown, targets: Targets): ImportedService | undefined {
  const scheme = textOf(under(job, 'scheme')) ?? 'http';
  const path = pathOf(job);
  const place = {
    ...(path !== '/metrics' && { path }),
    ...(scheme !== 'http' && { scheme }),
  };
  switch (targets.kind) {
    case 'targets': {
      const port = scheme === 'https' ? '443' : '80';
      const labelled = Object.keys(targets.labels).length > 0 ? { labels: targets.labels } : {};
      const all = [
        ...new Set(targets.targets.map((target) => (/:\d+$/.test(target) ? target : `${target}:${port}`))),
      ];
      return all.length === 0 ? undefined : { name, scrape: { targets: all, ...place, ...labelled } };
    }
    case 'dns': {
      const { kind: _, ...dns } = targets;
      return { name, scrape: { dns, ...place } };
    }
    case 'tasks': {
      const { cluster, service, port } = targets;
      return {
        name,
        ecs: { cluster, service },
        scrape: { tasks: { port, ...(path !== '/metrics' && { path }) } },
      };
    }
  }
}

function pathOf(job: unknown): string {
  const path = textOf(under(job, 'metrics_path')) ?? '/metrics';
  const parameters = new URLSearchParams();
  for (const [name, values] of entriesOf(under(job, 'params')))
    for (const value of listOf(values)) parameters.append(name, textOf(value) ?? '');
  return parameters.size === 0 ? path : `${path}?${parameters.toString()}`;
}

function told(targets: Targets): string {
  if (targets.kind === 'targets') return `${String(targets.targets.length)} targets`;
  if (targets.kind === 'dns') return `${targets.type} records of ${targets.names.join(', ')}`;
  return `tasks of ${targets.cluster}/${targets.service}`;
}

/** Two jobs may come to one name; the later one gets a number. */
function distinct(services: readonly ImportedService[], notes: Notes): ImportedService[] {
  const names = new Set<string>();
  return services.map((service) => {
    let { name } = service;
    for (let number = 2; names.has(name); number += 1) name = `${service.name}-${String(number)}`;
    names.add(name);
    if (name !== service.name) notes.carried.push(`a second service ${service.name} is named ${name}`);
    return { ...service, name };
  });
}

/** One system is collected at one interval: the shortest of its jobs, within what collect can do. */
function cadenceOf(config: unknown, jobs: readonly unknown[], notes: Notes): Cadence {
  const global = under(config, 'global');
  const wanted = (job: unknown, key: string, otherwise: string): number =>
    parseDurationS(textOf(under(job, key)) ?? textOf(under(global, key)) ?? otherwise) ?? NaN;
  const intervals = jobs.map((job) => wanted(job, 'scrape_interval', INTERVAL));
  const shortest = Math.min(...intervals, ...(intervals.length === 0 ? [MOST_S] : []));
  const everyS = Math.ceil(Math.min(MOST_S, Math.max(LEAST_S, shortest)));
  for (const [index, seconds] of intervals.entries()) {
    if (seconds === everyS) continue;
    const found = Number.isNaN(seconds)
      ? 'an interval that is none'
      : `every ${formatDurationS(Math.round(seconds))}`;
    notes.leave(
      ['scrape_configs', index, 'scrape_interval'],
      found,
      `a system has one interval, of ${String(LEAST_S)} s to ${String(MOST_S)} s: here every ${formatDurationS(everyS)}`,
    );
  }
  const timeouts = jobs.map((job) => wanted(job, 'scrape_timeout', TIMEOUT)).filter((one) => one > 0);
  const timeoutS = Math.min(everyS, Math.max(1, Math.ceil(Math.max(...timeouts, 1))));
  const sizes = [global, ...jobs].flatMap((one) => bytesOf(textOf(under(one, 'body_size_limit'))) ?? []);
  const maxBytes = sizes.length === 0 ? undefined : Math.min(100_000_000, Math.max(1_000, ...sizes));
  return { everyS, timeoutS, ...(maxBytes !== undefined && { maxBytes }) };
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/** `10MB`, `512KiB`: Prometheus counts both by 1024. Zero is no limit. */
function bytesOf(text: string | undefined): number | undefined {
  const found = /^(\d+(?:\.\d+)?)([KMG]?)i?B?$/.exec(text ?? '');
  const bytes = Number(found?.[1]) * (UNITS[found?.[2] ?? ''] ?? 1);
  return bytes > 0 ? Math.floor(bytes) : undefined;
}
