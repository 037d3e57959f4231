import type { Alert } from '../alert/alert.ts';
import type { NoticeKind, Severity } from '../catalog/compiled.ts';
import type { Draft } from './draft.ts';
import { attemptsOf, messageText } from './message-text.ts';
import type { Incident } from './state.ts';

/** When every level has run and nobody answered, everybody is paged again this often. */
const LAST_RESORT_EVERY_MS = 30 * 60_000;

/** A notice for each name that joins an incident, up to so many: more is a storm, and is read, not listened to. */
const TOLD_NAMES = 10;

/** Tells the teams of a new incident and, if its severity pages, starts the escalation. */
export function openPaging(draft: Draft, id: string, alert: Alert): void {
  const incident = draft.incident(id);
  if (incident === undefined) return;
  const kind = incident.subject.kind === 'storm' ? 'storm' : 'opened';
  notify(draft, id, kind, alert.summary);
  startEscalation(draft, id, kind, alert.summary);
}

/** A worse alert joined: the incident takes its severity, and who was spared so far is paged. */
export function raise(draft: Draft, id: string, severity: Severity, because: string): void {
  draft.emit({ type: 'severity-raised', incident: id, severity, because });
  notify(draft, id, 'escalated', because);
  const incident = draft.incident(id);
  if (incident?.acknowledgement !== undefined) pageInvolved(draft, id, 'escalated', because);
  else if (incident !== undefined && !incident.escalation.hasPaged)
    startEscalation(draft, id, 'escalated', because);
}

/**
 * Another kind of alert joined: the teams hear of it, nobody is paged. Once per name, and no longer
 * when the incident has {@link TOLD_NAMES} of them.
 *
 * @param before the incident without the alert
 */
export function tellJoined(draft: Draft, before: Incident, name: string, alarm: string): void {
  const names = new Set(Object.values(before.alerts).map((alert) => alert.name));
  if (names.has(name) || Object.hasOwn(before.counted, alarm) || names.size >= TOLD_NAMES) return;
  const isLast = names.size === TOLD_NAMES - 1;
  notify(
    draft,
    before.id,
    'escalated',
    isLast ? `${name} fires as well; alerts of further names are only listed` : `${name} fires as well`,
  );
}

/** Puts the next step of an escalation off, if it would come earlier. */
export function postponeEscalation(draft: Draft, incident: Incident, untilMs: number, because: string): void {
  const { round, level, nextAtMs } = incident.escalation;
  if (nextAtMs !== undefined && nextAtMs < untilMs) move(draft, incident.id, round, level, untilMs, because);
}

/** Starts from the first level, if the incident's severity is one that pages. */
export function startEscalation(draft: Draft, id: string, kind: NoticeKind, because: string): void {
  const incident = draft.incident(id);
  const policy = draft.organization.escalation;
  if (incident === undefined || !policy.pages.includes(incident.severity)) return;
  const waitMs = (policy.levels[0]?.afterS ?? 0) * 1000;
  if (waitMs > 0)
    move(draft, id, 0, 0, draft.nowMs + waitMs, `the first level is paged after ${String(waitMs / 1000)} s`);
  else runLevel(draft, id, 0, 0, kind, because);
}

/** The next step of an escalation that is due. */
export function continueEscalation(draft: Draft, incident: Incident): void {
  const { levels, repeat } = draft.organization.escalation;
  const { round, level } = incident.escalation;
  const waited = `not acknowledged since ${String(Math.round((draft.nowMs - incident.openedAtMs) / 60_000))} min`;
  if (level < levels.length)
    runLevel(draft, incident.id, round, level, level === 0 && round === 0 ? 'opened' : 'escalated', waited);
  else if (round < repeat.times) runLevel(draft, incident.id, round + 1, 0, 'reminder', waited);
  else lastResort(draft, incident, waited);
}

/** Pages each person once; the same person is never paged twice by one call. */
export function pagePeople(
  draft: Draft,
  id: string,
  people: readonly string[],
  kind: NoticeKind,
  because: string,
): void {
  const incident = draft.incident(id);
  if (incident === undefined) return;
  for (const to of new Set(people)) {
    // An acknowledgement may come from somebody who is not in the catalog.
    if (!Object.hasOwn(draft.organization.people, to)) continue;
    const message = messageText(incident, kind, because, draft, attemptsOf(incident, draft.state()));
    draft.emit({
      type: 'paged',
      incident: id,
      page: { id: draft.orderId(), to, kind, severity: incident.severity, ...message },
      because,
    });
  }
}

/** Tells the teams through the system's topic. */
export function notify(draft: Draft, id: string, kind: NoticeKind, because: string): void {
  const incident = draft.incident(id);
  if (incident === undefined) return;
  const team = draft.system.services[incident.subject.name]?.owner ?? draft.system.owner;
  const message = messageText(incident, kind, because, draft, attemptsOf(incident, draft.state()));
  draft.emit({
    type: 'noticed',
    incident: id,
    notice: { id: draft.orderId(), kind, severity: incident.severity, team, ...message },
    because,
  });
}

/** News for those who are at work on it: who acknowledged, else everybody paged so far, else the first level. */
export function pageInvolved(draft: Draft, id: string, kind: NoticeKind, because: string): void {
  const incident = draft.incident(id);
  if (incident === undefined || !draft.organization.escalation.pages.includes(incident.severity)) return;
  const firstLevel = draft.organization.escalation.levels[0]?.people ?? [];
  const paged = incident.escalation.paged.length > 0 ? incident.escalation.paged : firstLevel;
  const by = incident.acknowledgement?.by;
  const isKnown = by !== undefined && Object.hasOwn(draft.organization.people, by);
  pagePeople(draft, id, isKnown ? [by] : paged, kind, because);
}

function runLevel(
  draft: Draft,
  id: string,
  round: number,
  level: number,
  kind: NoticeKind,
  because: string,
): void {
  const { levels, repeat } = draft.organization.escalation;
  const people = levels[level]?.people ?? [];
  pagePeople(draft, id, people, kind, because);
  const next = levels[level + 1];
  const waitS = next?.afterS ?? repeat.everyS;
  // A level that reaches nobody does not cost its wait.
  const nextAtMs = draft.nowMs + (people.length === 0 ? 0 : waitS * 1000);
  move(
    draft,
    id,
    round,
    level + 1,
    nextAtMs,
    `level ${String(level + 1)} of round ${String(round + 1)} was paged: ${people.join(', ')}`,
  );
}

/** Law 6: nobody reached is itself an incident: everybody is paged, and again until somebody answers. */
function lastResort(draft: Draft, incident: Incident, waited: string): void {
  const because = `${waited}; all levels ran ${String(incident.escalation.round + 1)} times and nobody acknowledged`;
  draft.emit({ type: 'nobody-reached', incident: incident.id, because });
  notify(draft, incident.id, 'escalated', because);
  pagePeople(draft, incident.id, Object.keys(draft.organization.people), 'reminder', because);
  const { round, level } = incident.escalation;
  move(draft, incident.id, round, level, draft.nowMs + LAST_RESORT_EVERY_MS, because);
}

function move(
  draft: Draft,
  incident: string,
  round: number,
  level: number,
  nextAtMs: number,
  because: string,
): void {
  draft.emit({ type: 'escalation-moved', incident, round, level, nextAtMs, because });
}
