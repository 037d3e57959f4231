import type { Alert } from '../alert/alert.ts';
import { alertKey, alertOf, isWorse } from '../alert/alert.ts';
import { isListFull } from './alert-list.ts';
import type { Draft } from './draft.ts';
import { incidentFor } from './grouping.ts';
import type { AlarmSignal, AlarmTruth, Evidence } from './inputs.ts';
import { openPaging, raise, tellJoined } from './paging.ts';
import { silenceOf } from './silences.ts';
import type { IncidentAlert, Seen } from './state.ts';
import { LISTED_ALERTS } from './state.ts';

/** One transition of one contributor. An older one than the last applied is ignored, as is a repetition. */
export function onAlarmSignal(draft: Draft, told: AlarmSignal): void {
  const signal = { ...told, atMs: notAhead(draft, told.atMs) };
  const rule = draft.rule(signal.alarm);
  if (rule === undefined) return;
  const key = alertKey(signal.alarm, signal.attributes);
  if (!isNewer(signal, draft.state().seen[key])) return;
  if (signal.value === 'ALARM') {
    const alert = alertOf(rule, signal.attributes, signal.measured);
    const full = fire(draft, alert, signal.atMs, 'CloudWatch reported the contributor in alarm');
    if (full !== undefined) {
      // Not remembered one by one: an event told twice counts twice, until the alarm is read (each minute).
      const count = (draft.incident(full)?.counted[alert.alarm] ?? 0) + 1;
      setCount(draft, full, alert.alarm, count, LISTED_TO_THE_FULL);
    }
    return;
  }
  const evidence = signal.evidence ?? {
    isFresh: false,
    because: 'nobody looked whether the rule still sees its series',
  };
  calm(draft, key, signal.atMs, evidence);
  // An older ALARM that comes after it is no news, even if this OK changed nothing.
  if (isNewer(signal, draft.state().seen[key]))
    draft.emit({ type: 'transition-seen', key, value: 'OK', atMs: signal.atMs });
}

/**
 * An alarm as it is. Repairs what events did not tell: contributors that fire unknown to us, and open
 * alerts that no longer fire. A transition newer than the reading is left alone.
 */
export function onAlarmTruth(draft: Draft, read: AlarmTruth): void {
  const truth = { ...read, atMs: notAhead(draft, read.atMs) };
  const rule = draft.rule(truth.alarm);
  if (rule === undefined) return;
  const firing = new Set<string>();
  const unlisted = new Map<string, number>();
  for (const one of truth.firing) {
    const alert = alertOf(rule, one.attributes, one.measured);
    firing.add(alert.key);
    const full = readFiring(draft, alert, notAhead(draft, one.sinceMs), truth);
    if (full !== undefined) unlisted.set(full, (unlisted.get(full) ?? 0) + 1);
  }
  const isNotFiring = (key: string): boolean =>
    truth.isComplete && !firing.has(key) && (draft.state().seen[key]?.atMs ?? 0) <= truth.atMs;
  for (const { alert } of alertsOf(draft, truth.alarm)) {
    if (alert.sight !== 'ok' && isNotFiring(alert.key))
      calm(draft, alert.key, truth.atMs, truth.evidence[alert.key] ?? truth.evidenceForRest);
  }
  for (const { alert } of Object.values(draft.state().muted)) {
    if (alert.alarm === truth.alarm && isNotFiring(alert.key))
      calm(draft, alert.key, truth.atMs, truth.evidence[alert.key] ?? truth.evidenceForRest);
  }
  recount(draft, truth, unlisted);
}

/**
 * Puts an alert that fires into its incident, opening one if need be.
 *
 * @param lost why it cannot be seen any more, if that is so
 * @returns the incident if its list is full
 */
export function enter(
  draft: Draft,
  alert: Alert,
  atMs: number,
  because: string,
  lost?: string,
): string | undefined {
  const incident = incidentFor(draft, alert);
  const isNew = Object.keys(incident.alerts).length === 0;
  const isFull = !Object.hasOwn(incident.alerts, alert.key) && isListFull(incident.alerts);
  if (!isFull) draft.emit({ type: 'alert-fired', incident: incident.id, alert, atMs, because });
  if (!isFull && lost !== undefined) {
    const at = { incident: incident.id, key: alert.key };
    draft.emit({ type: 'alert-unknown', ...at, atMs: draft.nowMs, because: lost });
    // The message about a new incident says it already.
    if (isNew) draft.emit({ type: 'alert-loss-told', ...at });
  }
  if (isNew) openPaging(draft, incident.id, alert);
  else if (isWorse(alert.severity, incident.severity))
    raise(draft, incident.id, alert.severity, `${alert.name} is ${alert.severity}`);
  else if (!isFull) tellJoined(draft, incident, alert.name, alert.alarm);
  return isFull ? incident.id : undefined;
}

const LISTED_TO_THE_FULL = `the incident lists ${String(LISTED_ALERTS)} alerts already`;

/** An alert starts to fire: into its incident, or into a silence. Returns the incident if its list is full. */
function fire(draft: Draft, alert: Alert, atMs: number, because: string): string | undefined {
  const silence = silenceOf(draft.state().silences, alert.labels, draft.nowMs);
  if (silence === undefined) return enter(draft, alert, atMs, because);
  draft.emit({
    type: 'alert-muted',
    alert,
    silence: silence.id,
    atMs,
    because: `silenced by ${silence.by}: ${silence.reason}`,
  });
  return undefined;
}

