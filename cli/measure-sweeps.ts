import { atMost } from '../functions/collect/at-most.ts';
import { SystemMemory } from '../functions/collect/memory.ts';
import { sweepSystem } from '../functions/collect/sweep-system.ts';
import { LIMITS } from '../shared/adapters/cloudwatch/otlp-sender.ts';
import { nameService } from '../shared/adapters/dns/name-service.ts';
import { boundedGet } from '../shared/adapters/http/bounded-get.ts';
import type { CompiledCatalog, CompiledSystem } from '../shared/domain/catalog/compiled.ts';
import { encodeOtlp } from '../shared/domain/collection/encode-otlp.ts';
import { EVERY_METRIC } from '../shared/domain/collection/wanted-metrics.ts';
import type { SweepSize } from '../shared/domain/cost/sizes.ts';
import { SYSTEM_ATTRIBUTE } from '../shared/contract/names.ts';
import type { Fleet } from '../shared/ports/fleet.ts';
import type { SeriesBatch } from '../shared/ports/series.ts';
import { systemClock } from '../shared/runtime/system-clock.ts';

const MAX_AT_ONCE = 50;

/**
 * Sweeps every system twice, as `collect` does, and counts what would be sent: what is needed, and everything.
 *
 * @param fleet where running tasks are found; they are reached at their own addresses
 * @returns by system; a target that does not answer counts with what is sent of it then: `up 0`
 */
export async function measureSweeps(
  { systems }: CompiledCatalog,
  fleet: Fleet,
): Promise<Record<string, SweepSize & { readonly down: readonly string[] }>> {
  const sizes = Object.values(systems).map(
    async (system) => [system.system, await measureSystem(system, fleet)] as const,
  );
  return Object.fromEntries(await Promise.all(sizes));
}

async function measureSystem(
  system: CompiledSystem,
  fleet: Fleet,
): Promise<SweepSize & { readonly down: readonly string[] }> {
  const { points, bytes } = sizeOf(await sweepOnce(system, [EVERY_METRIC], fleet));
  const needed = sizeOf(await sweepOnce(system, system.collection.metrics, fleet));
  return { ...needed, everything: { points, bytes } };
}

async function sweepOnce(
  system: CompiledSystem,
  metrics: readonly string[],
  fleet: Fleet,
): Promise<readonly SeriesBatch[]> {
  const batches: SeriesBatch[] = [];
  const nothing = (): void => undefined;
  const deps = {
    clock: systemClock,
    get: boundedGet(),
    fleet,
    names: nameService(),
    log: { info: nothing, warn: nothing, error: nothing },
    limit: atMost(MAX_AT_ONCE),
    series: {
      write: (batch: SeriesBatch) => {
        batches.push(batch);
        return Promise.resolve({ accepted: batch.points.length, rejected: 0, requests: 1 });
      },
    },
  };
  await sweepSystem(deps, { system, memory: new SystemMemory(systemClock.nowMs(), metrics) });
  return batches;
}

function sizeOf(
  batches: readonly SeriesBatch[],
): Omit<SweepSize, 'everything'> & { readonly down: readonly string[] } {
  const points = batches.flatMap((batch) => batch.points);
  const bodies = batches.flatMap((batch) =>
    encodeOtlp({ [SYSTEM_ATTRIBUTE]: batch.system, 'service.name': batch.service }, batch.points, LIMITS),
  );
  const named = Map.groupBy(points, ({ name }) => name);
  const ups = named.get('up') ?? [];
  // Services whose tasks could not be listed have no `up` at all.
  const unknown = (named.get('homeostat_scrape_error') ?? []).filter(
    ({ labels }) => labels['reason'] === 'discovery',
  );
  return {
    how: 'measured',
    targets: ups.length + unknown.length,
    points: points.length,
    bytes: bodies.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0),
    series: Object.fromEntries([...named].map(([name, some]) => [name, some.length])),
    otherSeries: 0,
    down: [...ups.filter(({ value }) => value === 0), ...unknown].map(
      ({ labels }) => labels['instance'] ?? '',
    ),
  };
}
