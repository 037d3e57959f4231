import { serviceOf } from '../alert/alert.ts';
import type { Recovery } from '../catalog/compiled.ts';
import type { Circumstances } from '../incident/draft.ts';
import type { Incident } from '../incident/state.ts';

export interface RecoveryPlan {
  readonly recovery: Recovery;
  /** The alert that asked for it, by name. */
  readonly alert: string;
  /** The actions, each with the service it acts on. */
  readonly steps: readonly { readonly action: string; readonly target: string }[];
}

/**
 * The recovery that fits an incident: the first of the catalog whose labels fit an alert that fires.
 * Only critical and high alerts are acted on without being asked (A3); a storm is for people.
 */
export function considerRecovery(incident: Incident, { system }: Circumstances): RecoveryPlan | undefined {
  if (incident.subject.kind === 'storm') return undefined;
  const firing = Object.values(incident.alerts).filter(
    (alert) => alert.sight === 'firing' && (alert.severity === 'critical' || alert.severity === 'high'),
  );
  for (const recovery of system.recoveries) {
    const alert = firing.find(({ labels }) => fits(recovery, labels));
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

function fits(recovery: Recovery, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(recovery.match).every(([name, values]) => values.includes(labels[name] ?? ''));
}
