import type { Clock } from '../../shared/ports/clock.ts';
import type { HealthCheck } from '../../shared/ports/health-check.ts';
import type { ServiceControl, ServiceDeployment } from '../../shared/ports/service-control.ts';
import type { FakePrometheus } from './fake-prometheus.ts';

/** So long a new deployment takes until its tasks run and the old ones are gone. */
const ROLLOUT_MS = 20_000;

interface Task {
  readonly instance: string;
  readonly startedMs: number;
}

/** A service as it really is, whatever anybody knows of it. */
export interface FakeService {
  readonly name: string;
  /** False: it does not answer, neither scrapes nor its health URL. */
  isUp: boolean;
  /** False: its health URL answers, and says that it is not well. */
  isWell: boolean;
  /** Whether new tasks are well. */
  healsByRestart: boolean;
  /** Share of requests that end in an error. */
  errorRatio: number;
  diskFree: number;
  tasks: Task[];
  deployments: (Omit<ServiceDeployment, 'rollout'> & { readonly doneMs: number })[];
}

export interface FakeServices extends ServiceControl, HealthCheck {
  readonly service: (name: string) => FakeService;
  /** One sweep of `collect`: what a scrape of every task shows goes into the series. */
  readonly sweep: (series: FakePrometheus, system: string) => void;
  /** Every restart that ECS was asked for. */
  readonly restarts: readonly { readonly service: string; readonly atMs: number }[];
  outage: Error | undefined;
}

/** How the services are met; each key has what the shop of most timelines needs. */
export interface ServicesOptions {
  /** What a new task is called: behind a load balancer always the same, tasks of their own get a new one. */
  readonly address?: (service: string, deployment: number) => readonly string[];
  /** What a scrape of a service writes. */
  readonly scrape?: (series: FakePrometheus, system: string, one: FakeService, atMs: number) => void;
  /** Which service answers a health URL. */
  readonly serviceAt?: (url: string) => string;
}

/** ECS and the services it runs. */
export function fakeServices(
  clock: Clock,
  names: readonly string[],
  options: ServicesOptions = {},
): FakeServices {
  const {
    address = (service) => [`${service}.test:80`],
    scrape = scrapeShop,
    serviceAt = (url) => new URL(url).hostname.split('.')[0] ?? '',
  } = options;
  const all = new Map(names.map((name) => [name, aFakeService(name, address(name, 0), clock.nowMs())]));
  const restarts: { service: string; atMs: number }[] = [];
  const begun = new Map<string, number>();
  const service = (name: string): FakeService => {
    const found = all.get(name);
    if (found === undefined) throw new Error(`there is no service ${name}`);
    return found;
  };
  const deploymentsOf = (one: FakeService): ServiceDeployment[] =>
    one.deployments.map(({ doneMs, ...deployment }) => ({
      ...deployment,
      rollout: clock.nowMs() >= doneMs ? 'COMPLETED' : 'IN_PROGRESS',
    }));
  const begin = (one: FakeService): string => {
    const number = (begun.get(one.name) ?? 1) + 1;
    begun.set(one.name, number);
    const id = `${one.name}-d${String(number)}`;
    const nowMs = clock.nowMs();
    const before = one.deployments.map((old) => ({ ...old, isPrimary: false }));
    one.deployments = [
      { id, isPrimary: true, createdAtMs: nowMs, doneMs: nowMs + ROLLOUT_MS },
      ...before,
    ].slice(0, 5);
    restarts.push({ service: one.name, atMs: nowMs });
    void clock.sleep(ROLLOUT_MS).then(() => {
      if (one.deployments[0]?.id !== id) return;
      one.tasks = address(one.name, number).map((instance) => ({ instance, startedMs: clock.nowMs() }));
      one.isUp = one.healsByRestart;
      if (!one.healsByRestart) return;
      one.isWell = true;
      one.errorRatio = 0;
    });
    return id;
  };
  const fake: FakeServices = {
    outage: undefined,
    restarts,
    service,
    sweep: (series, system) => {
      for (const one of all.values()) scrape(series, system, one, clock.nowMs());
    },
    deployments: (_cluster, name) =>
      fake.outage === undefined ? Promise.resolve(deploymentsOf(service(name))) : Promise.reject(fake.outage),
    restart: (_cluster, name) =>
      fake.outage === undefined ? Promise.resolve(begin(service(name))) : Promise.reject(fake.outage),
    ask: (url) => {
      const { isUp, isWell } = service(serviceAt(url));
      const found = isWell ? 'is healthy' : 'is not well';
      return Promise.resolve({
        isHealthy: isUp && isWell,
        because: `${url} ${isUp ? found : 'does not answer'}`,
      });
    },
  };
  return fake;
}

function aFakeService(name: string, instances: readonly string[], nowMs: number): FakeService {
  return {
    name,
    isUp: true,
    isWell: true,
    healsByRestart: true,
    errorRatio: 0,
    diskFree: 0.5,
    tasks: instances.map((instance) => ({ instance, startedMs: nowMs })),
    deployments: [{ id: `${name}-d1`, isPrimary: true, createdAtMs: nowMs, doneMs: nowMs }],
  };
}

function scrapeShop(series: FakePrometheus, system: string, one: FakeService, atMs: number): void {
  for (const { instance, startedMs } of one.tasks) {
    const labels = { job: one.name, instance, '@resource.homeostat.system': system };
    series.write('up', labels, one.isUp ? 1 : 0, atMs);
    if (!one.isUp) continue;
    series.write('process_start_time_seconds', labels, startedMs / 1000, atMs);
    series.write('error_ratio', labels, one.errorRatio, atMs);
    series.write('disk_free', labels, one.diskFree, atMs);
  }
}
