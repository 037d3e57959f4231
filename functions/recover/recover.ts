import type { DurableContext } from '@aws/durable-execution-sdk-js';
import { record, systemOf } from '../../shared/application/record.ts';
import type { CompiledSystem } from '../../shared/domain/catalog/compiled.ts';
import type { AttemptOutcome } from '../../shared/domain/incident/state.ts';
import type { Acted, ActionStep } from './act.ts';
import { act } from './act.ts';
import type { AttemptPlan, RecoverDeps, RecoverOrder } from './attempt-plan.ts';
import { claim } from './claim.ts';
import type { Verdict } from './verify.ts';
import { verify } from './verify.ts';

/** How often it is looked whether a recovery has worked, at most. */
const LOOK_EVERY_S = 5;
/** An execution takes 3,000 operations (Lambda quotas), a look costs two: long deadlines are looked at less often. */
const MOST_LOOKS = 400;

/**
 * One attempt of a recovery, as a durable execution: claim, act, wait, verify; then say how it went.
 * Every step may be repeated by the platform, so every step first looks what an earlier try began.
 *
 * @returns how it ended, for the execution's history
 */
export async function recover(
  deps: RecoverDeps,
  order: RecoverOrder,
  durable: DurableContext,
): Promise<string> {
  const system = systemOf(deps.catalog, order.system);
  const plan = await durable.step('claim', () => claim(deps, system, order));
  if (plan === null) return 'nothing to do';
  const { outcome, reason } = await run(deps, system, order, plan, durable);
  await durable.step('end', async () => {
    await record(deps, order.system, [{ type: 'end-attempt', attempt: order.attempt, outcome, reason }]);
  });
  return `${outcome}: ${reason}`;
}

/** R2: `first` verifies after each step and stops at success; `all` takes every step, then verifies once. */
async function run(
  deps: RecoverDeps,
  system: CompiledSystem,
  order: RecoverOrder,
  plan: AttemptPlan,
  durable: DurableContext,
): Promise<{ outcome: AttemptOutcome; reason: string }> {
  const log: string[] = [];
  for (const [at, step] of plan.steps.entries()) {
    const name = String(at);
    const acted = await tryToAct(deps, system, order, { ...step, name }, durable);
    log.push(acted.because);
    const isLast = at === plan.steps.length - 1;
    if (!acted.isDone || (plan.mode === 'all' && !isLast)) continue;
    const share = plan.mode === 'all' ? 1 : plan.steps.length - at;
    const verdict = await verifyUntil(deps, system, order, plan, share, name, durable);
    log.push(verdict.because);
    if (verdict.isClosed === true) return { outcome: 'not-needed', reason: log.join('; ') };
    if (verdict.isRecovered) return { outcome: 'recovered', reason: log.join('; ') };
  }
  return { outcome: 'failed', reason: log.join('; ') };
}

/** A step that failed for good (the platform has tried again by then) is told with its reason, and at once. */
async function tryToAct(
  deps: RecoverDeps,
  system: CompiledSystem,
  order: RecoverOrder,
  step: ActionStep,
  durable: DurableContext,
): Promise<Acted> {
  try {
    return await durable.step(`act-${step.name}`, () => act(deps, system, order, step));
  } catch (error) {
    return { isDone: false, because: `${step.action} on ${step.target} failed: ${String(error)}` };
  }
}

/** Waits for the service to come up, then looks until all is well or the step's share of the time is over. */
async function verifyUntil(
  deps: RecoverDeps,
  system: CompiledSystem,
  order: RecoverOrder,
  plan: AttemptPlan,
  share: number,
  name: string,
  durable: DurableContext,
): Promise<Verdict> {
  const startMs = await durable.step(`begin-verify-${name}`, () => Promise.resolve(deps.clock.nowMs()));
  // The verdict must be in the log before the deadline is: escalate would end the attempt then.
  const everyS = Math.max(LOOK_EVERY_S, Math.ceil((plan.deadlineMs - startMs) / 1000 / MOST_LOOKS));
  const untilMs = startMs + (plan.deadlineMs - startMs) / share - 2 * everyS * 1000;
  // Lambda knows no wait of less than a second.
  if (plan.guards.settleS > 0) await durable.wait(`settle-${name}`, { seconds: plan.guards.settleS });
  for (let turn = 0; ; turn += 1) {
    const verdict = await durable.step(`verify-${name}-${String(turn)}`, async () => ({
      ...(await look(deps, system, order)),
      isTimeUp: deps.clock.nowMs() >= untilMs,
    }));
    if (verdict.isRecovered || verdict.isClosed === true || verdict.isTimeUp) return verdict;
    await durable.wait(`look-again-${name}-${String(turn)}`, { seconds: everyS });
  }
}

/** A look that fails shows nothing: neither success nor a reason to give the attempt up. */
async function look(deps: RecoverDeps, system: CompiledSystem, order: RecoverOrder): Promise<Verdict> {
  try {
    return await verify(deps, system, order);
  } catch (error) {
    return { isRecovered: false, because: `could not be verified: ${String(error)}` };
  }
}
