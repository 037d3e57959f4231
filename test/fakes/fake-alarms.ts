import type { CompiledRule } from '../../shared/domain/catalog/compiled.ts';
import type { AlarmReader, Contributor } from '../../shared/ports/alarm-reader.ts';
import type { FakePrometheus } from './fake-prometheus.ts';

type Attributes = Readonly<Record<string, string>>;
type State = 'ALARM' | 'OK';

/** What an alarm tells the world: EventBridge hears all of it, a Lambda action the ALARM of contributors. */
export interface AlarmNews {
  readonly rule: CompiledRule;
  readonly attributes?: Attributes;
  readonly value: State;
  readonly atMs: number;
}

interface Watched {
  readonly attributes: Attributes;
  state: State;
  /** Since when it breaches without a break, or has not breached while in ALARM. */
  breachingSinceMs?: number | undefined;
  recoveringSinceMs?: number | undefined;
  changedMs: number;
}

export interface FakeAlarms extends AlarmReader {
  /** Evaluates the alarms that are due at this time (documented rules of PromQL alarms) and tells what changed. */
  readonly evaluate: (atMs: number) => void;
  /** Alarms that somebody deleted by hand. */
  readonly deleted: Set<string>;
  /** Alarms that are in ALARM and name no contributor. */
  readonly nameless: Set<string>;
  /** Contributors that really are in alarm, by alarm: what the incidents must come to. */
  readonly inTruth: () => { readonly alarm: string; readonly attributes: Attributes; sinceMs: number }[];
  outage: Error | undefined;
}

/** CloudWatch's PromQL alarms over series in memory: pending and recovery periods, contributors, news. */
export function fakeAlarms(
  rules: readonly CompiledRule[],
  series: FakePrometheus,
  tell: (news: AlarmNews) => void,
): FakeAlarms {
  const watched = new Map(rules.map((rule) => [rule.alarmName, new Map<string, Watched>()]));
  const inAlarm = (alarm: string) =>
    [...(watched.get(alarm)?.values() ?? [])].filter(({ state }) => state === 'ALARM');
  const evaluateOne = (rule: CompiledRule, atMs: number): void => {
    const known = watched.get(rule.alarmName);
    if (known === undefined) return;
    const before = inAlarm(rule.alarmName).length;
    const found = new Map(series.query(rule.query, atMs).map(({ labels }) => [keyOf(labels), labels]));
    for (const [key, attributes] of found) {
      const one: Watched = known.get(key) ?? { attributes, state: 'OK', changedMs: atMs };
      known.set(key, one);
      one.recoveringSinceMs = undefined;
      one.breachingSinceMs ??= atMs;
      if (one.state === 'OK' && atMs - one.breachingSinceMs >= rule.pendingS * 1000)
        turn(one, rule, 'ALARM', atMs);
    }
    for (const [key, one] of known) {
      if (found.has(key)) continue;
      one.breachingSinceMs = undefined;
      one.recoveringSinceMs ??= atMs;
      if (one.state === 'ALARM' && atMs - one.recoveringSinceMs >= rule.recoveryS * 1000)
        turn(one, rule, 'OK', atMs);
      if (one.state === 'OK') known.delete(key);
    }
    const after = inAlarm(rule.alarmName).length;
    if (before > 0 !== after > 0) tell({ rule, value: after > 0 ? 'ALARM' : 'OK', atMs });
  };
  const turn = (one: Watched, rule: CompiledRule, state: State, atMs: number): void => {
    one.state = state;
    one.changedMs = atMs;
    if (!fake.nameless.has(rule.alarmName)) tell({ rule, attributes: one.attributes, value: state, atMs });
  };
  const guarded = <T>(work: () => T): Promise<T> =>
    fake.outage === undefined ? Promise.resolve(work()) : Promise.reject(fake.outage);
  const fake: FakeAlarms = {
    outage: undefined,
    deleted: new Set(),
    nameless: new Set(),
    evaluate: (atMs) => {
      for (const rule of rules) {
        if (!fake.deleted.has(rule.alarmName) && atMs % (rule.everyS * 1000) === 0) evaluateOne(rule, atMs);
      }
    },
    inTruth: () =>
      rules.flatMap(({ alarmName: alarm }) =>
        inAlarm(alarm).map(({ attributes, changedMs }) => ({ alarm, attributes, sinceMs: changedMs })),
      ),
    inAlarm: (prefix) =>
      guarded(() =>
        [...watched.keys()].filter(
          (alarm) => alarm.startsWith(prefix) && !fake.deleted.has(alarm) && inAlarm(alarm).length > 0,
        ),
      ),
    contributors: (alarm) =>
      guarded((): readonly Contributor[] | undefined => {
        if (fake.deleted.has(alarm) || !watched.has(alarm)) return undefined;
        if (fake.nameless.has(alarm)) return [];
        // The manual: at most a hundred are in ALARM at a time.
        return inAlarm(alarm)
          .slice(0, 100)
          .map(({ attributes, changedMs }) => ({ attributes, sinceMs: changedMs }));
      }),
  };
  return fake;
}

function keyOf(labels: Attributes): string {
  return JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
