import type { CompiledCatalog, CompiledSystem } from '../domain/catalog/compiled.ts';
import type { Commit } from '../domain/incident/commit.ts';
import { foldCommit } from '../domain/incident/commit.ts';
import { decide } from '../domain/incident/decide.ts';
import { ordersIn } from '../domain/incident/events.ts';
import type { Input } from '../domain/incident/inputs.ts';
import { nextDueMs } from '../domain/incident/on-tick.ts';
import type { SystemState } from '../domain/incident/state.ts';
import type { Clock } from '../ports/clock.ts';
import type { IncidentLog } from '../ports/incident-log.ts';
import type { Log } from '../ports/log.ts';
import type { Pager, RecoveryStarter } from '../ports/orders.ts';
import { carryOut, ORDER_GRACE_MS } from './carry-out.ts';

/** What it takes to decide and to commit. */
export interface Deciding {
  readonly catalog: CompiledCatalog;
  readonly clock: Clock;
  readonly incidents: IncidentLog;
  /** Who writes, as the commits say: the function's name or `person:ana`. */
  readonly writer: string;
}

/** What every function that writes the log needs: it also carries out what it ordered. */
export interface Operations extends Deciding {
  readonly pager: Pager;
  readonly recoveries: RecoveryStarter;
  readonly log: Log;
}

export interface Recorded {
  readonly state: SystemState;
  /** The commit that was written; absent if nothing followed from the inputs. */
  readonly commit?: Commit;
}

/** Writers of one stream that lose this often in a row are not unlucky: something is wrong. */
const MOST_TRIES = 40;

/**
 * Decides, commits, carries out. Decided exactly once (conditional put), delivered at least once (law 3).
 *
 * @throws when the store cannot be reached; what was ordered in a commit that was written is then
 * carried out by `escalate`
 */
export async function record(
  operations: Operations,
  system: string,
  inputs: readonly Input[],
): Promise<Recorded> {
  const recorded = await commitDecision(operations, system, inputs, ORDER_GRACE_MS);
  const { commit, state } = recorded;
  if (commit !== undefined && ordersIn(commit.events).length > 0) {
    await carryOut(operations, system, { ...commit, receipts: {} }, nextDueMs(state, commit.atMs));
  }
  return recorded;
}

/**
 * Loads, decides, commits; what is ordered is left to `escalate`. Loses a race as often as need be
 * and decides anew each time.
 *
 * @param graceMs when orders without a receipt are overdue
 */
export async function commitDecision(
  { catalog, clock, incidents, writer }: Deciding,
  system: string,
  inputs: readonly Input[],
  graceMs: number,
): Promise<Recorded> {
  const circumstances = { system: systemOf(catalog, system), organization: catalog.organization };
  for (let attempt = 0; attempt < MOST_TRIES; attempt += 1) {
    const before = await incidents.load(system);
    const nowMs = clock.nowMs();
    const events = decide(before, inputs, { ...circumstances, nowMs });
    if (events.length === 0) return { state: before };
    const commit: Commit = {
      seq: before.seq + 1,
      atMs: nowMs,
      by: writer,
      catalogHash: catalog.hash,
      events,
    };
    const state = foldCommit(before, commit);
    // Until its orders are out, a commit is due for them alone: a step that is due sooner is taken anyway,
    // and must not have somebody else send what this writer is about to send.
    const dueMs = ordersIn(events).length > 0 ? nowMs + graceMs : nextDueMs(state, nowMs);
    if (await incidents.append(system, commit, state, dueMs)) return { state, commit };
    // Losers step aside for a moment that differs from writer to writer and from try to try.
    await clock.sleep(((attempt * 37 + writer.length * 11) % 50) + 5);
  }
  throw new Error(
    `Lost the race for the next commit of ${system} ${String(MOST_TRIES)} times in a row. Too many writers: was intake's concurrency raised?`,
  );
}

/** The system, or an error that tells which there are. */
export function systemOf(catalog: CompiledCatalog, name: string): CompiledSystem {
  const system = catalog.systems[name];
  if (system !== undefined) return system;
  throw new Error(
    `System "${name}" is not in the catalog ${catalog.hash}. Known: ${Object.keys(catalog.systems).join(', ')}.`,
  );
}
