import type { CompiledService } from '../catalog/compiled.ts';
import type { ScrapeFailure } from './failure.ts';

/** A running task of a service, as far as collecting from it needs to know. */
export interface RunningTask {
  readonly taskId: string;
  /** IPv4 address inside the network; absent while (or because) the task has none of its own. */
  readonly address?: string;
  /** Where a container's port is reached, if it is another one. */
  readonly ports: readonly { readonly containerPort: number; readonly hostPort: number }[];
  /** Epoch milliseconds. */
  readonly startedAtMs?: number;
}

/** What a record points at. */
export interface NamedAddress {
  /** An IP address; for SRV a host name, without the dot at its end. */
  readonly host: string;
  /** Only SRV tells one. */
  readonly port?: number;
}

/** Something to scrape; `job`, `instance` and `labels` are what its series get. */
export interface ScrapeTarget {
  readonly labels?: Readonly<Record<string, string>>;
  readonly job: string;
  readonly instance: string;
  readonly url: string;
}

/** Something that should be scraped and cannot be: it is down without being asked. */
export interface LostTarget {
  readonly labels?: Readonly<Record<string, string>>;
  readonly job: string;
  readonly instance: string;
  readonly reason: Extract<ScrapeFailure, 'no_tasks' | 'no_address' | 'no_records' | 'bad_url'>;
  readonly detail: string;
}

export interface TargetPlan {
  readonly targets: readonly ScrapeTarget[];
  readonly lost: readonly LostTarget[];
}

/** What discovery found of a service: its tasks, or what its names stand for. */
export interface Discovered {
  readonly tasks?: readonly RunningTask[];
  readonly addresses?: readonly NamedAddress[];
}

/**
 * Lists what to scrape for one service.
 *
 * A task is reached at its own address, on the host port that is bound to the configured port if the task
 * tells one, else on the configured port. A service that should have tasks and has none is one lost target
 * whose instance is `cluster/service`. No plan for a service without `scrape`.
 *
 * @param found what runs now, of the kind that the service's targets are
 */
export function planTargets(service: CompiledService, found: Discovered): TargetPlan {
  const { targets, lost } = planPlaces(service, found);
  const labels = service.scrape?.labels;
  if (labels === undefined) return { targets, lost };
  return {
    targets: targets.map((target) => ({ ...target, labels })),
    lost: lost.map((target) => ({ ...target, labels })),
  };
}

function planPlaces(service: CompiledService, { tasks = [], addresses = [] }: Discovered): TargetPlan {
  if (service.scrape === undefined) return { targets: [], lost: [] };
  if (service.scrape.kind === 'dns') return planAddresses(service.service, service.scrape, addresses);
  if (service.scrape.kind === 'static') return planStatic(service.service, service.scrape.urls);
  const { port, path } = service.scrape;
  const job = service.service;
  if (tasks.length === 0) {
    const instance = service.ecs === undefined ? job : `${service.ecs.cluster}/${service.ecs.service}`;
    return {
      targets: [],
      lost: [{ job, instance, reason: 'no_tasks', detail: `No task of ${instance} is running.` }],
    };
  }
  const places = tasks.map((task) => ({ task, hostPort: hostPortOf(task, port) }));
  return {
    targets: places.flatMap(({ task: { address }, hostPort }) =>
      address === undefined ? [] : [taskTarget(job, `${address}:${String(hostPort)}`, path)],
    ),
    lost: places.flatMap(({ task, hostPort }) =>
      task.address === undefined ? [lostTask(job, task, hostPort)] : [],
    ),
  };
}

type DnsScrape = Extract<NonNullable<CompiledService['scrape']>, { kind: 'dns' }>;

/** One target for each address and port, however often it is named; none is one lost target. */
function planAddresses(
  job: string,
  { names, port: common, scheme, path }: DnsScrape,
  addresses: readonly NamedAddress[],
): TargetPlan {
  const instances = new Set(
    addresses.map(
      ({ host, port = common }) => `${host.includes(':') ? `[${host}]` : host}:${String(port ?? '')}`,
    ),
  );
  if (instances.size === 0) {
    const instance = names.join(',');
    return {
      targets: [],
      lost: [{ job, instance, reason: 'no_records', detail: `DNS has no records of ${instance}.` }],
    };
  }
  return {
    targets: [...instances].map((instance) => ({ job, instance, url: `${scheme}://${instance}${path}` })),
    lost: [],
  };
}

function hostPortOf(task: RunningTask, containerPort: number): number {
  return task.ports.find((port) => port.containerPort === containerPort)?.hostPort ?? containerPort;
}

function taskTarget(job: string, instance: string, path: string): ScrapeTarget {
  return { job, instance, url: `http://${instance}${path.startsWith('/') ? path : `/${path}`}` };
}

function lostTask(job: string, task: RunningTask, hostPort: number): LostTarget {
  const detail = `Task ${task.taskId} runs without a network interface of its own. Use network mode awsvpc.`;
  return { job, instance: `${task.taskId}:${String(hostPort)}`, reason: 'no_address', detail };
}

/** Two URLs of one host and port would be one series: those get their path into the instance. */
function planStatic(job: string, urls: readonly string[]): TargetPlan {
  const read = [...new Set(urls)].map((url) => ({ url, instance: instanceOf(url) }));
  const targets = read.flatMap(({ url, instance }) => {
    if (instance === undefined) return [];
    const isShared = read.some((other) => other.url !== url && other.instance === instance);
    return [{ job, url, instance: isShared ? instance + new URL(url).pathname : instance }];
  });
  const lost = read.flatMap(({ url, instance }) =>
    instance === undefined
      ? [
          {
            job,
            instance: url,
            reason: 'bad_url' as const,
            detail: `${JSON.stringify(url)} is no http or https URL.`,
          },
        ]
      : [],
  );
  return { targets, lost };
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** `host:port` of a URL, the port always written out as Prometheus does; undefined if it is no HTTP URL. */
export function instanceOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname, port } = new URL(url);
  const defaultPort = DEFAULT_PORTS[protocol];
  return defaultPort === undefined ? undefined : `${hostname}:${port === '' ? defaultPort : port}`;
}
