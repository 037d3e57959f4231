import type { SeriesSource } from '../../promql/series-source.ts';
import { ownLabels } from '../alert/alert.ts';
import type { CompiledCatalog, CompiledRule, CompiledSystem, Severity } from '../catalog/compiled.ts';
import { alertHistory, type Period } from './alert-history.ts';
import { isSeen, recordedSeries, unrecordedReads } from './recorded-series.ts';
import { replay, type Replay, type RuleTransition } from './replay.ts';

/** One time that one alert would have fired. */
export interface AlertSpan {
  readonly alert: string;
  readonly severity: Severity;
  readonly labels: Readonly<Record<string, string>>;
  readonly fromMs: number;
  /** Undefined if it fired at the end. */
  readonly toMs?: number;
}

/** What a system's rules would have done. */
export interface SystemBacktest extends Replay {
  readonly system: string;
  readonly alerts: readonly AlertSpan[];
  /** Rules that could not be evaluated, each with the reason. */
  readonly failures: readonly { readonly alert: string; readonly reason: string }[];
  /** Rules that read metrics of which nothing was recorded: that they were silent says nothing. */
  readonly unrecorded: readonly { readonly alert: string; readonly metrics: readonly string[] }[];
}

export interface BacktestOptions {
  /** Somebody acknowledges each incident so long after its first page. */
  readonly acknowledgeAfterMs: number;
  /** Told before each rule. */
  readonly onRule?: (rule: CompiledRule) => void;
}

/** Runs every rule of a catalog over recorded series and decides about what fires, system by system. */
export function backtest(
  catalog: CompiledCatalog,
  recorded: SeriesSource,
  period: Period,
  options: BacktestOptions,
): SystemBacktest[] {
  const source = recordedSeries(recorded);
  return Object.values(catalog.systems).map((system) =>
    backtestSystem(system, catalog, source, period, options),
  );
}

function backtestSystem(
  system: CompiledSystem,
  { organization }: CompiledCatalog,
  source: SeriesSource,
  period: Period,
  { acknowledgeAfterMs, onRule }: BacktestOptions,
): SystemBacktest {
  const failures: { alert: string; reason: string }[] = [];
  const transitions: RuleTransition[] = [];
  for (const rule of system.rules) {
    onRule?.(rule);
    const history = alertHistory(rule, source, period);
    if (history.ok) transitions.push(...history.transitions.map((one) => ({ ...one, rule })));
    else failures.push({ alert: rule.alert, reason: history.reason });
  }
  const freshMs = 2 * system.collection.everyS * 1_000;
  const decided = replay(system, organization, transitions, period.toMs, {
    acknowledgeAfterMs,
    // A recording may be coarser than the collection: a rule that was evaluated with less than its interval is not blind.
    isSeen: (rule, atMs) => isSeen(rule, source, atMs - Math.max(freshMs, 2 * rule.everyS * 1_000), atMs),
  });
  const unrecorded = system.rules.flatMap((rule) => {
    const metrics = unrecordedReads(rule, source, period.fromMs - freshMs, period.toMs);
    return metrics.length === 0 ? [] : [{ alert: rule.alert, metrics }];
  });
  return { system: system.system, alerts: spansOf(transitions), failures, unrecorded, ...decided };
}

function spansOf(transitions: readonly RuleTransition[]): AlertSpan[] {
  const open = new Map<string, AlertSpan>();
  const spans: AlertSpan[] = [];
  for (const { rule, attributes, value, atMs } of transitions.toSorted((a, b) => a.atMs - b.atMs)) {
    const labels = ownLabels(attributes);
    const key = JSON.stringify([rule.alarmName, labels]);
    const span = open.get(key);
    if (value === 'ALARM')
      open.set(key, { alert: rule.alert, severity: rule.severity, labels, fromMs: atMs });
    else if (span !== undefined) {
      open.delete(key);
      spans.push({ ...span, toMs: atMs });
    }
  }
  return [...spans, ...open.values()].sort((a, b) => a.fromMs - b.fromMs || compare(a.alert, b.alert));
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
