import type { Draft } from './draft.ts';
import type { Input } from './inputs.ts';
import { notify } from './paging.ts';
import { resolve } from './settle.ts';
import { isMatch } from './silences.ts';

type InputOf<T extends Input['type']> = Extract<Input, { type: T }>;

/** Somebody has it in hand: paging stops until the acknowledgement expires. Again: it is prolonged. */
export function onAcknowledge(draft: Draft, { incident, by }: InputOf<'acknowledge'>): void {
  if (draft.incident(incident) === undefined) return;
  const untilMs = draft.nowMs + draft.organization.escalation.acknowledgementExpiresS * 1000;
  draft.emit({ type: 'acknowledged', incident, by, untilMs, because: `${by} acknowledged` });
}

/** A person closes an incident. Refused (no event) while an alert fires in sight, or is counted: that would be a lie. */
export function onResolve(draft: Draft, { incident: id, by, reason }: InputOf<'resolve'>): void {
  const incident = draft.incident(id);
  if (incident === undefined || Object.keys(incident.counted).length > 0) return;
  if (Object.values(incident.alerts).some((alert) => alert.sight === 'firing')) return;
  resolve(draft, incident, by, `${by}: ${reason}`);
}

/** Holds alerts back for a time; those that fire already leave their incidents. */
export function onSilence(draft: Draft, { match, by, reason, untilMs }: InputOf<'silence'>): void {
  if (untilMs <= draft.nowMs || Object.keys(match).length === 0) return;
  const id = `s${draft.orderId()}`;
  const silence = { id, match, by, reason, untilMs };
  draft.emit({ type: 'silence-added', silence, because: `${by}: ${reason}` });
  for (const incident of Object.values(draft.state().incidents)) {
    const firing = Object.values(incident.alerts).filter(
      (alert) => alert.sight !== 'ok' && isMatch(match, alert.labels),
    );
    for (const { sight: _, sinceMs, isLossTold: __, ...alert } of firing) {
      const because = `silenced by ${by}: ${reason}`;
      draft.emit({ type: 'alert-ok', incident: incident.id, key: alert.key, atMs: sinceMs, because });
      draft.emit({ type: 'alert-muted', alert, silence: id, atMs: sinceMs, because });
    }
    if (firing.length > 0)
      notify(
        draft,
        incident.id,
        'escalated',
        `${String(firing.length)} of its alerts were silenced by ${by}: ${reason}`,
      );
  }
}
