import type { Order } from '../domain/incident/events.ts';
import { ordersIn } from '../domain/incident/events.ts';
import type { Clock } from '../ports/clock.ts';
import type { IncidentLog, StoredCommit } from '../ports/incident-log.ts';
import type { Log } from '../ports/log.ts';
import type { Pager, RecoveryStarter } from '../ports/orders.ts';

/** So long after its commit an order that has no receipt is carried out again, by `escalate`. */
export const ORDER_GRACE_MS = 20_000;

/** An order that keeps failing is tried again after a quarter of its age, at least the grace and at most this. */
const MOST_PAUSE_MS = 5 * 60_000;

export interface Outlets {
  readonly clock: Clock;
  readonly incidents: IncidentLog;
  readonly pager: Pager;
  readonly recoveries: RecoveryStarter;
  readonly log: Log;
}

/**
 * Carries out the orders of a commit that have no receipt yet, and notes the receipts. An order that
 * fails does not keep the others back: the commit stays due, and `escalate` tries again. The pauses
 * grow, so that orders which can never go out do not crowd out the others.
 *
 * @param dueMs when the system's state wants to be looked at, once everything went out
 * @returns true if nothing is left to do
 */
export async function carryOut(
  outlets: Outlets,
  system: string,
  commit: StoredCommit,
  dueMs: number | undefined,
): Promise<boolean> {
  const open = openOrders(commit);
  const results = await Promise.allSettled(open.map((order) => send(outlets, system, order)));
  const receipts: Record<string, string> = {};
  let isDone = true;
  for (const [at, result] of results.entries()) {
    const order = open[at];
    if (order === undefined) continue;
    if (result.status === 'fulfilled') receipts[orderId(order)] = result.value;
    else {
      isDone = false;
      outlets.log.error('An order did not go out; it is tried again', {
        system,
        seq: commit.seq,
        order: orderId(order),
        type: order.type,
        error: String(result.reason),
      });
    }
  }
  const lookAgainMs = isDone ? dueMs : nextTryMs(outlets.clock.nowMs(), commit);
  await outlets.incidents.confirm(system, commit.seq, receipts, lookAgainMs);
  return isDone;
}

/** The orders of a commit that have not gone out, as far as its receipts tell. */
export function openOrders(commit: StoredCommit): Order[] {
  return ordersIn(commit.events).filter((order) => !Object.hasOwn(commit.receipts, orderId(order)));
}

function nextTryMs(nowMs: number, commit: StoredCommit): number {
  const pauseMs = Math.max(ORDER_GRACE_MS, (nowMs - commit.atMs) / 4);
  return nowMs + Math.round(Math.min(pauseMs, MOST_PAUSE_MS));
}

/** The name of an order in the receipts of its commit. */
function orderId(order: Order): string {
  switch (order.type) {
    case 'paged':
      return order.page.id;
    case 'noticed':
      return order.notice.id;
    case 'recovery-ordered':
      return order.attempt;
  }
}

async function send(outlets: Outlets, system: string, order: Order): Promise<string> {
  switch (order.type) {
    case 'paged':
      return outlets.pager.page(system, order.incident, order.page);
    case 'noticed':
      return outlets.pager.notice(system, order.incident, order.notice);
    case 'recovery-ordered':
      return outlets.recoveries.start(system, order);
  }
}
