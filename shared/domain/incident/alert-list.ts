import type { Alert } from '../alert/alert.ts';
import type { IncidentAlert } from './state.ts';
import { LISTED_ALERTS } from './state.ts';

type AlertList = Readonly<Record<string, IncidentAlert>>;

/** True if no other alert can be listed: those that are OK make room. */
export function isListFull(alerts: AlertList): boolean {
  return Object.values(alerts).filter(({ sight }) => sight !== 'ok').length >= LISTED_ALERTS;
}

/** The list with an alert that fires. Unchanged if it is full; an alert that was out of sight fires since it first did. */
export function listAlert(alerts: AlertList, alert: Alert, atMs: number): AlertList {
  const before = alerts[alert.key];
  if (before === undefined && isListFull(alerts)) return alerts;
  const listed: IncidentAlert = {
    ...alert,
    sight: 'firing',
    sinceMs: atMs,
    firedAtMs: before?.sight === 'unknown' ? before.firedAtMs : atMs,
  };
  return { ...(before === undefined ? withRoomForOne(alerts) : alerts), [alert.key]: listed };
}

/** Of a list that is at its limit, the alert that has been OK the longest makes room. */
function withRoomForOne(alerts: AlertList): AlertList {
  if (Object.keys(alerts).length < LISTED_ALERTS) return alerts;
  const calm = Object.values(alerts).filter(({ sight }) => sight === 'ok');
  const oldest = calm.toSorted((a, b) => a.sinceMs - b.sinceMs)[0];
  return Object.fromEntries(Object.entries(alerts).filter(([key]) => key !== oldest?.key));
}
