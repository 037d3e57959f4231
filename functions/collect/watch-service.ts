import type { CompiledService } from '../../shared/domain/catalog/compiled.ts';
import type { SeriesPoint } from '../../shared/domain/collection/point.ts';
import { errorPoint } from '../../shared/domain/collection/scrape-points.ts';
import type { Discovered } from '../../shared/domain/collection/targets.ts';
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
  const found = await discover(deps, watch, service);
  if (found === 'unknown') {
    const labels = service.scrape?.labels;
    const target = {
      job: service.service,
      instance: instanceOfService(service),
      ...(labels !== undefined && { labels }),
    };
    return [errorPoint(target, { reason: 'discovery', atMs: deps.clock.nowMs() })];
  }
  const { targets, lost } = planTargets(service, found);
  const points = await Promise.all(
    targets.map((target) => deps.limit(() => scrapeTarget(deps, watch, target))),
  );
  return [...points, ...lost.map((target) => loseTarget(deps, watch, target))].flat();
}

function instanceOfService({ ecs, scrape, service }: CompiledService): string {
  if (scrape?.kind === 'dns') return scrape.names.join(',');
  return ecs === undefined ? service : `${ecs.cluster}/${ecs.service}`;
}

/**
 * What runs of the service now, where that must be found out. When it cannot be, what the last sweep found is asked
 * again: a throttled API must not look like a service that is down. `unknown` if nothing was found yet.
 */
async function discover(
  deps: SweepDeps,
  { memory, system }: Watch,
  service: CompiledService,
): Promise<Discovered | 'unknown'> {
  const look = lookFor(deps, service);
  if (look === undefined) return {};
  const what = `discovery ${service.service}`;
  try {
    const found = await deps.limit(look);
    memory.found.set(service.service, found);
    memory.isNews(what, undefined);
    return found;
  } catch (error) {
    const trouble = error instanceof Error ? error.message : String(error);
    if (memory.isNews(what, trouble)) {
      const fields = { system: system.system, service: service.service, trouble };
      deps.log.error('What runs of a service cannot be found out', fields);
    }
    return memory.found.get(service.service) ?? 'unknown';
  }
}

/** How the targets of a service are found; undefined if they are fixed. */
function lookFor(
  { fleet, names }: SweepDeps,
  { scrape, ecs }: CompiledService,
): (() => Promise<Discovered>) | undefined {
  if (scrape?.kind === 'tasks' && ecs !== undefined)
    return async () => ({ tasks: await fleet.tasks(ecs.cluster, ecs.service) });
  if (scrape?.kind !== 'dns') return undefined;
  return async () => {
    const records = await Promise.all(scrape.names.map((name) => names.resolve(name, scrape.type)));
    return { addresses: records.flat() };
  };
}
