import type { Alert } from '../alert/alert.ts';
import { serviceOf } from '../alert/alert.ts';
import type { Draft } from './draft.ts';
import type { Incident, Subject } from './state.ts';

/** This many incidents opened within the window make a storm: what comes then goes into one incident. */
export const STORM_AFTER = 5;
/** A5: alerts within five minutes of each other are taken together. */
export const STORM_WINDOW_MS = 5 * 60_000;

/**
 * The incident that an alert belongs to: the open one about the same service (or, without a
 * service, the same rule); in a storm the one about the storm; else a new one. Nobody is told yet: a
 * message about a new incident names the alert, so the alert has to be in it first.
 */
export function incidentFor(draft: Draft, alert: Alert): Incident {
  const open = Object.values(draft.state().incidents);
  const holding = open.find((incident) => Object.hasOwn(incident.alerts, alert.key));
  if (holding !== undefined) return holding;
  const subject = subjectOf(draft, alert);
  const same = open.find(
    (incident) => incident.subject.kind === subject.kind && incident.subject.name === subject.name,
  );
  if (same !== undefined) return same;
  const openedLately = [...open, ...draft.state().resolved].filter(
    ({ openedAtMs }) => openedAtMs > draft.nowMs - STORM_WINDOW_MS,
  );
  if (openedLately.length < STORM_AFTER) return openIncident(draft, subject, alert);
  return (
    open.find((incident) => incident.subject.kind === 'storm') ??
    openIncident(draft, { kind: 'storm', name: draft.system.system }, alert)
  );
}

function openIncident(draft: Draft, subject: Subject, alert: Alert): Incident {
  const id = `${draft.system.system}-${String(draft.state().nextIncident)}`;
  const because = {
    service: `${alert.name} fires for service ${subject.name}, which has no open incident`,
    rule: `${alert.name} fires, names no service of the catalog, and has no open incident`,
    storm: `${String(STORM_AFTER)} incidents opened within ${String(STORM_WINDOW_MS / 60_000)} minutes: from here on alerts about anything else are taken together`,
  }[subject.kind];
  draft.emit({ type: 'incident-opened', incident: id, subject, severity: alert.severity, because });
  const incident = draft.incident(id);
  if (incident === undefined)
    throw new Error(`Incident ${id} was opened and is not there: evolve is broken.`);
  return incident;
}

function subjectOf(draft: Draft, alert: Alert): Subject {
  const service = serviceOf(alert.labels, draft.system);
  return service === undefined ? { kind: 'rule', name: alert.name } : { kind: 'service', name: service };
}
