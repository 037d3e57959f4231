import type { Alert } from '../alert/alert.ts';
import { serviceOf } from '../alert/alert.ts';
import type { CompiledSystem, Recovery, Severity } from '../catalog/compiled.ts';
import type { Circumstances } from '../incident/draft.ts';
import type { Incident, IncidentAlert } from '../incident/state.ts';

export interface RecoveryPlan {
  readonly recovery: Recovery;
  /** The alert that asked for it, by name. */
  readonly alert: string;
  /** The actions, each with the service it acts on. */
  readonly steps: readonly { readonly action: string; readonly target: string }[];
}

/**
 * The recovery that fits an incident: the first of the catalog whose labels fit an alert that fires.
 * Only critical and high alerts are acted on without being asked (A3); a storm is for people. An alert
 * that fires since before an attempt of a recovery for it was verified is of an instance that no longer
 * runs: it asks for nothing. Other alerts of the incident ask as ever.
 */
export function considerRecovery(incident: Incident, { system }: Circumstances): RecoveryPlan | undefined {
  if (incident.subject.kind === 'storm') return undefined;
  const firing = Object.values(incident.alerts).filter(
    (alert) => alert.sight === 'firing' && !isLingering(alert, incident, system),
  );
  for (const recovery of system.recoveries) {
    const alert = firing.find((one) => asksFor(recovery, one));
    if (alert === undefined) continue;
    const own = serviceOf(alert.labels, system);
    const steps = recovery.actions.flatMap(({ action, service }) => {
      const target = service ?? own;
      return target === undefined ? [] : [{ action, target }];
    });
    return { recovery, alert: alert.name, steps };
  }
  return undefined;
}

/** True if a recovery that is for this alert was verified since it fires. */
function isLingering(alert: IncidentAlert, { verified = {} }: Incident, system: CompiledSystem): boolean {
  return system.recoveries.some(
    (recovery) => alert.sinceMs <= (verified[recovery.name] ?? -Infinity) && asksFor(recovery, alert),
  );
}

/** True if the recovery is configured for this alert, and the alert is one to act on (A3). */
export function asksFor(recovery: Recovery, { severity, labels }: Alert): boolean {
  return (
    isActedOn(severity) &&
    Object.entries(recovery.match).every(([name, values]) => values.includes(labels[name] ?? ''))
  );
}

/** A3: by itself Homeostat acts on critical and high only. */
export function isActedOn(severity: Severity): boolean {
  return severity === 'critical' || severity === 'high';
}
