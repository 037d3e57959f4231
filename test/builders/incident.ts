import { alertOf } from '../../shared/domain/alert/alert.ts';
import type { Incident, IncidentAlert } from '../../shared/domain/incident/state.ts';
import { aRule } from './catalog.ts';

/** ServiceDown of inventory, as it stands in an incident. */
export function anIncidentAlert(over: Partial<IncidentAlert> = {}): IncidentAlert {
  return {
    ...alertOf(aRule(), { job: 'inventory', instance: 'a:80' }),
    sight: 'firing',
    sinceMs: 0,
    firedAtMs: 0,
    ...over,
  };
}

/** An open incident about inventory, with no alert in it. */
export function anIncident(over: Partial<Incident> = {}): Incident {
  return {
    id: 'shop-1',
    subject: { kind: 'service', name: 'inventory' },
    severity: 'critical',
    openedAtMs: 0,
    openedSeq: 1,
    alerts: {},
    counted: {},
    escalation: { hasPaged: true, round: 0, level: 1, paged: ['ana'] },
    attempts: 0,
    ...over,
  };
}
