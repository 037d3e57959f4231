import { carryOut } from '../../shared/application/carry-out.ts';
import type { Operations } from '../../shared/application/record.ts';
import { record } from '../../shared/application/record.ts';
import type { Senses } from '../../shared/application/reconcile.ts';
import { withValues } from '../../shared/application/read-values.ts';
import { reconcile } from '../../shared/application/reconcile.ts';
import type { CompiledSystem } from '../../shared/domain/catalog/compiled.ts';
import type { Input } from '../../shared/domain/incident/inputs.ts';
import { nextDueMs } from '../../shared/domain/incident/on-tick.ts';
import type { Incident, SystemState } from '../../shared/domain/incident/state.ts';
import type { HealthCheck } from '../../shared/ports/health-check.ts';
import type { DueCommit } from '../../shared/ports/incident-log.ts';

export interface EscalateDeps extends Operations, Senses {
  readonly health: HealthCheck;
}

/** Due commits looked at in one pass; what is left comes with the next. */
const DUE_AT_ONCE = 500;
/** Readings that go into one commit: each may bring a hundred alerts. */
const TRUTHS_A_COMMIT = 20;
/** An order that has not gone out for so long is an error: the classic alarm on this function tells of it (law 6). */
const UNSENT_MS = 5 * 60_000;
/** Entries of the index that are tidied at a time. */
const TIDY_AT_ONCE = 25;

/**
 * One look at everything: carries out what should long have gone out, takes the steps that are due,
 * and holds every system's state against its alarms as they are (law 1).
 *
 * @throws at the end if a system failed, after all others have been looked at
 */
export async function escalate(deps: EscalateDeps): Promise<void> {
  const due = await deps.incidents.due(deps.clock.nowMs(), DUE_AT_ONCE);
  const bySystem = Map.groupBy(due, ({ system }) => system);
  const failures: unknown[] = [];
  for (const system of Object.values(deps.catalog.systems)) {
    try {
      await lookAt(deps, system, bySystem.get(system.system) ?? []);
    } catch (error) {
      deps.log.error('A system could not be looked at', { system: system.system, error: String(error) });
      failures.push(error);
    }
  }
  const retired = due.filter(({ system }) => !Object.hasOwn(deps.catalog.systems, system));
  await Promise.all(retired.slice(0, TIDY_AT_ONCE).map((commit) => leave(deps, commit)));
  if (failures.length > 0)
    throw new AggregateError(failures, `${String(failures.length)} systems could not be looked at`);
}

/**
 * A commit of a system that is no longer in the catalog: what was ordered is sent once more, then it
 * leaves the index. Its incidents stay in the log, unfinished; nobody watches the system any more.
 */
async function leave(deps: EscalateDeps, { system, seq }: DueCommit): Promise<void> {
  deps.log.warn('A system is no longer in the catalog: what was due for it is left', { system, seq });
  const [commit] = await deps.incidents.read(system, seq, seq);
  const isDone = commit === undefined || (await carryOut(deps, system, commit, undefined));
  if (!isDone) await deps.incidents.confirm(system, seq, {}, undefined);
}

async function lookAt(deps: EscalateDeps, system: CompiledSystem, due: readonly DueCommit[]): Promise<void> {
  // What is overdue goes first: it needs nothing but the store and SNS.
  const { state } = await record(deps, system.system, [{ type: 'tick' }]);
  const unsent = await settleDue(deps, system.system, state, due);
  const health = await confirmHealth(deps, system, state);
  const truths = await withValues(deps, system, state, await reconcile(deps, system, state));
  for (let from = 0; from < Math.max(truths.length, health.length > 0 ? 1 : 0); from += TRUTHS_A_COMMIT) {
    const some = truths.slice(from, from + TRUTHS_A_COMMIT);
    await record(deps, system.system, from === 0 ? [...health, ...some] : some);
  }
  if (unsent.length > 0) {
    throw new Error(
      `Orders of ${system.system} have not gone out for ${String(UNSENT_MS / 60_000)} min or longer, in the commits ${unsent.join(', ')}. Why stands in the log lines "An order did not go out".`,
    );
  }
}

/**
 * Carries out orders without a receipt and takes commits that are done out of the index. Only the
 * newest commit stays in it, with the time that the state wants to be looked at.
 *
 * @returns the numbers of the commits whose orders have not gone out for too long
 */
async function settleDue(
  deps: EscalateDeps,
  system: string,
  state: SystemState,
  due: readonly DueCommit[],
): Promise<number[]> {
  const nowMs = deps.clock.nowMs();
  const nextMs = nextDueMs(state, nowMs);
  const unsent: number[] = [];
  for (let from = 0; from < due.length; from += TIDY_AT_ONCE) {
    const some = due.slice(from, from + TIDY_AT_ONCE).map(async ({ seq }) => {
      const [commit] = await deps.incidents.read(system, seq, seq);
      if (commit === undefined) return;
      const isDone = await carryOut(deps, system, commit, seq === state.seq ? nextMs : undefined);
      if (!isDone && nowMs >= commit.atMs + UNSENT_MS) unsent.push(seq);
    });
    await Promise.all(some);
  }
  return unsent;
}

/** After a failed attempt an alarm that is OK is not enough: the service itself is asked. */
async function confirmHealth(
  deps: EscalateDeps,
  system: CompiledSystem,
  state: SystemState,
): Promise<Input[]> {
  const handedOver = Object.values(state.incidents).filter((incident) => incident.handedOver !== undefined);
  const answers = await Promise.all(handedOver.map((incident) => askAll(deps, system, state, incident)));
  return answers.flat();
}

async function askAll(
  deps: EscalateDeps,
  system: CompiledSystem,
  state: SystemState,
  incident: Incident,
): Promise<Input[]> {
  const targets = Object.values(state.attempts)
    .filter((attempt) => attempt.incident === incident.id)
    .flatMap((attempt) => attempt.targets);
  const checks = [...new Set(targets)].flatMap((target) => system.services[target]?.health ?? []);
  const answers = await Promise.all(checks.map(({ url, timeoutS }) => deps.health.ask(url, timeoutS)));
  if (!answers.every(({ isHealthy }) => isHealthy)) return [];
  return [
    {
      type: 'health-confirmed',
      incident: incident.id,
      because: answers.map(({ because }) => because).join('; ') || 'no health check to ask',
    },
  ];
}
