import { record } from '../../shared/application/record.ts';
import { reconcile } from '../../shared/application/reconcile.ts';
import { isGoneInstance } from '../../shared/domain/alert/evidence.ts';
import type { CompiledSystem } from '../../shared/domain/catalog/compiled.ts';
import { asksFor } from '../../shared/domain/recovery/consider.ts';
import type { Attempt, Incident, SystemState } from '../../shared/domain/incident/state.ts';
import { readSight } from '../../shared/application/read-sight.ts';
import type { RecoverDeps, RecoverOrder } from './attempt-plan.ts';

export interface Verdict {
  readonly isRecovered: boolean;
  /** Set if the incident was closed meanwhile: then nothing was verified, and nothing more is needed. */
  readonly isClosed?: true;
  /** In words: what is well, or what is still missing. */
  readonly because: string;
}

/**
 * Law 5: verified on the alarm and on an independent signal. The alarms are read anew (which also
 * brings the log up to date), then what still fires is held against the instances that run, the
 * deployment must be complete, and the health check must answer.
 */
export async function verify(
  deps: RecoverDeps,
  system: CompiledSystem,
  order: RecoverOrder,
): Promise<Verdict> {
  const before = await deps.incidents.load(order.system);
  const truths = await reconcile(deps, system, before);
  const { state } = await record(deps, order.system, truths);
  const attempt = state.attempts[order.attempt];
  const incident = attempt === undefined ? undefined : state.incidents[attempt.incident];
  if (attempt === undefined || incident === undefined)
    return { isRecovered: false, isClosed: true, because: whyClosed(state, attempt) };
  const missing = [
    ...(await stillFiring(deps, system, attempt, incident)),
    ...(await stillRolling(deps, system, attempt)),
    ...(await stillUnhealthy(deps, system, attempt)),
  ];
  if (missing.length > 0) return { isRecovered: false, because: missing.join('; ') };
  return {
    isRecovered: true,
    because: 'verified: alarms OK with fresh samples, deployment complete, health check good',
  };
}

/** While an action is under way only a person closes an incident. */
function whyClosed({ resolved }: SystemState, attempt: Attempt | undefined): string {
  const closed = resolved.find(({ id }) => id === attempt?.incident);
  return closed === undefined || closed.by === 'homeostat'
    ? 'the incident is over'
    : `${closed.by} closed the incident in mid-attempt; it was not verified`;
}

/**
 * Alerts that the recovery is for and that are not OK, without those of instances that no longer run. A
 * full disk in the same incident is no sign that the restart did not work.
 */
async function stillFiring(
  deps: RecoverDeps,
  system: CompiledSystem,
  attempt: Attempt,
  incident: Incident,
): Promise<string[]> {
  const recovery = system.recoveries.find(({ name }) => name === attempt.recovery);
  const open = Object.values(incident.alerts).filter(
    (alert) => alert.sight !== 'ok' && (recovery === undefined || asksFor(recovery, alert)),
  );
  if (open.length === 0) return [];
  const sight = await readSight(deps.series, deps.clock, system, []);
  return open
    .filter(({ attributes }) => !isGoneInstance(attributes, sight))
    .map(({ name, sight: seen }) => (seen === 'firing' ? `${name} still fires` : `${name} is out of sight`));
}

async function stillRolling(deps: RecoverDeps, system: CompiledSystem, attempt: Attempt): Promise<string[]> {
  const states = await Promise.all(
    attempt.targets.map(async (target) => {
      const ecs = system.services[target]?.ecs;
      if (ecs === undefined) return [];
      const primary = (await deps.services.deployments(ecs.cluster, ecs.service)).find(
        ({ isPrimary }) => isPrimary,
      );
      return primary?.rollout === 'COMPLETED'
        ? []
        : [`the deployment of ${target} is ${primary?.rollout ?? 'gone'}`];
    }),
  );
  return states.flat();
}

async function stillUnhealthy(
  deps: RecoverDeps,
  system: CompiledSystem,
  attempt: Attempt,
): Promise<string[]> {
  const answers = await Promise.all(
    attempt.targets.flatMap((target) => {
      const health = system.services[target]?.health;
      return health === undefined ? [] : [deps.health.ask(health.url, health.timeoutS)];
    }),
  );
  return answers.filter(({ isHealthy }) => !isHealthy).map(({ because }) => because);
}
