import { record } from '../../shared/application/record.ts';
import type { CompiledSystem } from '../../shared/domain/catalog/compiled.ts';
import type { ActionIntent } from '../../shared/domain/incident/state.ts';
import type { RecoverDeps, RecoverOrder } from './attempt-plan.ts';

export interface ActionStep {
  /** Distinguishes the actions of one attempt. */
  readonly name: string;
  readonly action: string;
  readonly target: string;
}

export interface Acted {
  readonly isDone: boolean;
  /** In words: what was done or adopted, or why not. */
  readonly because: string;
}

/**
 * Restarts a service, at most once for this step of this attempt, however often it is called: the
 * intent is in the log before the action, with the deployments that stood then. Whoever finds the
 * intent and a primary deployment that was not among them adopts it instead of acting again.
 */
export async function act(
  deps: RecoverDeps,
  system: CompiledSystem,
  order: RecoverOrder,
  step: ActionStep,
): Promise<Acted> {
  const ecs = system.services[step.target]?.ecs;
  if (ecs === undefined)
    return { isDone: false, because: `${step.target} names no ECS service in the catalog any more` };
  const notBegun = {
    isDone: false,
    because: `${step.action} on ${step.target} was not begun: the attempt was over`,
  };
  const intent = await intend(deps, order, step, ecs);
  if (intent === undefined) return notBegun;
  const deployments = await deps.services.deployments(ecs.cluster, ecs.service);
  const begun = deployments.find(({ id, isPrimary }) => isPrimary && !intent.knownDeployments.includes(id));
  // An earlier try may have died between intent and action, long ago: the guards have moved on since then.
  if (begun === undefined && !(await mayStillAct(deps, order))) return notBegun;
  const because =
    begun === undefined
      ? `${step.target} restarted with deployment ${await deps.services.restart(ecs.cluster, ecs.service)}`
      : `${step.target}: adopted deployment ${begun.id}, which an earlier try began`;
  await record(deps, order.system, [
    { type: 'action-taken', attempt: order.attempt, step: step.name, result: because },
  ]);
  return { isDone: true, because };
}

/** Puts the intent into the log, or finds it there. Undefined if the attempt has ended. */
async function intend(
  deps: RecoverDeps,
  order: RecoverOrder,
  step: ActionStep,
  ecs: { readonly cluster: string; readonly service: string },
): Promise<ActionIntent | undefined> {
  const before = (await deps.incidents.load(order.system)).attempts[order.attempt]?.intents[step.name];
  if (before !== undefined) return before;
  const deployments = await deps.services.deployments(ecs.cluster, ecs.service);
  const intent: ActionIntent = {
    action: step.action,
    target: step.target,
    atMs: deps.clock.nowMs(),
    knownDeployments: deployments.map(({ id }) => id),
  };
  const { state } = await record(deps, order.system, [
    { type: 'intend-action', attempt: order.attempt, step: step.name, intent },
  ]);
  return state.attempts[order.attempt]?.intents[step.name];
}

/** True while the attempt runs, its time is not over and there is an incident to act for. */
async function mayStillAct(deps: RecoverDeps, { system, attempt: id }: RecoverOrder): Promise<boolean> {
  const { attempts, incidents } = await deps.incidents.load(system);
  const attempt = attempts[id];
  return (
    attempt !== undefined &&
    attempt.ended === undefined &&
    deps.clock.nowMs() < attempt.deadlineMs &&
    incidents[attempt.incident] !== undefined
  );
}
