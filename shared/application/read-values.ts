import { alertKey } from '../domain/alert/alert.ts';
import { needsValue } from '../domain/alert/fill-text.ts';
import type { CompiledRule, CompiledSystem } from '../domain/catalog/compiled.ts';
import type { Input } from '../domain/incident/inputs.ts';
import type { SystemState } from '../domain/incident/state.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { SeriesReader } from '../ports/series.ts';

/** A page does not wait longer for the numbers in its text. */
const BUDGET_MS = 1_000;
const LATE = `no answer within ${String(BUDGET_MS)} ms`;
/** Queries at a time; CloudWatch is asked by others as well. */
const MOST_RULES = 20;

interface Deps {
  readonly clock: Clock;
  readonly series: SeriesReader;
  readonly log: Log;
}

/**
 * Adds the values to alerts that begin to fire, where the rule's text says them: an event of CloudWatch names the
 * contributor and not its value. Each rule is asked once, all at the same time, at the moment of its event. What is
 * not answered within a second stays without: the page goes out all the same.
 */
export async function withValues(
  { clock, series, log }: Deps,
  system: CompiledSystem,
  state: SystemState,
  inputs: readonly Input[],
): Promise<Input[]> {
  const wanted = rulesToAsk(system, state, inputs);
  if (wanted.size === 0) return [...inputs];
  const values = new Map<string, number>();
  const asked = [...wanted].slice(0, MOST_RULES).map(async ([rule, atMs]) => {
    for (const { labels, value } of await series.instant(rule.query, atMs))
      values.set(alertKey(rule.alarmName, labels), value);
  });
  const answered = await Promise.race([
    Promise.allSettled(asked),
    clock.sleep(BUDGET_MS).then(() => [{ status: 'rejected', reason: LATE } as const]),
  ]);
  const [failure] = answered.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
  if (failure !== undefined)
    log.warn('Alerts are told without their values', { system: system.system, error: failure });
  return inputs.map((input) => valued(input, values));
}

/** Rules with a value in their text, of which an alert fires that is not known yet; and when it began. */
function rulesToAsk(
  system: CompiledSystem,
  state: SystemState,
  inputs: readonly Input[],
): Map<CompiledRule, number> {
  const byAlarm = new Map(
    system.rules
      .filter((rule) =>
        [rule.labels, rule.annotations].some((texts) => Object.values(texts).some(needsValue)),
      )
      .map((rule) => [rule.alarmName, rule]),
  );
  const known = new Set([
    ...Object.values(state.incidents).flatMap(({ alerts }) => Object.keys(alerts)),
    ...Object.keys(state.muted),
  ]);
  const wanted = new Map<CompiledRule, number>();
  for (const input of inputs) {
    if (input.type !== 'alarm-signal' && input.type !== 'alarm-truth') continue;
    const rule = byAlarm.get(input.alarm);
    if (rule === undefined) continue;
    const firing = input.type === 'alarm-truth' ? input.firing : input.value === 'ALARM' ? [input] : [];
    if (firing.some(({ attributes }) => !known.has(alertKey(input.alarm, attributes))))
      wanted.set(rule, Math.max(input.atMs, wanted.get(rule) ?? -Infinity));
  }
  return wanted;
}

function valued(input: Input, values: ReadonlyMap<string, number>): Input {
  if (input.type === 'alarm-signal') {
    const measured = values.get(alertKey(input.alarm, input.attributes));
    return measured === undefined || input.value !== 'ALARM' ? input : { ...input, measured };
  }
  if (input.type !== 'alarm-truth') return input;
  return {
    ...input,
    firing: input.firing.map((one) => {
      const measured = values.get(alertKey(input.alarm, one.attributes));
      return measured === undefined ? one : { ...one, measured };
    }),
  };
}
