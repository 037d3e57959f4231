import type { ServiceSignals, SystemReading } from '../../console/read/reading.ts';
import type { Incident, SystemState } from '../../shared/domain/incident/state.ts';
import { EMPTY_STATE } from '../../shared/domain/incident/state.ts';

/** What is read of `shop` while all is well at `nowMs`; both services answer. */
export function aReading(nowMs: number, over: Partial<SystemReading> = {}): SystemReading {
  return {
    state: EMPTY_STATE,
    commits: [],
    signals: { inventory: someSignals(nowMs), checkout: someSignals(nowMs) },
    inAlarm: new Set(),
    ...over,
  };
}

export function someSignals(nowMs: number, over: Partial<ServiceSignals> = {}): ServiceSignals {
  return {
    scrape: { isGood: true, newestMs: nowMs },
    probe: { isGood: true, newestMs: nowMs },
    instances: { running: 1, desired: 1 },
    seenSinceMs: nowMs - 900_000,
    ...over,
  };
}

/** A state with these incidents open. */
export function aStateWith(...incidents: readonly Incident[]): SystemState {
  return { ...EMPTY_STATE, incidents: Object.fromEntries(incidents.map((one) => [one.id, one])) };
}
