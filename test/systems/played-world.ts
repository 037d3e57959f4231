import { seededRandom } from '../../local/chaos/seeded-random.ts';
import type { Change, MetricChange } from '../../local/workload/played/model.ts';
import { PlayedService } from '../../local/workload/played/played-service.ts';
import type { CompiledService } from '../../shared/domain/catalog/compiled.ts';
import type { FamilyType } from '../../shared/domain/collection/exposition.ts';
import type { SeriesPoint } from '../../shared/domain/collection/point.ts';
import { probePoints } from '../../shared/domain/collection/probe-points.ts';
import { failurePoints, scrapePoints } from '../../shared/domain/collection/scrape-points.ts';
import type { SeenSeries } from '../../shared/domain/collection/start-times.ts';
import { instanceOf, planTargets, type ScrapeTarget } from '../../shared/domain/collection/targets.ts';
import { wantedMetrics } from '../../shared/domain/collection/wanted-metrics.ts';
import type { FakeService, ServicesOptions } from '../fakes/fake-services.ts';
import type { PlayedSystem } from './find-systems.ts';

/** Where samples go. */
export type WriteSample = (
  name: string,
  labels: Readonly<Record<string, string>>,
  value: number,
  atMs: number,
) => void;

/** A running task, as far as playing it needs to know. */
type Task = Pick<FakeService, 'name' | 'isUp' | 'isWell'> & { readonly startedMs: number };

interface Player {
  readonly taskStartedMs: number;
  readonly played: PlayedService;
  lastMs: number;
  seen: SeenSeries;
}

const SCRAPE_S = 0.01;

/** The services of a system as their model plays them, and the faults that are on. */
export class PlayedWorld {
  readonly #playedSystem: PlayedSystem;
  readonly #random: () => number;
  readonly #isWanted: (metric: string) => boolean;
  readonly #players = new Map<string, Player>();
  #changes: readonly Change[] = [];
  #sinceMs = 0;

  constructor(playedSystem: PlayedSystem, seed: number) {
    this.#playedSystem = playedSystem;
    this.#random = seededRandom(seed);
    this.#isWanted = wantedMetrics(playedSystem.system.collection.metrics);
  }

  /** For `startOps`. */
  get services(): ServicesOptions {
    return {
      scrape: (series, _system, one, atMs) => {
        this.scrape(series.write, { ...one, startedMs: one.tasks[0]?.startedMs ?? 0 }, atMs);
      },
      serviceAt: (url) =>
        Object.values(this.#playedSystem.system.services).find(({ health }) => health?.url === url)
          ?.service ?? '',
    };
  }

  /** Lets the changes hold from now on, in place of those before. */
  suffer(changes: readonly Change[], nowMs: number, services: (name: string) => FakeService): void {
    this.#setProcesses(true, services);
    this.#changes = changes;
    this.#sinceMs = nowMs;
    this.#setProcesses(false, services);
  }

  /** What one sweep of `collect` makes of a service. */
  scrape(write: WriteSample, task: Task, atMs: number): void {
    const service = this.#playedSystem.system.services[task.name];
    if (service === undefined) return;
    const running = [{ taskId: task.name, address: '127.0.0.1', ports: [] }];
    const points = planTargets(service, { tasks: running }).targets.flatMap((target) =>
      this.#scrapeTarget(target, task, atMs),
    );
    for (const { name, labels, value, atMs: sampleMs } of [...points, ...this.#probe(service, task, atMs)]) {
      const resource = {
        '@resource.homeostat.system': this.#playedSystem.system.system,
        '@resource.service.name': task.name,
      };
      write(name, { ...labels, ...resource }, value, sampleMs);
    }
  }

  /** What was scraped before a run begins: closely in the last half hour, before that once a minute. */
  recall(write: WriteSample, fromMs: number, untilMs: number): void {
    const everyMs = this.#playedSystem.system.collection.everyS * 1_000;
    const names = Object.keys(this.#playedSystem.system.services);
    for (let atMs = fromMs; atMs < untilMs; atMs += atMs < untilMs - 30 * 60_000 ? 60_000 : everyMs)
      for (const name of names)
        this.scrape(write, { name, isUp: true, isWell: true, startedMs: untilMs }, atMs);
  }

  #scrapeTarget(target: ScrapeTarget, task: Task, atMs: number): SeriesPoint[] {
    const player = this.#player(target, task, atMs);
    const elapsedMs = atMs - player.lastMs;
    player.lastMs = atMs;
    if (!task.isUp) return failurePoints(target, { reason: 'refused', atMs });
    player.played.advance(elapsedMs, this.#metricChanges(task));
    const families = player.played.families();
    const { points, seen } = scrapePoints(
      target,
      {
        ok: true,
        samples: families.flatMap(({ samples }) => samples),
        types: new Map<string, FamilyType>(families.map(({ name, type }) => [name, type])),
        atMs,
        durationS: SCRAPE_S,
      },
      player.seen,
      this.#isWanted,
    );
    player.seen = seen;
    return [...points];
  }

  #probe({ health }: CompiledService, { name, isUp, isWell }: Task, atMs: number): SeriesPoint[] {
    const instance = health === undefined ? undefined : instanceOf(health.url);
    if (instance === undefined) return [];
    const verdict = { health: isWell ? 'healthy' : 'unhealthy', checks: [], because: 'played' } as const;
    const probe = { job: name, instance, atMs, durationS: SCRAPE_S };
    return probePoints(probe, isUp && isWell, isUp ? verdict : undefined);
  }

  /** A task that began anew counts from 0. */
  #player({ job, instance }: ScrapeTarget, { startedMs }: Task, atMs: number): Player {
    const key = `${job} ${instance}`;
    const known = this.#players.get(key);
    if (known?.taskStartedMs === startedMs) return known;
    const metrics = this.#playedSystem.model.services[job] ?? [];
    const played = new PlayedService(metrics, { startMs: atMs, random: this.#random });
    const player = { taskStartedMs: startedMs, played, lastMs: atMs, seen: new Map() };
    this.#players.set(key, player);
    return player;
  }

  #metricChanges(task: Task): MetricChange[] {
    return this.#changes.filter(
      (change): change is MetricChange =>
        change.kind === 'metric' &&
        change.service === task.name &&
        !(change.healedByRestart && task.startedMs > this.#sinceMs),
    );
  }

  #setProcesses(isSound: boolean, services: (name: string) => FakeService): void {
    for (const change of this.#changes) {
      if (change.kind !== 'process') continue;
      const service = services(change.service);
      if (change.process === 'unhealthy') service.isWell = isSound;
      else service.isUp = isSound;
    }
  }
}
