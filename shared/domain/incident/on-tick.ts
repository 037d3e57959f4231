import type { Alert } from '../alert/alert.ts';
import type { Draft } from './draft.ts';
import { enter } from './on-alarm.ts';
import { endOverdueAttempts } from './on-attempt.ts';
import { continueEscalation, notify, pageInvolved, startEscalation } from './paging.ts';
import { retireRules } from './retire-rules.ts';
import { silenceOf } from './silences.ts';
import type { Incident, SystemState } from './state.ts';

/** How long an alert may be out of sight before people are told: a restart takes that long. */
export const SIGHT_GRACE_MS = 60_000;

/** Carries out what is due by now. */
export function onTick(draft: Draft): void {
  retireRules(draft);
  endSilences(draft);
  endOverdueAttempts(draft);
  for (const id of Object.keys(draft.state().incidents)) {
    tellLoss(draft, id);
    expireAcknowledgement(draft, id);
    const incident = draft.incident(id);
    if (incident !== undefined && isDue(incident.escalation.nextAtMs, draft.nowMs))
      continueEscalation(draft, incident);
  }
}

/** When the state wants the next tick, epoch milliseconds, perhaps in the past; undefined if never. */
export function nextDueMs(state: SystemState, nowMs: number): number | undefined {
  const due = [
    ...Object.values(state.incidents).flatMap((incident) => dueOf(incident, nowMs)),
    ...Object.values(state.silences).map((silence) => silence.untilMs),
    ...Object.values(state.attempts).flatMap((attempt) =>
      attempt.ended === undefined ? [attempt.deadlineMs] : [],
    ),
  ];
  return due.length === 0 ? undefined : Math.min(...due);
}

function dueOf(incident: Incident, nowMs: number): number[] {
  // A hold that has run out was looked at already, by the decision that follows every commit.
  const heldUntilMs = incident.held?.untilMs ?? 0;
  const losses = Object.values(incident.alerts).filter(
    (alert) => alert.sight === 'unknown' && alert.isLossTold !== true,
  );
  const times = [
    incident.escalation.nextAtMs,
    incident.acknowledgement?.untilMs,
    heldUntilMs > nowMs ? heldUntilMs : undefined,
    ...losses.map((alert) => alert.sinceMs + SIGHT_GRACE_MS),
  ];
  return times.filter((time) => time !== undefined);
}

/** Alerts that still fire when their silence ends are alerts again. */
function endSilences(draft: Draft): void {
  for (const silence of Object.values(draft.state().silences)) {
    if (draft.nowMs < silence.untilMs) continue;
    const held = Object.values(draft.state().muted).filter((muted) => muted.silence === silence.id);
    draft.emit({
      type: 'silence-ended',
      silence: silence.id,
      because: `it hid ${String(held.length)} alerts that have not recovered`,
    });
    for (const { alert, sinceMs } of held) {
      const other = silenceOf(draft.state().silences, alert.labels, draft.nowMs);
      if (other !== undefined) {
        const because = `silenced by ${other.by}: ${other.reason}`;
        draft.emit({ type: 'alert-muted', alert, silence: other.id, atMs: sinceMs, because });
        continue;
      }
      draft.emit({ type: 'alert-unmuted', key: alert.key, because: 'the silence ended' });
      endMuting(draft, alert, sinceMs, silence.by);
    }
  }
}

/** An alert whose silence ended: it still fires, or went out of the alarm with nothing to show for it (law 2). */
function endMuting(draft: Draft, alert: Alert, sinceMs: number, by: string): void {
  const fired = `it fired while silenced by ${by}`;
  if (draft.state().seen[alert.key]?.value === 'OK')
    enter(draft, alert, sinceMs, fired, `${fired}, and went out of sight since`);
  else enter(draft, alert, sinceMs, `${fired}, and still does`);
}

/** Tells once that an incident is going out of sight; further alerts that follow are only noted. */
function tellLoss(draft: Draft, id: string): void {
  const alerts = Object.values(draft.incident(id)?.alerts ?? {});
  const lost = alerts.filter(
    (alert) =>
      alert.sight === 'unknown' && alert.isLossTold !== true && draft.nowMs >= alert.sinceMs + SIGHT_GRACE_MS,
  );
  if (lost.length === 0) return;
  const isTold = alerts.some((alert) => alert.sight === 'unknown' && alert.isLossTold === true);
  draft.emit(...lost.map(({ key }) => ({ type: 'alert-loss-told' as const, incident: id, key })));
  if (isTold) return;
  const names = [...new Set(lost.map((alert) => alert.name))].join(', ');
  const because = `no longer seen: ${names}. The series that the rule reads have stopped; this is not a recovery`;
  notify(draft, id, 'unknown', because);
  pageInvolved(draft, id, 'unknown', because);
}

function expireAcknowledgement(draft: Draft, id: string): void {
  const acknowledgement = draft.incident(id)?.acknowledgement;
  if (acknowledgement === undefined || draft.nowMs < acknowledgement.untilMs) return;
  const because = `${acknowledgement.by} acknowledged, and it is still open`;
  draft.emit({ type: 'acknowledgement-expired', incident: id, because });
  startEscalation(draft, id, 'reminder', because);
}

function isDue(atMs: number | undefined, nowMs: number): boolean {
  return atMs !== undefined && nowMs >= atMs;
}
