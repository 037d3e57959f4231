import { listAlert } from './alert-list.ts';
import type { IncidentEvent } from './events.ts';
import { KEPT_ATTEMPTS_MS, KEPT_RESOLVED, KEPT_SEEN } from './state.ts';
import type { Attempt, Incident, IncidentAlert, Seen, SystemState } from './state.ts';

/**
 * The state after one event. Pure; never throws: an event about something that is gone changes nothing,
 * because the log is the truth and must always be readable.
 */
export function evolve(state: SystemState, event: IncidentEvent, atMs: number): SystemState {
  switch (event.type) {
    case 'incident-opened':
      return openIncident(state, event, atMs);
    case 'alert-fired':
      return fireAlert(state, event);
    case 'alerts-counted':
      return withIncident(state, event.incident, (incident) => ({
        ...incident,
        counted:
          event.count === 0
            ? without(incident.counted, event.alarm)
            : { ...incident.counted, [event.alarm]: event.count },
      }));
    case 'alert-ok':
      return withAlert(remember(state, event.key, { value: 'OK', atMs: event.atMs }), event, (alert) => ({
        ...withoutLossTold(alert),
        sight: 'ok',
        sinceMs: event.atMs,
      }));
    case 'alert-unknown':
      return withAlert(state, event, (alert) => ({ ...alert, sight: 'unknown', sinceMs: event.atMs }));
    case 'alert-loss-told':
      return withAlert(state, event, (alert) => ({ ...alert, isLossTold: true }));
    case 'transition-seen':
      return remember(state, event.key, { value: event.value, atMs: event.atMs });
    case 'severity-raised':
      return withIncident(state, event.incident, (incident) => ({ ...incident, severity: event.severity }));
    case 'alert-muted':
      return remember(
        {
          ...state,
          muted: {
            ...state.muted,
            [event.alert.key]: { alert: event.alert, silence: event.silence, sinceMs: event.atMs },
          },
        },
        event.alert.key,
        { value: 'ALARM', atMs: event.atMs },
      );
    case 'alert-unmuted':
      return { ...state, muted: without(state.muted, event.key) };
    case 'silence-added':
      return { ...state, silences: { ...state.silences, [event.silence.id]: event.silence } };
    case 'silence-ended':
      return { ...state, silences: without(state.silences, event.silence) };
    case 'escalation-moved':
      return withIncident(state, event.incident, (incident) => ({
        ...incident,
        escalation: {
          hasPaged: true,
          round: event.round,
          level: event.level,
          ...(event.nextAtMs === undefined ? {} : { nextAtMs: event.nextAtMs }),
          paged: incident.escalation.paged,
        },
      }));
    case 'nobody-reached':
      return state;
    case 'acknowledged':
      return withIncident(state, event.incident, (incident) => ({
        ...incident,
        acknowledgement: { by: event.by, atMs, untilMs: event.untilMs },
        escalation: stopped(incident.escalation),
      }));
    case 'acknowledgement-expired':
      return withIncident(state, event.incident, ({ acknowledgement: _, ...incident }) => incident);
    case 'recovery-held':
      return withIncident(state, event.incident, (incident) => ({
        ...incident,
        held: { reason: event.reason, ...(event.untilMs === undefined ? {} : { untilMs: event.untilMs }) },
        ...(event.isUsedUpTold === undefined ? {} : { isUsedUpTold: true }),
      }));
    case 'recovery-ordered':
      return orderAttempt(state, event, atMs);
    case 'attempt-claimed':
      return withAttempt(state, event.attempt, (attempt) => ({ ...attempt, isClaimed: true }));
    case 'action-intended':
      return withAttempt(state, event.attempt, (attempt) => ({
        ...attempt,
        intents: { ...attempt.intents, [event.step]: event.intent },
      }));
    case 'action-taken':
      return withAttempt(state, event.attempt, (attempt) => ({
        ...attempt,
        taken: [...attempt.taken, event.step],
      }));
    case 'attempt-ended':
      return endAttempt(state, event, atMs);
    case 'health-confirmed':
      return withIncident(state, event.incident, ({ handedOver: _, ...incident }) => incident);
    case 'incident-resolved':
      return resolveIncident(state, event, atMs);
    case 'paged':
      return withIncident(state, event.incident, (incident) => ({
        ...incident,
        escalation: {
          ...incident.escalation,
          paged: [...new Set([...incident.escalation.paged, event.page.to])],
        },
      }));
    case 'noticed':
      return state;
  }
}

type EventOf<T extends IncidentEvent['type']> = Extract<IncidentEvent, { type: T }>;

