import { alarmPrefix } from '../contract/alarm-name.ts';
import { alertKey } from '../domain/alert/alert.ts';
import type { Sight } from '../domain/alert/evidence.ts';
import { evidenceOfRecovery, evidenceOfSight } from '../domain/alert/evidence.ts';
import type { CompiledRule, CompiledSystem } from '../domain/catalog/compiled.ts';
import type { AlarmTruth, Evidence } from '../domain/incident/inputs.ts';
import type { IncidentAlert, SystemState } from '../domain/incident/state.ts';
import type { AlarmReader, Contributor } from '../ports/alarm-reader.ts';
import type { Clock } from '../ports/clock.ts';
import type { SeriesReader } from '../ports/series.ts';
import { readSight } from './read-sight.ts';

/** What it takes to see alarms and series as they are. */
export interface Senses {
  readonly clock: Clock;
  readonly alarms: AlarmReader;
  readonly series: SeriesReader;
}

/** CloudWatch keeps at most so many contributors of a PromQL alarm in ALARM. */
const MOST_CONTRIBUTORS = 100;

export interface AlarmToRead {
  readonly rule: CompiledRule;
  /** What is known of the alarm as a whole: with `ALARM`, a reading without contributors proves nothing. */
  readonly value: 'ALARM' | 'OK';
}

/**
 * Law 1: events are hints, alarms are read. Reads the given alarms and what their open alerts rest on.
 *
 * @returns one truth for each alarm whose reading can be trusted, in their order
 */
export async function readTruths(
  senses: Senses,
  system: CompiledSystem,
  state: SystemState,
  alarms: readonly AlarmToRead[],
): Promise<AlarmTruth[]> {
  const atMs = senses.clock.nowMs();
  const contributors = await inTurns(alarms, ({ rule }) => senses.alarms.contributors(rule.alarmName));
  const open = openAlerts(state);
  const looks = alarms.flatMap(({ rule }) => {
    const alerts = (open.get(rule.alarmName) ?? []).map(({ attributes }) => ({ rule, attributes }));
    return isCountedOnly(state, rule.alarmName) ? [...alerts, { rule, attributes: {} }] : alerts;
  });
  const sight = looks.length === 0 ? undefined : await readSight(senses.series, senses.clock, system, looks);
  return alarms.flatMap(({ rule, value }, at) => {
    const found = contributors[at];
    if (found === undefined) return goneTruth(rule, atMs);
    if (value === 'ALARM' && found.length === 0) return [];
    return truthOf(rule, found, open.get(rule.alarmName) ?? [], atMs, sight);
  });
}

/**
 * Everything that may differ between a system's alarms and its state: alarms in ALARM, alarms of open
 * alerts. An alarm in ALARM that names no contributor, and that we know nothing of, is taken as one
 * alert without labels, so that nothing stays unseen.
 */
export async function reconcile(
  senses: Senses,
  system: CompiledSystem,
  state: SystemState,
): Promise<AlarmTruth[]> {
  const inAlarm = new Set(await senses.alarms.inAlarm(alarmPrefix(system.system)));
  const open = openAlerts(state);
  const toRead = system.rules
    .filter(
      ({ alarmName }) => inAlarm.has(alarmName) || open.has(alarmName) || isCountedOnly(state, alarmName),
    )
    .map((rule): AlarmToRead => ({ rule, value: inAlarm.has(rule.alarmName) ? 'ALARM' : 'OK' }));
  const truths = await readTruths(senses, system, state, toRead);
  const read = new Set(truths.map(({ alarm }) => alarm));
  const unnamed = toRead.filter(({ rule }) => !read.has(rule.alarmName) && !open.has(rule.alarmName));
  return [...truths, ...(await readUnnamed(senses, system, unnamed))];
}

/** Asked a second time: the alarm may have turned OK between the two readings, and nobody is woken for that. */
async function readUnnamed(
  senses: Senses,
  system: CompiledSystem,
  unnamed: readonly AlarmToRead[],
): Promise<AlarmTruth[]> {
  if (unnamed.length === 0) return [];
  const stillInAlarm = new Set(await senses.alarms.inAlarm(alarmPrefix(system.system)));
  const nowMs = senses.clock.nowMs();
  return unnamed
    .filter(({ rule }) => stillInAlarm.has(rule.alarmName))
    .map(({ rule }) => truthOf(rule, [{ attributes: {}, sinceMs: nowMs }], [], nowMs, undefined));
}

/** An alarm that somebody deleted says nothing any more, and silence is not recovery (law 2). */
function goneTruth(rule: CompiledRule, atMs: number): AlarmTruth {
  const because = `alarm ${rule.alarmName} does not exist any more: deploy the alarm stacks again`;
  const evidenceForRest = { isFresh: false, because };
  return {
    type: 'alarm-truth',
    alarm: rule.alarmName,
    atMs,
    firing: [],
    isComplete: true,
    evidence: {},
    evidenceForRest,
  };
}

function truthOf(
  rule: CompiledRule,
  contributors: readonly Contributor[],
  open: readonly IncidentAlert[],
  atMs: number,
  sight: Sight | undefined,
): AlarmTruth {
  const firing = new Set(contributors.map(({ attributes }) => alertKey(rule.alarmName, attributes)));
  const evidence: Record<string, Evidence> = {};
  if (sight !== undefined) {
    for (const { key, attributes, firedAtMs } of open) {
      evidence[key] = firing.has(key)
        ? evidenceOfSight(rule, attributes, sight)
        : evidenceOfRecovery(rule, attributes, firedAtMs, sight);
    }
  }
  return {
    type: 'alarm-truth',
    alarm: rule.alarmName,
    atMs,
    firing: contributors,
    isComplete: contributors.length < MOST_CONTRIBUTORS,
    evidence,
    evidenceForRest: sight === undefined ? NOT_LOOKED : evidenceOfRecovery(rule, {}, atMs, sight),
  };
}

const NOT_LOOKED: Evidence = { isFresh: false, because: 'nothing was open to look for' };

/** Open alerts by alarm: in incidents, and muted ones (they too end one day). */
function openAlerts(state: SystemState): Map<string, IncidentAlert[]> {
  const muted = Object.values(state.muted).map(({ alert, sinceMs }): IncidentAlert => ({
    ...alert,
    sight: 'firing',
    sinceMs,
    firedAtMs: sinceMs,
  }));
  const inIncidents = Object.values(state.incidents).flatMap((incident) => Object.values(incident.alerts));
  return Map.groupBy(
    [...inIncidents, ...muted].filter(({ sight }) => sight !== 'ok'),
    ({ alarm }) => alarm,
  );
}

function isCountedOnly(state: SystemState, alarm: string): boolean {
  return Object.values(state.incidents).some((incident) => Object.hasOwn(incident.counted, alarm));
}

/** CloudWatch allows few calls a second: a handful at a time. */
async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const AT_ONCE = 5;
  const results: R[] = [];
  for (let from = 0; from < items.length; from += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(from, from + AT_ONCE).map(work))));
  }
  return results;
}
