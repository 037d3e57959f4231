import type { RecoverDeps } from '../../../../functions/recover/attempt-plan.ts';
import { record } from '../../../../shared/application/record.ts';
import type { CompiledSystem } from '../../../../shared/domain/catalog/compiled.ts';
import type { ServiceDeployment } from '../../../../shared/ports/service-control.ts';
import { aCatalog, aSystem } from '../../../builders/catalog.ts';
import { aSignal } from '../../../builders/timeline-of-decisions.ts';
import { fakeIncidentLog } from '../../../fakes/fake-incident-log.ts';
import { FakeLog } from '../../../fakes/fake-log.ts';
import { fakePager } from '../../../fakes/fake-pager.ts';
import { fakePrometheus } from '../../../fakes/fake-prometheus.ts';
import { virtualClock } from '../../../fakes/virtual-clock.ts';

/** Ids only, as the starter gives them. */
export const order = { system: 'shop', attempt: 'shop-1-r1' };
export const deployment = (id: string, over: Partial<ServiceDeployment> = {}): ServiceDeployment => ({
  id,
  isPrimary: true,
  rollout: 'COMPLETED',
  createdAtMs: 0,
  ...over,
});

/** An attempt that was ordered because ServiceDown of inventory fires; the test says what the world is like. */
export async function startAttempt(system: CompiledSystem = aSystem()) {
  const clock = virtualClock(1_000_000);
  const incidents = fakeIncidentLog();
  const pager = fakePager(clock);
  const series = fakePrometheus();
  const restarted: string[] = [];
  const world = {
    deployments: [deployment('d1')] as ServiceDeployment[],
    firing: [] as Record<string, string>[],
    isHealthy: true,
  };
  const deps: RecoverDeps = {
    catalog: aCatalog(system),
    clock,
    incidents,
    pager,
    series,
    log: new FakeLog(),
    writer: 'recover',
    recoveries: { start: () => Promise.resolve('e') },
    alarms: {
      inAlarm: () => Promise.resolve([]),
      contributors: () => Promise.resolve(world.firing.map((attributes) => ({ attributes, sinceMs: 0 }))),
    },
    health: { ask: (url) => Promise.resolve({ isHealthy: world.isHealthy, because: `${url} asked` }) },
    services: {
      deployments: () => Promise.resolve(world.deployments),
      restart: (_, service) => {
        restarted.push(service);
        world.deployments = [
          deployment(`d${String(restarted.length + 1)}`),
          ...world.deployments.map((one) => ({ ...one, isPrimary: false })),
        ];
        return Promise.resolve(world.deployments[0]?.id ?? '');
      },
    },
  };
  await record(deps, 'shop', [aSignal()]);
  const seen = (labels: Readonly<Record<string, string>>) => {
    series.write('up', { ...labels, '@resource.homeostat.system': 'shop' }, 1, clock.nowMs());
  };
  const step = { name: '0', action: 'restart_service', target: 'inventory' };
  return { deps, system, clock, incidents, pager, world, restarted, seen, step };
}