/** A contributor that a reading shows in alarm. Returns the incident if it can only be counted there. */
function readFiring(draft: Draft, alert: Alert, sinceMs: number, truth: AlarmTruth): string | undefined {
  const seen = draft.state().seen[alert.key];
  if (seen?.value === 'OK' && seen.atMs > truth.atMs) return undefined;
  if (Object.hasOwn(draft.state().muted, alert.key)) {
    // It had gone out of sight, and fires again.
    if (seen?.value === 'OK')
      draft.emit({ type: 'transition-seen', key: alert.key, value: 'ALARM', atMs: truth.atMs });
    return undefined;
  }
  const found = findAlert(draft, alert.key);
  if (found !== undefined && found.alert.sight !== 'ok') {
    look(draft, found, truth);
    return undefined;
  }
  const atMs = seen !== undefined && seen.atMs >= sinceMs ? truth.atMs : sinceMs;
  return fire(draft, alert, atMs, 'the alarm was read and has this contributor; no event had told');
}

/** The alert no longer fires: recovered if what the rule reads is still seen, else unknown (law 2). */
function calm(draft: Draft, key: string, atMs: number, evidence: Evidence): void {
  if (Object.hasOwn(draft.state().muted, key)) {
    if (!evidence.isFresh) {
      // Held on to: people are told of it when the silence ends.
      if (draft.state().seen[key]?.value !== 'OK')
        draft.emit({ type: 'transition-seen', key, value: 'OK', atMs });
      return;
    }
    draft.emit({ type: 'alert-unmuted', key, because: evidence.because });
  }
  const found = findAlert(draft, key);
  if (found === undefined || found.alert.sight === 'ok') {
    draft.emit({ type: 'transition-seen', key, value: 'OK', atMs });
  } else if (evidence.isFresh) {
    draft.emit({ type: 'alert-ok', incident: found.incident, key, atMs, because: evidence.because });
  } else if (found.alert.sight === 'firing') {
    draft.emit({
      type: 'alert-unknown',
      incident: found.incident,
      key,
      atMs: draft.nowMs,
      because: evidence.because,
    });
    draft.emit({ type: 'transition-seen', key, value: 'OK', atMs });
  }
}

/** An alert that still fires: is what its rule reads still seen? */
function look(draft: Draft, { incident, alert }: Found, truth: AlarmTruth): void {
  const evidence = truth.evidence[alert.key];
  if (evidence === undefined) return;
  if (alert.sight === 'firing' && !evidence.isFresh) {
    draft.emit({
      type: 'alert-unknown',
      incident,
      key: alert.key,
      atMs: draft.nowMs,
      because: evidence.because,
    });
  } else if (alert.sight === 'unknown' && evidence.isFresh) {
    const { sight: _, sinceMs: __, isLossTold: ___, ...plain } = alert;
    draft.emit({ type: 'alert-fired', incident, alert: plain, atMs: truth.atMs, because: evidence.because });
  }
}

/** Sets the numbers of alerts that are only counted to what the reading gives; to none only when there is sight. */
function recount(draft: Draft, truth: AlarmTruth, unlisted: ReadonlyMap<string, number>): void {
  for (const incident of Object.values(draft.state().incidents)) {
    const exact = unlisted.get(incident.id) ?? 0;
    if (exact > 0) setCount(draft, incident.id, truth.alarm, exact, 'the alarm was read');
    else if (truth.isComplete && truth.evidenceForRest.isFresh)
      setCount(draft, incident.id, truth.alarm, 0, truth.evidenceForRest.because);
  }
}

function setCount(draft: Draft, incident: string, alarm: string, count: number, because: string): void {
  const before = draft.incident(incident);
  if (before === undefined || (before.counted[alarm] ?? 0) === count) return;
  draft.emit({ type: 'alerts-counted', incident, alarm, count, because });
  const name = draft.rule(alarm)?.alert;
  if (count > 0 && name !== undefined) tellJoined(draft, before, name, alarm);
}

interface Found {
  readonly incident: string;
  readonly alert: IncidentAlert;
}

function findAlert(draft: Draft, key: string): Found | undefined {
  for (const incident of Object.values(draft.state().incidents)) {
    const alert = incident.alerts[key];
    if (alert !== undefined) return { incident: incident.id, alert };
  }
  return undefined;
}

function alertsOf(draft: Draft, alarm: string): Found[] {
  return Object.values(draft.state().incidents).flatMap((incident) =>
    Object.values(incident.alerts)
      .filter((alert) => alert.alarm === alarm)
      .map((alert) => ({ incident: incident.id, alert })),
  );
}

/** Two clocks differ by less; within it stamps keep their order, and nobody is deaf for longer. */
const CLOCKS_DIFFER_MS = 1000;

/** A stamp ahead of our clock counts as now: else nothing that follows would be newer. */
function notAhead(draft: Draft, atMs: number): number {
  return atMs > draft.nowMs + CLOCKS_DIFFER_MS ? draft.nowMs : atMs;
}

/** Transitions are ordered by time; at the same instant an alarm outranks an OK, whatever came first. */
function isNewer(one: Seen, than: Seen | undefined): boolean {
  if (than === undefined || one.atMs > than.atMs) return true;
  return one.atMs === than.atMs && one.value === 'ALARM' && than.value === 'OK';
}
