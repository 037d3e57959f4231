import type { CompiledOrganization, CompiledRule, CompiledSystem } from '../catalog/compiled.ts';
import type { IncidentEvent } from './events.ts';
import { evolve } from './evolve.ts';
import type { Incident, SystemState } from './state.ts';

/** What every decision needs to know beside the state: the catalog, and what time it is. */
export interface Circumstances {
  readonly system: CompiledSystem;
  readonly organization: CompiledOrganization;
  readonly nowMs: number;
}

/** A decision in the making: each event is applied at once, so that the next rule sees its effect. */
export interface Draft extends Circumstances {
  /** The state with all events so far applied. */
  readonly state: () => SystemState;
  readonly emit: (...events: readonly IncidentEvent[]) => void;
  readonly events: readonly IncidentEvent[];
  /** The open incident, as it is by now. */
  readonly incident: (id: string) => Incident | undefined;
  readonly rule: (alarm: string) => CompiledRule | undefined;
  /** A name that no other order of this system has: commit number and place in it. */
  readonly orderId: () => string;
}

/** Starts a decision on a state. */
export function startDraft(state: SystemState, circumstances: Circumstances): Draft {
  let current = state;
  const events: IncidentEvent[] = [];
  return {
    ...circumstances,
    events,
    state: () => current,
    emit: (...more) => {
      for (const event of more) {
        current = evolve(current, event, circumstances.nowMs);
        events.push(event);
      }
    },
    incident: (id) => current.incidents[id],
    rule: (alarm) => circumstances.system.rules.find((rule) => rule.alarmName === alarm),
    orderId: () => `${String(state.seq + 1)}.${String(events.length)}`,
  };
}
