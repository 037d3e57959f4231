import { considerRecovery } from '../recovery/consider.ts';
import { guard } from '../recovery/guards.ts';
import type { Draft } from './draft.ts';
import { notify, pageInvolved, pagePeople } from './paging.ts';
import type { Incident } from './state.ts';

/**
 * After the inputs: closes what is over, then orders the recoveries that may run now. In this order,
 * because an incident that is closed may be what held the recovery of another one back.
 */
export function settle(draft: Draft): void {
  for (const incident of Object.values(draft.state().incidents)) {
    if (isOver(draft, incident)) resolve(draft, incident, 'homeostat', whyOver(draft, incident));
  }
  for (const incident of Object.values(draft.state().incidents)) orderRecovery(draft, incident);
}

/** Closes an incident and tells those who were told of it. */
export function resolve(draft: Draft, incident: Incident, by: string, because: string): void {
  notify(draft, incident.id, 'resolved', because);
  // Everybody who was woken, not only who acknowledged.
  pagePeople(draft, incident.id, incident.escalation.paged, 'resolved', because);
  draft.emit({ type: 'incident-resolved', incident: incident.id, by, because });
}

function whyOver(draft: Draft, incident: Incident): string {
  const isSilenced = Object.keys(incident.alerts).some((key) => Object.hasOwn(draft.state().muted, key));
  if (isSilenced) return 'what still fires of it is silenced';
  const isRetired = Object.values(incident.alerts).every(({ alarm }) => draft.rule(alarm) === undefined);
  if (isRetired) return 'its rules are no longer in the catalog';
  const healed = Object.values(draft.state().attempts).find(
    (attempt) => attempt.incident === incident.id && attempt.ended?.outcome === 'recovered',
  );
  return healed === undefined
    ? 'every alert is OK, seen with fresh samples'
    : `every alert is OK, seen with fresh samples; ${healed.id} (${healed.recovery}) did it`;
}

function isOver(draft: Draft, incident: Incident): boolean {
  const alerts = Object.values(incident.alerts);
  if (alerts.length === 0 || alerts.some((alert) => alert.sight !== 'ok')) return false;
  if (Object.keys(incident.counted).length > 0 || incident.handedOver !== undefined) return false;
  // An action under way is verified first, by the one who took it.
  return !runningAttempts(draft, incident.id).some((attempt) => Object.keys(attempt.intents).length > 0);
}

function orderRecovery(draft: Draft, incident: Incident): void {
  if (runningAttempts(draft, incident.id).length > 0) return;
  const plan = considerRecovery(incident, draft);
  if (plan === undefined) return;
  const verdict = guard(plan, incident, draft.state(), draft.system, draft.nowMs);
  if (!verdict.go) {
    if (incident.held?.reason === verdict.reason && incident.held.untilMs === verdict.untilMs) return;
    const { reason, untilMs } = verdict;
    const isUsedUp =
      verdict.isUsedUp === true && incident.isUsedUpTold !== true && hasFailed(draft, incident);
    draft.emit({
      type: 'recovery-held',
      incident: incident.id,
      reason,
      ...(untilMs === undefined ? {} : { untilMs }),
      ...(isUsedUp ? { isUsedUpTold: true } : {}),
      because: `"${plan.recovery.name}" waits: ${reason}`,
    });
    if (isUsedUp && untilMs !== undefined) tellUsedUp(draft, incident, reason, untilMs);
    return;
  }
  draft.emit({
    type: 'recovery-ordered',
    incident: incident.id,
    // A number is never used again: with the system it names the durable execution, once and for all.
    attempt: `${incident.id}-r${String(incident.attempts + 1)}`,
    recovery: plan.recovery.name,
    targets: verdict.targets,
    deadlineMs: draft.nowMs + plan.recovery.guards.deadlineS * 1000,
    because: `${plan.alert} fires, "${plan.recovery.name}" is configured for it, and no guard holds it back`,
  });
}

/** Automation is at its end: those at work on it must not wait for it. */
function tellUsedUp(draft: Draft, { id }: Incident, reason: string, untilMs: number): void {
  const { timeZone } = draft.system;
  // Swedish for its form: 2026-03-01 02:31.
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  const because = `${reason}: no more attempts until ${clock.format(untilMs)} (${timeZone}); it needs you`;
  notify(draft, id, 'recovery', because);
  pageInvolved(draft, id, 'recovery', because);
}

function hasFailed(draft: Draft, { id }: Incident): boolean {
  return Object.values(draft.state().attempts).some(
    (attempt) => attempt.incident === id && attempt.ended?.outcome === 'failed',
  );
}

function runningAttempts(draft: Draft, incident: string) {
  return Object.values(draft.state().attempts).filter(
    (attempt) => attempt.incident === incident && attempt.ended === undefined,
  );
}
