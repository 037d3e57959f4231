import type { AlarmEvent } from '../../shared/adapters/cloudwatch/alarm-event.ts';
import type { Operations } from '../../shared/application/record.ts';
import { record, systemOf } from '../../shared/application/record.ts';
import { withValues } from '../../shared/application/read-values.ts';
import { readSight } from '../../shared/application/read-sight.ts';
import type { AlarmToRead, Senses } from '../../shared/application/reconcile.ts';
import { readTruths } from '../../shared/application/reconcile.ts';
import { alertKey } from '../../shared/domain/alert/alert.ts';
import { evidenceOfRecovery } from '../../shared/domain/alert/evidence.ts';
import type { CompiledRule, CompiledSystem } from '../../shared/domain/catalog/compiled.ts';
import { decide } from '../../shared/domain/incident/decide.ts';
import type { AlarmSignal, AlarmTruth, Evidence, Input } from '../../shared/domain/incident/inputs.ts';
import type { SystemState } from '../../shared/domain/incident/state.ts';
import type { KnownEvent } from './known-event.ts';
import type { RawPages } from './page-raw.ts';
import { pageRaw } from './page-raw.ts';

/**
 * Takes in the events of one system: what they tell becomes one decision.
 *
 * @param isSecondRoad the same events come through the queue as well: write only what wakes people,
 * so that a storm's thousands of direct calls do not race for the log
 * @throws when the store cannot be written. By then the raw alarms have been paged (law 4).
 */
export async function takeIn(
  deps: Operations & Senses & { readonly rawPages: RawPages },
  system: string,
  known: readonly KnownEvent[],
  isSecondRoad = false,
): Promise<void> {
  try {
    const compiled = systemOf(deps.catalog, system);
    const state = await deps.incidents.load(system);
    const inputs = await withValues(deps, compiled, state, await inputsFrom(deps, compiled, state, known));
    if (isSecondRoad && !wakesPeople(deps, compiled, state, inputs)) return;
    await record(deps, system, inputs);
  } catch (error) {
    await pageRaw(deps, system, known, error);
    throw error;
  }
}

function wakesPeople(
  deps: Operations,
  system: CompiledSystem,
  state: SystemState,
  inputs: readonly Input[],
): boolean {
  const events = decide(state, inputs, {
    system,
    organization: deps.catalog.organization,
    nowMs: deps.clock.nowMs(),
  });
  return events.some(({ type }) => type === 'incident-opened' || type === 'severity-raised');
}

async function inputsFrom(
  deps: Operations & Senses,
  system: CompiledSystem,
  state: SystemState,
  known: readonly KnownEvent[],
): Promise<Input[]> {
  const signals = known.flatMap(({ rule, event }) =>
    event.about === 'contributor' ? [{ rule, event }] : [],
  );
  const alarms = new Map(
    known
      .filter(({ event }) => event.about === 'alarm')
      .map(({ rule, event }) => [rule.alarmName, { rule, value: event.value }]),
  );
  const [evidence, truths] = await Promise.all([
    seek(
      deps,
      system,
      state,
      signals.filter(({ event }) => event.value === 'OK'),
    ),
    readAlarms(deps, system, state, [...alarms.values()]),
  ]);
  return [...signals.map(({ rule, event }) => signalOf(rule, event, evidence)), ...truths];
}

/** A reading is a bonus here: contributors tell the same, and `escalate` reads every alarm each minute. */
async function readAlarms(
  deps: Operations & Senses,
  system: CompiledSystem,
  state: SystemState,
  alarms: readonly AlarmToRead[],
): Promise<AlarmTruth[]> {
  try {
    return await readTruths(deps, system, state, alarms);
  } catch (error) {
    deps.log.warn('Alarms could not be read; escalate will', { system: system.system, error: String(error) });
    return [];
  }
}

/** Looks whether what calmed down is still seen. If nobody can tell, it is not. */
async function seek(
  deps: Operations & Senses,
  system: CompiledSystem,
  state: SystemState,
  calmed: readonly {
    readonly rule: CompiledRule;
    readonly event: AlarmEvent & { readonly about: 'contributor' };
  }[],
): Promise<Map<string, Evidence>> {
  const open = new Map(Object.values(state.incidents).flatMap((incident) => Object.entries(incident.alerts)));
  const looks = calmed
    .map(({ rule, event }) => ({
      rule,
      attributes: event.attributes,
      key: alertKey(event.alarm, event.attributes),
    }))
    .filter(({ key }) => open.has(key));
  if (looks.length === 0) return new Map();
  try {
    const sight = await readSight(deps.series, deps.clock, system, looks);
    return new Map(
      looks.map(({ rule, attributes, key }) => [
        key,
        evidenceOfRecovery(rule, attributes, open.get(key)?.firedAtMs ?? 0, sight),
      ]),
    );
  } catch (error) {
    const because = `no longer in alarm, but CloudWatch could not be asked whether its series are seen: ${String(error)}`;
    return new Map(looks.map(({ key }) => [key, { isFresh: false, because }]));
  }
}

function signalOf(
  rule: CompiledRule,
  event: AlarmEvent & { readonly about: 'contributor' },
  evidence: ReadonlyMap<string, Evidence>,
): AlarmSignal {
  const found = evidence.get(alertKey(event.alarm, event.attributes));
  return {
    type: 'alarm-signal',
    alarm: rule.alarmName,
    attributes: event.attributes,
    value: event.value,
    atMs: event.atMs,
    ...(found === undefined ? {} : { evidence: found }),
  };
}
