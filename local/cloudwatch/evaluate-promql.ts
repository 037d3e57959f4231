import type { Alarm, AlarmMemory, EvaluationState, PromqlRule, StateAt } from './alarm.ts';
import { contributorId, stepContributors } from '../../shared/domain/alert/contributors.ts';
import type {
  Attributes,
  ContributorChange,
  ContributorsStep,
} from '../../shared/domain/alert/contributors.ts';
import type { Outcome, Transition } from './transition.ts';

/** A query returns at most so many series; an alarm on more sees a part and says so (CloudWatch limits). */
export const MAX_SERIES_RETURNED = 500;

/** The labels of each series that an instant query returns. Throws what is wrong with the query. */
export type InstantQuery = (query: string, atMs: number) => readonly Attributes[];

export interface AlarmAt {
  readonly alarm: Alarm;
  readonly memory: AlarmMemory;
  readonly lastMs: number | undefined;
}

/**
 * Evaluates a PromQL alarm: every series that the query returns is a contributor, and the alarm is in
 * ALARM while a contributor is. A query that fails changes no state: it is told by the evaluation state.
 */
export function evaluatePromql(
  { alarm, memory, lastMs }: AlarmAt,
  rule: PromqlRule,
  query: InstantQuery,
  nowMs: number,
): Outcome {
  let series: readonly Attributes[];
  try {
    series = query(rule.query, nowMs);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { memory: withEvaluation(memory, 'EVALUATION_ERROR', reason, nowMs), transitions: [], lastMs };
  }
  const { present, isCut } = capped(series, memory);
  const step = stepContributors(memory.contributors, present, rule, { nowMs, lastMs });
  const to = stateAfter(step, present.size, nowMs);
  const isChanged = to.value !== memory.state.value;
  const evaluationState = step.isPartial || isCut ? 'PARTIAL_DATA' : undefined;
  const transitions = step.changes.map((change) => contributorTransition(alarm, rule, change, nowMs));
  if (isChanged) {
    // Without a change of a contributor the state was set by hand: then the alarm itself acts.
    transitions.push({ alarm, from: memory.state, to, isActedOn: transitions.length === 0 });
  }
  const next = {
    ...memory,
    contributors: step.contributors,
    ...(isChanged ? { state: to, updatedMs: nowMs } : {}),
  };
  return { memory: withEvaluation(next, evaluationState, undefined, nowMs), transitions, lastMs: nowMs };
}

/** At most 500 series, those already tracked first, so that a cut does not look like a recovery. */
function capped(
  series: readonly Attributes[],
  memory: AlarmMemory,
): { present: ReadonlyMap<string, Attributes>; isCut: boolean } {
  const all = new Map(series.map((attributes) => [contributorId(attributes), attributes]));
  if (all.size <= MAX_SERIES_RETURNED) return { present: all, isCut: false };
  const tracked = new Set(memory.contributors.map(({ id }) => id));
  const ordered = [...all].toSorted(
    ([a], [b]) => Number(tracked.has(b)) - Number(tracked.has(a)) || (a < b ? -1 : 1),
  );
  return { present: new Map(ordered.slice(0, MAX_SERIES_RETURNED)), isCut: true };
}

function stateAfter(step: ContributorsStep, seen: number, nowMs: number): StateAt {
  const inAlarm = step.contributors.filter(({ value }) => value === 'ALARM').length;
  const outOf = Math.max(seen, step.contributors.length);
  return {
    value: inAlarm > 0 ? 'ALARM' : 'OK',
    reason: `${inAlarm} out of ${outOf} time series evaluated to ALARM`,
    atMs: nowMs,
  };
}

function contributorTransition(
  alarm: Alarm,
  rule: PromqlRule,
  { id, attributes, to }: ContributorChange,
  nowMs: number,
): Transition {
  const alarmed = `The query returned this time series for the pending period of ${rule.pendingS} seconds.`;
  const recovered = `The query did not return this time series for the recovery period of ${rule.recoveryS} seconds.`;
  const states = {
    ALARM: { value: 'ALARM', reason: alarmed, atMs: nowMs },
    OK: { value: 'OK', reason: recovered, atMs: nowMs },
  } as const;
  return {
    alarm,
    from: to === 'ALARM' ? states.OK : states.ALARM,
    to: states[to],
    contributor: { id, attributes },
    isActedOn: true,
  };
}

function withEvaluation(
  memory: AlarmMemory,
  state: EvaluationState | undefined,
  error: string | undefined,
  nowMs: number,
): AlarmMemory {
  const { evaluationState: before, evaluationError: _, ...rest } = memory;
  return {
    ...rest,
    ...(state === undefined ? {} : { evaluationState: state }),
    ...(error === undefined ? {} : { evaluationError: error }),
    updatedMs: state === before ? rest.updatedMs : nowMs,
  };
}
