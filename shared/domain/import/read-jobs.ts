import type { Path } from '../catalog/problem.ts';
import { readSchema } from '../catalog/read-schema.ts';
import { Service } from '../catalog/schema/system.ts';
import { cadenceOf, type Cadence } from './cadence.ts';
import { targetsOf, type SdFiles, type Targets } from './discovery.ts';
import { JOB_KEYS, leaveKeys } from './left-keys.ts';
import { entriesOf, listOf, textOf, under, type Notes } from './notes.ts';
import { leaveRelabelling } from './relabelling.ts';

/** What collects from the targets of a job, in the words of homeostat.yaml. */
export interface ImportedService {
  readonly name: string;
  readonly ecs?: { readonly cluster: string; readonly service: string };
  readonly scrape: Readonly<Record<string, unknown>>;
}

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
  leaveKeys(job, path, JOB_KEYS, notes);
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
  const faults = faultsOf(service);
  if (faults.length > 0) {
    notes.leave(path, `job ${written}`, faults.join('; '), 'describe the service in homeostat.yaml');
    return [];
  }
  notes.carried.push(`job ${written}: ${told(targets)}`);
  return [service];
}

/** What a catalog would have against a service. */
function faultsOf({ name: _, ...service }: ImportedService): string[] {
  return readSchema(Service, service).findings.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

function nameOf(job: string): string {
  const name = job
    .replaceAll(/[^A-Za-z0-9_.-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 128);
  return name === '' ? 'job' : name;
}

function serviceOf(name: string, job: unknown, targets: Targets): ImportedService {
  const scheme = targets.scheme ?? textOf(under(job, 'scheme')) ?? 'http';
  const path = pathOf(job, targets.path);
  const place = {
    ...(path !== '/metrics' && { path }),
    ...(scheme !== 'http' && { scheme }),
  };
  switch (targets.kind) {
    case 'targets': {
      const port = scheme === 'https' ? '443' : '80';
      const all = targets.targets.map((target) => (/:\d+$/.test(target) ? target : `${target}:${port}`));
      const { labels } = targets;
      const labelled = Object.keys(labels).length > 0 ? { labels } : {};
      return { name, scrape: { targets: [...new Set(all)], ...place, ...labelled } };
    }
    case 'dns': {
      const { names, type, port } = targets;
      return { name, scrape: { dns: { names, type, ...(port !== undefined && { port }) }, ...place } };
    }
    case 'tasks': {
      const { cluster, service, port } = targets;
      // Homeostat asks tasks over http only: with a scheme the service is refused, not read wrongly.
      const { scheme: other, ...rest } = place;
      return {
        name,
        ecs: { cluster, service },
        scrape: { tasks: { port, ...rest }, ...(other !== undefined && { scheme: other }) },
      };
    }
  }
}

/** @param ofTargets the path that labels of the targets give */
function pathOf(job: unknown, ofTargets: string | undefined): string {
  const path = ofTargets ?? textOf(under(job, 'metrics_path')) ?? '/metrics';
  const parameters = new URLSearchParams();
  for (const [name, values] of entriesOf(under(job, 'params')))
    for (const value of listOf(values)) parameters.append(name, textOf(value) ?? '');
  return parameters.size === 0 ? path : `${path}?${parameters.toString()}`;
}

function told(targets: Targets): string {
  if (targets.kind === 'targets')
    return targets.targets.length === 1 ? '1 target' : `${String(targets.targets.length)} targets`;
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
