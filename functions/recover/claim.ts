import { record } from '../../shared/application/record.ts';
import type { CompiledSystem } from '../../shared/domain/catalog/compiled.ts';
import type { AttemptPlan, RecoverDeps, RecoverOrder } from './attempt-plan.ts';

/**
 * Takes the attempt on, unless it is over or not needed any more.
 *
 * @returns what to do; null if there is nothing to do
 */
export async function claim(
  deps: RecoverDeps,
  system: CompiledSystem,
  order: RecoverOrder,
): Promise<AttemptPlan | null> {
  const { state } = await record(deps, order.system, [{ type: 'claim-attempt', attempt: order.attempt }]);
  const attempt = state.attempts[order.attempt];
  if (attempt === undefined || attempt.ended !== undefined) return null;
  const recovery = system.recoveries.find(({ name }) => name === attempt.recovery);
  if (recovery === undefined) {
    const reason = `recovery "${attempt.recovery}" is no longer in the catalog ${deps.catalog.hash}`;
    await record(deps, order.system, [
      { type: 'end-attempt', attempt: order.attempt, outcome: 'failed', reason },
    ]);
    return null;
  }
  // Actions without a service of their own act on the alert's: the one target that no action names.
  const named = new Set(recovery.actions.flatMap(({ service }) => service ?? []));
  const own = attempt.targets.find((target) => !named.has(target)) ?? attempt.targets[0] ?? '';
  const steps = recovery.actions.map(({ action, service }) => ({ action, target: service ?? own }));
  return { mode: recovery.mode, guards: recovery.guards, steps, deadlineMs: attempt.deadlineMs };
}
