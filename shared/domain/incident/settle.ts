import { considerRecovery } from '../recovery/consider.ts';
import { guard } from '../recovery/guards.ts';
import type { Draft } from './draft.ts';
import { notify, pageInvolved } from './paging.ts';
import type { Incident } from './state.ts';

/** After the inputs: closes what is over and orders the recoveries that may run now. */
export function settle(draft: Draft): void {
  for (const id of Object.keys(draft.state().incidents)) {
    const incident = draft.incident(id);
    if (incident === undefined) continue;
    if (isOver(draft, incident)) resolve(draft, incident, 'homeostat', whyOver(draft, incident));
    else orderRecovery(draft, incident);
  }
}

/** Closes an incident and tells those who were told of it. */
export function resolve(draft: Draft, incident: Incident, by: string, because: string): void {
  notify(draft, incident.id, 'resolved', because);
  if (incident.escalation.hasPaged) pageInvolved(draft, incident.id, 'resolved', because);
  draft.emit({ type: 'incident-resolved', incident: incident.id, by, because });
}

function whyOver(draft: Draft, incident: Incident): string {
  const isSilenced = Object.keys(incident.alerts).some((key) => Object.hasOwn(draft.state().muted, key));
  if (isSilenced) return 'what still fires of it is silenced';
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
    draft.emit({
      type: 'recovery-held',
      incident: incident.id,
      reason,
      ...(untilMs === undefined ? {} : { untilMs }),
      because: `"${plan.recovery.name}" waits: ${reason}`,
    });
    return;
  }
  const number =
    Object.values(draft.state().attempts).filter((attempt) => attempt.incident === incident.id).length + 1;
  draft.emit({
    type: 'recovery-ordered',
    incident: incident.id,
    attempt: `${incident.id}-r${String(number)}`,
    recovery: plan.recovery.name,
    targets: verdict.targets,
    deadlineMs: draft.nowMs + plan.recovery.guards.deadlineS * 1000,
    because: `${plan.alert} fires, "${plan.recovery.name}" is configured for it, and no guard holds it back`,
  });
}

function runningAttempts(draft: Draft, incident: string) {
  return Object.values(draft.state().attempts).filter(
    (attempt) => attempt.incident === incident && attempt.ended === undefined,
  );
}
