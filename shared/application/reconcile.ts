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

/**
 * Law 1: events are hints, alarms are read. Reads the given alarms and what their open alerts rest on.
 *
 * @returns one truth an alarm, in their order
 */
export async function readTruths(
  senses: Senses,
  system: CompiledSystem,
  state: SystemState,
  rules: readonly CompiledRule[],
): Promise<AlarmTruth[]> {
  const atMs = senses.clock.nowMs();
  const contributors = await inTurns(rules, (rule) => senses.alarms.contributors(rule.alarmName));
  const open = openAlerts(state);
  const looks = rules.flatMap((rule) => {
    const alerts = (open.get(rule.alarmName) ?? []).map(({ attributes }) => ({ rule, attributes }));
    return isCountedOnly(state, rule.alarmName) ? [...alerts, { rule, attributes: {} }] : alerts;
  });
  const sight = looks.length === 0 ? undefined : await readSight(senses.series, senses.clock, system, looks);
  return rules.map((rule, at) =>
    truthOf(rule, contributors[at] ?? [], open.get(rule.alarmName) ?? [], atMs, sight),
  );
}

/** The rules whose alarms must be read to bring a system's state up to date. */
export async function rulesToRead(
  senses: Senses,
  system: CompiledSystem,
  state: SystemState,
): Promise<CompiledRule[]> {
  const inAlarm = new Set(await senses.alarms.inAlarm(alarmPrefix(system.system)));
  const open = openAlerts(state);
  return system.rules.filter(
    ({ alarmName }) => inAlarm.has(alarmName) || open.has(alarmName) || isCountedOnly(state, alarmName),
  );
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
    for (const alert of open) {
      evidence[alert.key] = firing.has(alert.key)
        ? evidenceOfSight(rule, alert.attributes, sight)
        : evidenceOfRecovery(rule, alert.attributes, alert.sinceMs, sight);
    }
  }
  const evidenceForRest =
    sight === undefined
      ? { isFresh: false, because: 'nothing was open to look for' }
      : evidenceOfRecovery(rule, {}, atMs, sight);
  return {
    type: 'alarm-truth',
    alarm: rule.alarmName,
    atMs,
    firing: contributors.map(({ attributes, sinceMs }) => ({ attributes, sinceMs })),
    evidence,
    evidenceForRest,
  };
}

/** Open alerts by alarm: in incidents, and muted ones (they too end one day). */
function openAlerts(state: SystemState): Map<string, IncidentAlert[]> {
  const muted = Object.values(state.muted).map(({ alert, sinceMs }): IncidentAlert => ({
    ...alert,
    sight: 'firing',
    sinceMs,
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
