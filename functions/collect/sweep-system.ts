import type { SeriesPoint } from '../../shared/domain/collection/point.ts';
import type { SweepDeps, Watch } from './collect-deps.ts';
import { watchService } from './watch-service.ts';

/** The service under which Homeostat's own series of a system stand. */
const OWN_SERVICE = 'homeostat';

/**
 * One sweep of one system: every service is watched and its series are sent as soon as it is done, so that
 * a slow service delays nobody else; at the end comes our own heartbeat.
 *
 * @throws when series of any service could not be sent, after all the others have been
 */
export async function sweepSystem(deps: SweepDeps, watch: Watch): Promise<void> {
  const services = Object.values(watch.system.services);
  const sent = await Promise.allSettled(
    services.map(async (service) =>
      send(deps, watch, service.service, await watchService(deps, watch, service)),
    ),
  );
  watch.memory.endSweep();
  watch.memory.sweeps += 1;
  const heartbeat = await Promise.allSettled([send(deps, watch, OWN_SERVICE, heartbeatPoints(deps, watch))]);
  const failures = [...sent, ...heartbeat].flatMap((one) =>
    one.status === 'rejected' ? [one.reason as unknown] : [],
  );
  if (failures.length > 0) throw new SweepIncomplete(watch.system.system, services.length, failures);
}

class SweepIncomplete extends AggregateError {
  readonly code = 'SWEEP_INCOMPLETE';
  constructor(system: string, services: number, failures: readonly unknown[]) {
    const [first] = failures;
    super(
      failures,
      `Sweep of ${system}: ${String(failures.length)} of ${String(services + 1)} batches of series were not sent: ` +
        (first instanceof Error ? first.message : String(first)),
    );
    this.name = 'SweepIncomplete';
  }
}

async function send(
  { series }: SweepDeps,
  { system }: Watch,
  service: string,
  points: readonly SeriesPoint[],
): Promise<void> {
  if (points.length > 0) await series.write({ system: system.system, service, points });
}

/** That we swept, and when: what a rule watches to learn that nobody watches. */
function heartbeatPoints({ clock }: SweepDeps, { memory }: Watch): SeriesPoint[] {
  const atMs = clock.nowMs();
  const labels = { job: OWN_SERVICE, instance: 'collect' };
  return [
    {
      kind: 'sum',
      name: 'homeostat_collect_sweeps_total',
      labels,
      value: memory.sweeps,
      atMs,
      startMs: memory.startMs,
    },
    {
      kind: 'gauge',
      name: 'homeostat_collect_last_sweep_timestamp_seconds',
      labels,
      value: atMs / 1_000,
      atMs,
    },
  ];
}
