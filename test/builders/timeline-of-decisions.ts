import type { CompiledOrganization, CompiledSystem } from '../../shared/domain/catalog/compiled.ts';
import { foldCommit } from '../../shared/domain/incident/commit.ts';
import { decide } from '../../shared/domain/incident/decide.ts';
import type { IncidentEvent, Page } from '../../shared/domain/incident/events.ts';
import type { AlarmSignal, AlarmTruth, Input } from '../../shared/domain/incident/inputs.ts';
import { nextDueMs } from '../../shared/domain/incident/on-tick.ts';
import type { SystemState } from '../../shared/domain/incident/state.ts';
import { EMPTY_STATE } from '../../shared/domain/incident/state.ts';
import { anOrganization, aRule, aSystem } from './catalog.ts';

export const FRESH = { isFresh: true, because: 'seen' };
export const STALE = { isFresh: false, because: 'not seen' };

/** A log in memory: decides, commits, and remembers what was ordered. Time is what the test says. */
export function startDecisions(
  system: CompiledSystem = aSystem(),
  organization: CompiledOrganization = anOrganization(),
  from: SystemState = EMPTY_STATE,
) {
  let state = from;
  const events: IncidentEvent[] = [];
  const give = (nowMs: number, ...inputs: readonly Input[]): IncidentEvent[] => {
    const decided = decide(state, inputs, { system, organization, nowMs });
    if (decided.length > 0) {
      state = foldCommit(state, {
        seq: state.seq + 1,
        atMs: nowMs,
        by: 'test',
        catalogHash: '',
        events: decided,
      });
      events.push(...decided);
    }
    return decided;
  };
  return {
    give,
    /** Ticks at every time that the state itself asks for, until `untilMs`. */
    tickUntil: (fromMs: number, untilMs: number): void => {
      let nowMs = fromMs;
      for (;;) {
        const dueMs = nextDueMs(state, nowMs);
        if (dueMs === undefined || dueMs > untilMs) return;
        nowMs = Math.max(nowMs, dueMs);
        give(nowMs, { type: 'tick' });
      }
    },
    state: (): SystemState => state,
    events: (): readonly IncidentEvent[] => events,
    pages: (): Page[] => pagesIn(events),
  };
}

export function pagesIn(events: readonly IncidentEvent[]): Page[] {
  return events.flatMap((event) => (event.type === 'paged' ? [event.page] : []));
}

export function aSignal(over: Partial<AlarmSignal> = {}): AlarmSignal {
  return {
    type: 'alarm-signal',
    alarm: aRule().alarmName,
    attributes: { job: 'inventory', instance: '10.0.0.1:80' },
    value: 'ALARM',
    atMs: 0,
    evidence: FRESH,
    ...over,
  };
}

export function aTruth(over: Partial<AlarmTruth> = {}): AlarmTruth {
  return {
    type: 'alarm-truth',
    alarm: aRule().alarmName,
    atMs: 0,
    firing: [],
    isComplete: true,
    evidence: {},
    evidenceForRest: FRESH,
    ...over,
  };
}
