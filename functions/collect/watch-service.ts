import type { CompiledService } from '../../shared/domain/catalog/compiled.ts';
import type { SeriesPoint } from '../../shared/domain/collection/point.ts';
import { errorPoint } from '../../shared/domain/collection/scrape-points.ts';
import type { RunningTask } from '../../shared/domain/collection/targets.ts';
import { planTargets } from '../../shared/domain/collection/targets.ts';
import type { SweepDeps, Watch } from './collect-deps.ts';
import { probeHealth } from './probe-health.ts';
import { loseTarget, scrapeTarget } from './scrape-target.ts';

/** Scrapes all targets of one service and asks its health URL, all at once as far as the limit allows. */
export async function watchService(
  deps: SweepDeps,
  watch: Watch,
  service: CompiledService,
): Promise<readonly SeriesPoint[]> {
  const [scraped, probed] = await Promise.all([
    scrapeService(deps, watch, service),
    service.health === undefined ? [] : deps.limit(() => probeHealth(deps, watch, service)),
  ]);
  return [...scraped, ...probed];
}

async function scrapeService(
  deps: SweepDeps,
  watch: Watch,
  service: CompiledService,
): Promise<readonly SeriesPoint[]> {
  const tasks = await listTasks(deps, watch, service);
  if (tasks === 'unknown') {
    const target = { job: service.service, instance: instanceOfService(service) };
    return [errorPoint(target, { reason: 'discovery', atMs: deps.clock.nowMs() })];
  }
  const { targets, lost } = planTargets(service, tasks);
  const points = await Promise.all(
    targets.map((target) => deps.limit(() => scrapeTarget(deps, watch, target))),
  );
  return [...points, ...lost.map((target) => loseTarget(deps, watch, target))].flat();
}

function instanceOfService({ ecs, service }: CompiledService): string {
  return ecs === undefined ? service : `${ecs.cluster}/${ecs.service}`;
}

/**
 * The service's running tasks. When they cannot be listed, those of the last sweep are asked again: a
 * throttled API must not look like a service that is down. `unknown` if there was no list yet.
 */
async function listTasks(
  deps: SweepDeps,
  { memory, system }: Watch,
  { scrape, ecs, service }: CompiledService,
): Promise<readonly RunningTask[] | 'unknown'> {
  if (scrape?.kind !== 'tasks' || ecs === undefined) return [];
  try {
    const tasks = await deps.limit(() => deps.fleet.tasks(ecs.cluster, ecs.service));
    memory.tasks.set(service, tasks);
    memory.isNews(`tasks ${service}`, undefined);
    return tasks;
  } catch (error) {
    const trouble = error instanceof Error ? error.message : String(error);
    if (memory.isNews(`tasks ${service}`, trouble)) {
      deps.log.error('The tasks of a service cannot be listed', { system: system.system, service, trouble });
    }
    return memory.tasks.get(service) ?? 'unknown';
  }
}
