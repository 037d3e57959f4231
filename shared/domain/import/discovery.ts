import type { Path } from '../catalog/problem.ts';
import { DISCOVERY_INSTEAD } from './left-keys.ts';
import { entriesOf, listOf, textOf, under, type Notes } from './notes.ts';
import { keptEcsService } from './relabelling.ts';
import {
  clusterName,
  groupOf,
  targetsOfGroups,
  type AskedOtherwise,
  type GroupedTargets,
  type TargetGroup,
} from './target-groups.ts';

/** Where the targets of a job are, in the words of homeostat.yaml. */
export type Targets =
  | GroupedTargets
  | (AskedOtherwise & {
      readonly kind: 'dns';
      readonly names: readonly string[];
      readonly type: string;
      readonly port?: number;
    });

/** The parsed content of the files that a pattern of `file_sd_configs` names. */
export type SdFiles = ReadonlyMap<string, readonly { readonly file: string; readonly content: unknown }[]>;

/** Kinds of discovery that are read; a job has the targets of the first that gives any. */
const KNOWN = new Set([
  'static_configs',
  'file_sd_configs',
  'dns_sd_configs',
  'aws_sd_configs',
  'ecs_sd_configs',
]);

/** Finds out where a job's targets are, and notes what of it cannot be carried. */
export function targetsOf(job: unknown, path: Path, files: SdFiles, notes: Notes): Targets | undefined {
  for (const [key] of entriesOf(job))
    if (key.endsWith('_sd_configs') && !KNOWN.has(key))
      notes.leave([...path, key], key, 'this kind of discovery is not there', DISCOVERY_INSTEAD);
  const found = [
    targetsOfGroups(groupsOf(job, path, files, notes), path, notes),
    ...dnsOf(job, path, notes),
    ...ecsOf(job, path, notes),
  ].filter((one) => one !== undefined);
  const [first, ...others] = found;
  if (others.length > 0)
    notes.leave(
      path,
      'several kinds of discovery in one job',
      'a service has one kind of targets',
      'make a service of each',
    );
  return first;
}

function groupsOf(job: unknown, path: Path, files: SdFiles, notes: Notes): TargetGroup[] {
  const ofStatic = listOf(under(job, 'static_configs')).map((group, index) =>
    groupOf(group, [...path, 'static_configs', index], notes),
  );
  const ofFiles = listOf(under(job, 'file_sd_configs')).flatMap((config, index) =>
    listOf(under(config, 'files')).flatMap((pattern, at) => {
      const where = [...path, 'file_sd_configs', index, 'files', at];
      const read = files.get(String(pattern)) ?? [];
      if (read.length === 0)
        notes.leave(where, String(pattern), 'no such file could be read', 'name the targets under `targets`');
      return read.flatMap(({ content }) => listOf(content).map((group) => groupOf(group, where, notes)));
    }),
  );
  return [...ofStatic, ...ofFiles];
}

function dnsOf(job: unknown, path: Path, notes: Notes): Targets[] {
  return listOf(under(job, 'dns_sd_configs')).flatMap((config, index): Targets[] => {
    const type = (textOf(under(config, 'type')) ?? 'SRV').toUpperCase();
    const names = listOf(under(config, 'names')).flatMap((name) => textOf(name) ?? []);
    const port = Number(textOf(under(config, 'port')));
    if (!['A', 'AAAA', 'SRV'].includes(type)) {
      notes.leave(
        [...path, 'dns_sd_configs', index],
        `records of type ${type}`,
        'only A, AAAA and SRV are read',
        DISCOVERY_INSTEAD,
      );
      return [];
    }
    return [{ kind: 'dns', names, type, ...(type === 'SRV' ? {} : { port }) }];
  });
}

/** Prometheus lists all tasks of clusters; which service is meant, a relabelling says. */
function ecsOf(job: unknown, path: Path, notes: Notes): Targets[] {
  const configs = ['ecs_sd_configs', 'aws_sd_configs'].flatMap((key) =>
    listOf(under(job, key)).map((config, index) => ({ config, at: [...path, key, index] })),
  );
  return configs.flatMap(({ config, at }): Targets[] => {
    const role = textOf(under(config, 'role')) ?? 'ecs';
    const clusters = listOf(under(config, 'clusters')).flatMap((cluster) => textOf(cluster) ?? []);
    const service = keptEcsService(job);
    const port = Number(textOf(under(config, 'port')));
    const [cluster] = clusters;
    if (role === 'ecs' && clusters.length === 1 && cluster !== undefined && service !== undefined && port > 0)
      return [{ kind: 'tasks', cluster: clusterName(cluster), service, port }];
    notes.leave(
      at,
      `discovery of ${role}`,
      role === 'ecs'
        ? 'it does not name one service of one cluster, with its port'
        : 'only ECS tasks are found',
      'describe each ECS service with `ecs: {cluster, service}` and `scrape: {tasks: {port}}`',
    );
    return [];
  });
}