function openIncident(state: SystemState, event: EventOf<'incident-opened'>, atMs: number): SystemState {
  const incident: Incident = {
    id: event.incident,
    subject: event.subject,
    severity: event.severity,
    openedAtMs: atMs,
    openedSeq: state.seq + 1,
    alerts: {},
    counted: {},
    escalation: { hasPaged: false, round: 0, level: 0, paged: [] },
    attempts: 0,
  };
  return {
    ...state,
    nextIncident: state.nextIncident + 1,
    incidents: { ...state.incidents, [incident.id]: incident },
  };
}

function fireAlert(state: SystemState, event: EventOf<'alert-fired'>): SystemState {
  const remembered = remember(state, event.alert.key, { value: 'ALARM', atMs: event.atMs });
  return withIncident(remembered, event.incident, (incident) => ({
    ...incident,
    alerts: listAlert(incident.alerts, event.alert, event.atMs),
  }));
}

function orderAttempt(state: SystemState, event: EventOf<'recovery-ordered'>, atMs: number): SystemState {
  const attempt: Attempt = {
    id: event.attempt,
    incident: event.incident,
    recovery: event.recovery,
    targets: event.targets,
    orderedAtMs: atMs,
    deadlineMs: event.deadlineMs,
    isClaimed: false,
    intents: {},
    taken: [],
  };
  const counted = Object.entries(state.attempts).filter(
    ([, { ended }]) => ended === undefined || ended.atMs > atMs - KEPT_ATTEMPTS_MS,
  );
  const ordered = { ...state, attempts: { ...Object.fromEntries(counted), [attempt.id]: attempt } };
  return withIncident(ordered, event.incident, ({ held: _, ...incident }) => ({
    ...incident,
    attempts: incident.attempts + 1,
  }));
}

function endAttempt(state: SystemState, event: EventOf<'attempt-ended'>, atMs: number): SystemState {
  const ended = withAttempt(state, event.attempt, (attempt) => ({
    ...attempt,
    ended: { atMs, outcome: event.outcome, reason: event.because },
  }));
  const recovery = state.attempts[event.attempt]?.recovery;
  return withIncident(ended, event.incident, (incident) => {
    const { handedOver: _, ...rest } = incident;
    if (event.outcome === 'failed') return { ...rest, handedOver: event.because };
    if (event.outcome !== 'recovered' || recovery === undefined) return rest;
    const { isUsedUpTold: __, ...verified } = rest;
    return { ...verified, verified: { ...rest.verified, [recovery]: atMs } };
  });
}

function resolveIncident(state: SystemState, event: EventOf<'incident-resolved'>, atMs: number): SystemState {
  const incident = state.incidents[event.incident];
  if (incident === undefined) return state;
  const { id, subject, severity, openedAtMs, openedSeq } = incident;
  const resolved = [
    {
      id,
      subject,
      severity,
      openedAtMs,
      openedSeq,
      resolvedAtMs: atMs,
      resolvedSeq: state.seq + 1,
      by: event.by,
    },
    ...state.resolved,
  ];
  return { ...state, incidents: without(state.incidents, id), resolved: resolved.slice(0, KEPT_RESOLVED) };
}

/** Keeps the newest transition per alert, and forgets the oldest when there are too many. */
function remember(state: SystemState, key: string, seen: Seen): SystemState {
  if ((state.seen[key]?.atMs ?? -Infinity) > seen.atMs) return state;
  const all = { ...state.seen, [key]: seen };
  const keys = Object.keys(all);
  if (keys.length <= KEPT_SEEN) return { ...state, seen: all };
  const newest = Object.entries(all).toSorted(([, a], [, b]) => b.atMs - a.atMs);
  return { ...state, seen: Object.fromEntries(newest.slice(0, KEPT_SEEN / 2)) };
}

function withIncident(state: SystemState, id: string, change: (incident: Incident) => Incident): SystemState {
  const incident = state.incidents[id];
  if (incident === undefined) return state;
  return { ...state, incidents: { ...state.incidents, [id]: change(incident) } };
}

function withAlert(
  state: SystemState,
  at: { readonly incident: string; readonly key: string },
  change: (alert: IncidentAlert) => IncidentAlert,
): SystemState {
  return withIncident(state, at.incident, (incident) => {
    const alert = incident.alerts[at.key];
    if (alert === undefined) return incident;
    return { ...incident, alerts: { ...incident.alerts, [at.key]: change(alert) } };
  });
}

function withAttempt(state: SystemState, id: string, change: (attempt: Attempt) => Attempt): SystemState {
  const attempt = state.attempts[id];
  if (attempt === undefined) return state;
  return { ...state, attempts: { ...state.attempts, [id]: change(attempt) } };
}

function withoutLossTold({ isLossTold: _, ...alert }: IncidentAlert): IncidentAlert {
  return alert;
}

function stopped({ nextAtMs: _, ...progress }: Incident['escalation']): Incident['escalation'] {
  return progress;
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  const { [key]: _, ...rest } = record;
  return rest;
}
