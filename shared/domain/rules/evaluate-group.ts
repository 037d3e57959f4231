import {
  evaluateInstant,
  PromqlEvaluationError,
  type EvaluationOptions,
  type Sample,
} from '../../promql/evaluate.ts';
import { keyOf, METRIC_NAME, withLabel, withLabels } from '../../promql/evaluation/label-set.ts';
import type { Histogram } from '../../promql/histogram/histogram.ts';
import type { Labels } from '../../promql/matching.ts';
import type { SeriesSource } from '../../promql/series-source.ts';
import { staleMarker } from '../../promql/stale-marker.ts';
import { nextAlerts, RuleError, type ActiveAlert, type TemplateSurroundings } from './active-alerts.ts';
import type { AlertingRule, RecordingRule, Rule, RuleGroup } from './rule-group.ts';

/** Series that rules read and write. */
export interface RuleStore extends SeriesSource {
  put(labels: Labels, timeMs: number, value: number, histogram?: Histogram): unknown;
}

/** What a rule could not do at a time, and why. */
export interface RuleFailure {
  readonly rule: Rule;
  readonly atMs: number;
  readonly reason: string;
}

/** What rules are evaluated with. */
export interface RuleSurroundings extends Omit<TemplateSurroundings, 'query'> {
  readonly store: RuleStore;
  readonly options?: EvaluationOptions;
}

/**
 * A group while it runs: the alerts of its rules, and which series each rule wrote last. Rules write their results
 * into the store: recordings under their name, alerts as `ALERTS` and `ALERTS_FOR_STATE`; a series that a rule no
 * longer gives gets a stale marker. Source: Prometheus' documentation of recording and alerting rules.
 */
export class RunningGroup {
  readonly group: RuleGroup;
  readonly #surroundings: RuleSurroundings;
  readonly #states: ReadonlyMap<Rule, RuleState>;

  constructor(group: RuleGroup, surroundings: RuleSurroundings) {
    this.group = group;
    this.#surroundings = surroundings;
    this.#states = new Map(group.rules.map((rule) => [rule, { alerts: new Map(), written: new Map() }]));
  }

  /** Evaluates every rule once, in order, each seeing what those before it wrote. Gives what went wrong. */
  evaluate(nowMs: number): RuleFailure[] {
    return [...this.#states].flatMap(([rule, state]) => {
      try {
        this.#evaluateRule(rule, state, nowMs);
        return [];
      } catch (error) {
        if (!(error instanceof PromqlEvaluationError) && !(error instanceof RuleError)) throw error;
        return [{ rule, atMs: nowMs, reason: error.message }];
      }
    });
  }

  /** The active alerts of a rule, in the order in which they became so. */
  alertsOf(rule: AlertingRule): readonly ActiveAlert[] {
    return [...(this.#states.get(rule)?.alerts.values() ?? [])];
  }

  #evaluateRule(rule: Rule, state: RuleState, nowMs: number): void {
    const results = this.#query(rule, nowMs - this.group.queryOffsetMs);
    if (rule.kind === 'record') {
      this.#write(state, recorded(rule, results), nowMs - this.group.queryOffsetMs);
      return;
    }
    const { externalLabels, externalUrl } = this.#surroundings;
    state.alerts = nextAlerts(rule, state.alerts, results, nowMs, {
      ...(externalLabels === undefined ? {} : { externalLabels }),
      ...(externalUrl === undefined ? {} : { externalUrl }),
    });
    this.#limit(state.alerts.size, 'alerts');
    this.#write(state, [...state.alerts.values()].flatMap(alertSeries), nowMs - this.group.queryOffsetMs);
  }

  #query({ expr }: Rule, atMs: number): readonly Sample[] {
    const { store, options } = this.#surroundings;
    const result = evaluateInstant(expr, store, atMs, options);
    if (result.kind === 'scalar') return [{ labels: {}, value: result.value, atMs }];
    if (result.kind !== 'vector') throw new RuleError('rule result is not a vector or scalar');
    return result.samples;
  }

  #limit(found: number, what: string): void {
    const { limit } = this.group;
    if (limit > 0 && found > limit) throw new RuleError(`exceeded limit of ${limit} with ${found} ${what}`);
  }

  #write(state: RuleState, series: readonly WrittenSeries[], atMs: number): void {
    const { store } = this.#surroundings;
    const written = new Map<string, Labels>();
    for (const { labels, value, histogram } of series) {
      const key = keyOf(labels);
      if (written.has(key))
        throw new RuleError('vector contains metrics with the same labelset after applying rule labels');
      written.set(key, labels);
      store.put(labels, atMs, value, histogram);
    }
    for (const [key, labels] of state.written) if (!written.has(key)) store.put(labels, atMs, staleMarker());
    state.written = written;
  }
}

interface RuleState {
  alerts: ReadonlyMap<string, ActiveAlert>;
  /** What the last evaluation wrote, by labels. */
  written: ReadonlyMap<string, Labels>;
}

interface WrittenSeries {
  readonly labels: Labels;
  readonly value: number;
  readonly histogram?: Histogram | undefined;
}

function recorded(rule: RecordingRule, results: readonly Sample[]): WrittenSeries[] {
  return results.map(({ labels, value, histogram }) => ({
    labels: withLabels(withLabel(labels, METRIC_NAME, rule.name), rule.labels),
    value,
    histogram,
  }));
}

/** The series by which queries see an alert. */
function alertSeries({ labels, state, activeSinceMs }: ActiveAlert): WrittenSeries[] {
  return [
    { labels: withLabels(labels, { [METRIC_NAME]: 'ALERTS', alertstate: state }), value: 1 },
    { labels: withLabels(labels, { [METRIC_NAME]: 'ALERTS_FOR_STATE' }), value: activeSinceMs / 1_000 },
  ];
}
