import type { Path } from '../catalog/problem.ts';
import { entriesOf, listOf, textOf, under, type Notes } from './notes.ts';

type Labels = Readonly<Record<string, string>>;

/** A group of targets of `static_configs`, or of a file of `file_sd_configs`. */
export interface TargetGroup {
  readonly targets: readonly string[];
  /** Without those that are empty, which Prometheus takes for none. */
  readonly labels: Labels;
  readonly path: Path;
}

/** How the targets are asked, where their labels say so. */
export interface AskedOtherwise {
  readonly path?: string;
  readonly scheme?: string;
}

/** What the groups of a job come to. */
export type GroupedTargets = AskedOtherwise &
  (
    | { readonly kind: 'targets'; readonly targets: readonly string[]; readonly labels: Labels }
    | { readonly kind: 'tasks'; readonly cluster: string; readonly service: string; readonly port: number }
  );

/** Reads one group; `path` is where notes about it point. */
export function groupOf(group: unknown, path: Path, notes: Notes): TargetGroup {
  const targets = listOf(under(group, 'targets'));
  if (targets.some((target) => textOf(target) === undefined))
    notes.leave([...path, 'targets'], 'a target', 'it is no text, as Prometheus expects');
  const labels = entriesOf(under(group, 'labels')).flatMap(([name, value]) => {
    const text = textOf(value) ?? '';
    return text === '' ? [] : [[name, text]];
  });
  return {
    targets: targets.flatMap((target) => textOf(target) ?? []),
    labels: Object.fromEntries(labels) as Labels,
    path,
  };
}

/**
 * Fixed targets; or, where a program that lists ECS tasks wrote them (it names their cluster and service), the tasks of
 * that service: the addresses in the file are gone tomorrow.
 */
export function targetsOfGroups(
  groups: readonly TargetGroup[],
  path: Path,
  notes: Notes,
): GroupedTargets | undefined {
  if (groups.length === 0) return undefined;
  const common = commonLabels(groups);
  const asked = {
    ...(common['__metrics_path__'] !== undefined && { path: common['__metrics_path__'] }),
    ...(common['__scheme__'] !== undefined && { scheme: common['__scheme__'] }),
  };
  const tasks = tasksOf(groups, path, notes);
  if (tasks !== undefined) {
    leaveLabels(groups, TASK_LABELS, notes, 'tasks are found anew, and have the labels of their service');
    return { kind: 'tasks', ...tasks, ...asked };
  }
  const carried = Object.fromEntries(Object.entries(common).filter(([name]) => OWN_LABEL.test(name)));
  const known = new Set([...Object.keys(carried), ...Object.keys(asked).map((key) => META[key] ?? '')]);
  leaveLabels(
    groups,
    known,
    notes,
    'a service has one set of labels, the same for all its targets, without job, instance and __…',
  );
  return { kind: 'targets', targets: fixed(groups, path, notes), labels: carried, ...asked };
}

const META: Readonly<Record<string, string>> = { path: '__metrics_path__', scheme: '__scheme__' };

/** Labels that a service may give its targets. */
const OWN_LABEL = /^(?!__)(?!(?:job|instance)$)[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Those that all groups have with the same value. */
function commonLabels([first, ...others]: readonly TargetGroup[]): Labels {
  const common = Object.entries(first?.labels ?? {}).filter(([name, value]) =>
    others.every(({ labels }) => labels[name] === value),
  );
  return Object.fromEntries(common);
}

function leaveLabels(
  groups: readonly TargetGroup[],
  known: ReadonlySet<string>,
  notes: Notes,
  reason: string,
): void {
  for (const { labels, path } of groups) {
    const left = Object.keys(labels).filter((name) => !known.has(name));
    if (left.length > 0)
      notes.leave(
        [...path, 'labels'],
        `labels ${left.join(', ')}`,
        reason,
        'make a service of each group, or let rules do without',
      );
  }
}

const CLUSTER_LABELS = ['cluster_arn', 'TaskClusterName', '__meta_ecs_cluster_arn', '__meta_ecs_cluster'];
const GROUP_LABELS = ['task_group', 'TaskGroup', '__meta_ecs_task_group'];
const TASK_LABELS = new Set([...CLUSTER_LABELS, ...GROUP_LABELS, ...Object.values(META)]);

/** The one ECS service whose tasks all groups are; undefined if they are not. */
function tasksOf(
  groups: readonly TargetGroup[],
  path: Path,
  notes: Notes,
): { cluster: string; service: string; port: number } | undefined {
  const first = (labels: Labels, names: readonly string[]): string =>
    names.map((name) => labels[name]).find((value) => value !== undefined) ?? '';
  const services = groups.map(({ labels }) => ({
    cluster: clusterName(first(labels, CLUSTER_LABELS)),
    service: /^service:(.+)$/.exec(first(labels, GROUP_LABELS))?.[1] ?? '',
  }));
  const [one] = services;
  if (one === undefined || one.cluster === '' || one.service === '') return undefined;
  if (!services.every(({ cluster, service }) => cluster === one.cluster && service === one.service))
    return undefined;
  const ports = new Set(groups.flatMap(({ targets }) => targets.map(portOf)));
  const [port = NaN, ...others] = ports;
  if (others.length > 0)
    notes.leave(
      path,
      `port ${others.join(', ')} of its tasks`,
      'metrics of a service are at one port of each task',
      'make a service of each port',
    );
  return { ...one, port };
}

function portOf(target: string): number {
  return Number(target.split(':').at(-1));
}

/** The name in the ARN of a cluster; a name as it is. */
export function clusterName(nameOrArn: string): string {
  return nameOrArn.replace(/^.*:cluster\//, '');
}

const HOST_PORT = /^(\[[0-9a-fA-F:]+\]|[^\s:/[\]]+)(:[0-9]{1,5})?$/;

/** Addresses, with a port or without: the caller knows the scheme and its port. */
function fixed(groups: readonly TargetGroup[], path: Path, notes: Notes): string[] {
  return groups.flatMap(({ targets, path: at }) =>
    targets.filter((target) => {
      if (HOST_PORT.test(target)) return true;
      notes.leave(
        at.length === 0 ? path : at,
        target,
        'this is no host:port',
        'give a service of its own a `url`',
      );
      return false;
    }),
  );
}
