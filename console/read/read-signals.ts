import { SYSTEM_ATTRIBUTE } from '../../shared/contract/names.ts';
import type { CompiledSystem } from '../../shared/domain/catalog/compiled.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { SeriesLine, SeriesRangeReader, SeriesReader, SeriesValue } from '../../shared/ports/series.ts';
import type { ServiceCounts } from '../../shared/ports/service-control.ts';
import type { ServiceSignals, Signal } from './reading.ts';
import { freshForMs } from './reading.ts';

/** Where the signals come from. */
export interface SignalSources {
  readonly clock: Clock;
  readonly series: SeriesReader & SeriesRangeReader;
  readonly counts: ServiceCounts;
}

/** So far back is looked for the last change. */
const LOOK_BACK_MS = 15 * 60_000;

/**
 * Reads what the services of a system show of themselves: six queries, and one call a service that runs on ECS.
 *
 * @returns by service
 * @throws when the series cannot be read; counts that cannot be read are left out
 */
export async function readSignals(
  { clock, series, counts }: SignalSources,
  system: CompiledSystem,
): Promise<Record<string, ServiceSignals>> {
  const nowMs = clock.nowMs();
  const stepMs = system.collection.everyS * 1000;
  // On the grid of the steps, so that the moment of the last change is the same at every look.
  const endMs = Math.floor(nowMs / stepMs) * stepMs;
  const span = { startMs: endMs - LOOK_BACK_MS, endMs, stepMs };
  const confined = `{"@resource.${SYSTEM_ATTRIBUTE}"=${JSON.stringify(system.system)}}`;
  const instant = async (metric: string): Promise<Map<string, Signal>> => {
    const [values, times] = await Promise.all([
      series.instant(`${metric}${confined}`, nowMs),
      series.instant(`timestamp(${metric}${confined})`, nowMs),
    ]);
    return signalsByJob(values, times, nowMs - freshForMs(system));
  };
  const past = async (metric: string): Promise<Map<string, SeriesLine>> => {
    const lines = await series.range(`min by (job) (${metric}${confined})`, span);
    return new Map(lines.map((line) => [line.labels['job'] ?? '', line]));
  };
  const [scrapes, probes, scrapesBefore, probesBefore, instances] = await Promise.all([
    instant('up'),
    instant('probe_success'),
    past('up'),
    past('probe_success'),
    readInstances(counts, system),
  ]);
  return Object.fromEntries(
    Object.keys(system.services).map((service): [string, ServiceSignals] => {
      const [scrape, probe] = [scrapes.get(service), probes.get(service)];
      const before = [scrapesBefore.get(service), probesBefore.get(service)].filter(
        (line) => line !== undefined,
      );
      const counted = instances.get(service);
      return [
        service,
        {
          ...(scrape === undefined ? {} : { scrape }),
          ...(probe === undefined ? {} : { probe }),
          ...(counted === undefined ? {} : { instances: counted }),
          ...historyOf(before, span.startMs, nowMs),
        },
      ];
    }),
  );
}

/**
 * One signal a job. Of a job with several targets only those count that were read since `freshMs`, as an
 * instance that is gone leaves its last sample behind for a while; if none was, the newest speaks.
 */
export function signalsByJob(
  values: readonly SeriesValue[],
  times: readonly SeriesValue[],
  freshMs: number,
): Map<string, Signal> {
  const newest = new Map(times.map(({ labels, value }) => [targetOf(labels), value * 1000]));
  const targets = values.map(({ labels, value }) => ({
    job: labels['job'] ?? '',
    isGood: value === 1,
    newestMs: newest.get(targetOf(labels)) ?? 0,
  }));
  return new Map(
    [...Map.groupBy(targets, ({ job }) => job)].map(([job, all]) => {
      const newestMs = Math.max(...all.map((target) => target.newestMs));
      const read = all.filter((target) => target.newestMs >= Math.min(freshMs, newestMs));
      return [job, { isGood: read.every(({ isGood }) => isGood), newestMs }];
    }),
  );
}

/** When the worst of the lines last changed between good (1) and bad. */
export function historyOf(
  lines: readonly SeriesLine[],
  startMs: number,
  nowMs: number,
): Pick<ServiceSignals, 'changedAtMs' | 'seenSinceMs'> {
  const worst = new Map<number, number>();
  for (const { points } of lines)
    for (const { atMs, value } of points) worst.set(atMs, Math.min(value, worst.get(atMs) ?? 1));
  const points = [...worst].toSorted(([a], [b]) => a - b);
  const seenSinceMs = points[0]?.[0] ?? nowMs;
  const now = points.at(-1)?.[1] === 1;
  const other = points.findLast(([, value]) => (value === 1) !== now);
  if (other !== undefined) {
    const changed = points.find(([atMs]) => atMs > other[0]);
    return { seenSinceMs, ...(changed === undefined ? {} : { changedAtMs: changed[0] }) };
  }
  // A service that is read since less than the whole span has been so since its first sample.
  return seenSinceMs > startMs && points.length > 0
    ? { seenSinceMs, changedAtMs: seenSinceMs }
    : { seenSinceMs };
}

async function readInstances(
  counts: ServiceCounts,
  system: CompiledSystem,
): Promise<Map<string, { running: number; desired: number }>> {
  const found = await Promise.all(
    Object.values(system.services).map(async ({ service, ecs }) => {
      if (ecs === undefined) return [];
      const count = await counts.counts(ecs.cluster, ecs.service).catch(() => undefined);
      return count === undefined ? [] : [[service, count] as const];
    }),
  );
  return new Map(found.flat());
}

function targetOf(labels: Readonly<Record<string, string>>): string {
  return `${labels['job'] ?? ''} ${labels['instance'] ?? ''}`;
}
