import type { Path } from '../catalog/problem.ts';
import { DISCOVERY_INSTEAD } from './left-keys.ts';
import { entriesOf, listOf, textOf, under, type Notes } from './notes.ts';
import { keptEcsService } from './relabelling.ts';

/** Where the targets of a job are, in the words of homeostat.yaml. */
export type Targets =
  | {
      readonly kind: 'targets';
      readonly targets: readonly string[];
      readonly labels: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'dns'; readonly names: readonly string[]; readonly type: string; readonly port?: number }
  | { readonly kind: 'tasks'; readonly cluster: string; readonly service: string; readonly port: number };

/** A group of targets of `static_configs`, or of a file of `file_sd_configs`. */
interface TargetGroup {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly path: Path;
}

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
    ecsOfGroups(groupsOf(job, path, files, notes), path, notes),
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
    groupOf(group, [...path, 'static_configs', index]),
  );
  const ofFiles = listOf(under(job, 'file_sd_configs')).flatMap((config, index) =>
    listOf(under(config, 'files')).flatMap((pattern, at) => {
      const where = [...path, 'file_sd_configs', index, 'files', at];
      const read = files.get(String(pattern)) ?? [];
      if (read.length === 0)
        notes.leave(where, String(pattern), 'no such file could be read', 'name the targets under `targets`');
      return read.flatMap(({ content }) => listOf(content).map((group) => groupOf(group, where)));
    }),
  );
  return [...ofStatic, ...ofFiles];
}

function groupOf(group: unknown, path: Path): TargetGroup {
  const labels = entriesOf(under(group, 'labels')).map(([name, value]) => [name, textOf(value) ?? '']);
  return {
    targets: listOf(under(group, 'targets')).flatMap((target) => textOf(target) ?? []),
    labels: Object.fromEntries(labels) as Record<string, string>,
    path,
  };
}

const CLUSTER_LABELS = ['cluster_arn', 'TaskClusterName', '__meta_ecs_cluster_arn', '__meta_ecs_cluster'];
const GROUP_LABELS = ['task_group', 'TaskGroup', '__meta_ecs_task_group'];

/**
 * Fixed targets; or, where a program that lists ECS tasks wrote them (it names their cluster and service), the tasks of
 * that service: the addresses in the file are gone tomorrow.
 */
function ecsOfGroups(groups: readonly TargetGroup[], path: Path, notes: Notes): Targets | undefined {
  if (groups.length === 0) return undefined;
  const first = (labels: TargetGroup['labels'], names: readonly string[]): string | undefined =>
    names.map((name) => labels[name]).find((value) => value !== undefined);
  const tasks = groups.map(({ labels, targets }) => ({
    cluster: first(labels, CLUSTER_LABELS),
    service: /^service:(.+)$/.exec(first(labels, GROUP_LABELS) ?? '')?.[1],
    ports: new Set(targets.map((target) => Number(target.split(':').at(-1)))),
  }));
  const [one] = tasks;
  const isOneService = tasks.every(
    ({ cluster, service }) => service !== undefined && service === one?.service && cluster === one.cluster,
  );
  if (isOneService && one?.cluster !== undefined && one.service !== undefined) {
    const [port = 0] = one.ports;
    const { cluster, service } = one;
    return { kind: 'tasks', cluster: cluster.replace(/^.*:cluster\//, ''), service, port };
  }
  return { kind: 'targets', targets: fixed(groups, path, notes), labels: commonLabels(groups, notes) };
}

/** A service has one set of labels: those that all groups have with the same value. */
function commonLabels(groups: readonly TargetGroup[], notes: Notes): Record<string, string> {
  const [first] = groups;
  const isCommon = ([name, value]: [string, string]): boolean =>
    !name.startsWith('__') &&
    !['job', 'instance'].includes(name) &&
    groups.every(({ labels }) => labels[name] === value);
  const common = Object.fromEntries(Object.entries(first?.labels ?? {}).filter(isCommon));
  for (const { labels, path } of groups) {
    const left = Object.keys(labels).filter((name) => !Object.hasOwn(common, name));
    if (left.length > 0)
      notes.leave(
        [...path, 'labels'],
        `labels ${left.join(', ')}`,
        'a service has one set of labels, the same for all its targets, without job, instance and __…',
        'make a service of each group',
      );
  }
  return common;
}

const HOST_PORT = /^(\[[0-9a-fA-F:]+\]|[^\s:/[\]]+):[0-9]{1,5}$/;
const HOST = /^(\[[0-9a-fA-F:]+\]|[^\s:/[\]]+)$/;

/** Prometheus takes the scheme's own port for a target without one; the caller knows the scheme. */
function fixed(groups: readonly TargetGroup[], path: Path, notes: Notes): string[] {
  return groups.flatMap(({ targets, path: at }) =>
    targets.flatMap((target) => {
      if (HOST_PORT.test(target) || HOST.test(target)) return [target];
      notes.leave(
        at.length === 0 ? path : at,
        target,
        'this is no host:port',
        'give a service of its own a `url`',
      );
      return [];
    }),
  );
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
      return [{ kind: 'tasks', cluster: cluster.replace(/^.*:cluster\//, ''), service, port }];
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
