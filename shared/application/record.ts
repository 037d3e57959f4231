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

/** What every function that writes the log needs. */
export interface Operations {
  readonly catalog: CompiledCatalog;
  readonly clock: Clock;
  readonly incidents: IncidentLog;
  readonly pager: Pager;
  readonly recoveries: RecoveryStarter;
  readonly log: Log;
  /** Who writes, as the commits say: the function's name or `person:ana`. */
  readonly writer: string;
}

export interface Recorded {
  readonly state: SystemState;
  /** The commit that was written; absent if nothing followed from the inputs. */
  readonly commit?: Commit;
}

/** Writers of one stream that lose this often in a row are not unlucky: something is wrong. */
const MOST_TRIES = 40;

/**
 * Loads, decides, commits, carries out. Loses a race as often as need be and decides anew each time.
 * Decided exactly once (conditional put), delivered at least once (law 3).
 *
 * @throws when the store cannot be reached; what was ordered in a commit that was written is then
 * carried out by `escalate`
 */
export async function record(
  operations: Operations,
  system: string,
  inputs: readonly Input[],
): Promise<Recorded> {
  const { catalog, clock, incidents } = operations;
  for (let attempt = 0; attempt < MOST_TRIES; attempt += 1) {
    const before = await incidents.load(system);
    const nowMs = clock.nowMs();
    const events = decide(before, inputs, {
      system: systemOf(catalog, system),
      organization: catalog.organization,
      nowMs,
    });
    if (events.length === 0) return { state: before };
    const commit: Commit = {
      seq: before.seq + 1,
      atMs: nowMs,
      by: operations.writer,
      catalogHash: catalog.hash,
      events,
    };
    const state = foldCommit(before, commit);
    const dueMs = nextDueMs(state, nowMs);
    const hasOrders = ordersIn(events).length > 0;
    const lookAgainMs = hasOrders ? Math.min(nowMs + ORDER_GRACE_MS, dueMs ?? Infinity) : dueMs;
    if (await incidents.append(system, commit, state, lookAgainMs)) {
      if (hasOrders) await carryOut(operations, system, { ...commit, receipts: {} }, dueMs);
      return { state, commit };
    }
    // Losers step aside for a moment that differs from writer to writer and try to try.
    await clock.sleep(((attempt * 37 + operations.writer.length * 11) % 50) + 5);
  }
  throw new Error(
    `Lost the race for the next commit of ${system} ${String(MOST_TRIES)} times in a row. Too many writers: is intake's concurrency raised?`,
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
