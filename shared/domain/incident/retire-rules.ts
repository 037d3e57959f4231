import type { Draft } from './draft.ts';

/**
 * Closes the alerts of rules that a deployment took out of the catalog or changed (a changed rule has an
 * alarm of another name). Nobody will ever report them again; what still holds is reported by the new rule.
 */
export function retireRules(draft: Draft): void {
  const because = 'its rule is no longer in the catalog, and its alarm was removed with it';
  for (const { alert } of Object.values(draft.state().muted)) {
    if (draft.rule(alert.alarm) === undefined) draft.emit({ type: 'alert-unmuted', key: alert.key, because });
  }
  for (const { id, alerts, counted } of Object.values(draft.state().incidents)) {
    for (const { key, alarm, sight } of Object.values(alerts)) {
      if (sight !== 'ok' && draft.rule(alarm) === undefined)
        draft.emit({ type: 'alert-ok', incident: id, key, atMs: draft.nowMs, because });
    }
    for (const alarm of Object.keys(counted)) {
      if (draft.rule(alarm) === undefined)
        draft.emit({ type: 'alerts-counted', incident: id, alarm, count: 0, because });
    }
  }
}
