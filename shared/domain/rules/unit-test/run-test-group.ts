import { storedHint } from '../../../promql/histogram/counter-reset.ts';
import type { Histogram } from '../../../promql/histogram/histogram.ts';
import type { Labels } from '../../../promql/matching.ts';
import { readSeries, type NotedSeries, type NotedValue } from '../../../promql/series-notation.ts';
import { staleMarker } from '../../../promql/stale-marker.ts';
import { MemoryStore } from '../../../promql/storage/memory-store.ts';
import { RunningGroup, type RuleFailure, type RuleSurroundings } from '../evaluate-group.ts';
import type { RuleGroup } from '../rule-group.ts';
import { compareAlerts, type FiringAlert } from './compare-alerts.ts';
import { compareSamples } from './compare-samples.ts';
import type { AlertTest, TestGroup } from './schema.ts';

/** What holds for all tests of a file. */
export interface TestSettings {
  readonly groups: readonly RuleGroup[];
  readonly evaluationIntervalMs: number;
  /** Values may differ in their last bit. */
  readonly isFuzzy: boolean;
}

const DEFAULT_INTERVAL_MS = 60_000;

/**
 * Runs one group of tests: puts its series in as time goes by, evaluates the rules every evaluation interval, and
 * compares. Gives what does not hold, each in words; nothing if all does.
 */
export function runTestGroup(test: TestGroup, settings: TestSettings): string[] {
  const startMs = test.start_timestamp ?? 0;
  const input = readInput(test, settings, startMs);
  if (input.problems.length > 0) return input.problems;
  const run = new TestRun(test, settings, startMs, input.samples);
  return run.verdict();
}

interface InputSample {
  readonly labels: Labels;
  readonly atMs: number;
  readonly value: number;
  readonly histogram: Histogram | undefined;
}

function readInput(test: TestGroup, { evaluationIntervalMs }: TestSettings, startMs: number) {
  const stepMs = test.interval === undefined ? evaluationIntervalMs : test.interval * 1_000;
  const problems: string[] = [];
  const samples: InputSample[] = [];
  for (const { series, values } of test.input_series ?? []) {
    const read = readSeries(`${series} ${values}`);
    if (read.ok) samples.push(...samplesOf(read.series, startMs, stepMs));
    else problems.push(`series ${series}: ${read.error.message} (at character ${read.error.from + 1})`);
  }
  return { problems, samples: samples.sort((a, b) => a.atMs - b.atMs) };
}

function samplesOf({ labels, values }: NotedSeries, startMs: number, stepMs: number): InputSample[] {
  let before: Histogram | undefined;
  return values.flatMap((value, index) => {
    const sample = sampleOf(value, before);
    if (sample === undefined) return [];
    before = sample.histogram;
    return [{ labels, atMs: startMs + index * stepMs, ...sample }];
  });
}

function sampleOf(
  value: NotedValue,
  before: Histogram | undefined,
): Pick<InputSample, 'value' | 'histogram'> | undefined {
  if (value === 'none') return undefined;
  if (value === 'stale') return { value: staleMarker(), histogram: undefined };
  if (typeof value === 'number') return { value, histogram: undefined };
  // As a store keeps it: a histogram that follows another one is known to be a reset or not.
  return { value: 0, histogram: { ...value.histogram, hint: storedHint(value.histogram, before) } };
}

class TestRun {
  readonly #test: TestGroup;
  readonly #settings: TestSettings;
  readonly #startMs: number;
  readonly #input: readonly InputSample[];
  readonly #store = new MemoryStore();
  readonly #surroundings: RuleSurroundings;
  readonly #groups: readonly RunningGroup[];
  #taken = 0;

  constructor(test: TestGroup, settings: TestSettings, startMs: number, input: readonly InputSample[]) {
    this.#test = test;
    this.#settings = settings;
    this.#startMs = startMs;
    this.#input = input;
    this.#surroundings = {
      store: this.#store,
      externalLabels: test.external_labels,
      ...(test.external_url === undefined ? {} : { externalUrl: test.external_url }),
      options: { defaultStepMs: settings.evaluationIntervalMs },
    };
    this.#groups = settings.groups.map((group) => new RunningGroup(group, this.#surroundings));
  }

  verdict(): string[] {
    const { evaluationIntervalMs } = this.#settings;
    const alertTests = this.#test.alert_rule_test ?? [];
    const expressionTests = this.#test.promql_expr_test ?? [];
    const untilS = Math.max(0, ...[...alertTests, ...expressionTests].map((test) => test.eval_time));
    const failures: RuleFailure[] = [];
    const wrong: string[] = [];
    for (let atMs = this.#startMs; atMs <= this.#startMs + untilS * 1_000; atMs += evaluationIntervalMs) {
      this.#takeInput(atMs);
      for (const group of this.#groups) failures.push(...group.evaluate(atMs));
      const now = alertTests.filter((test) => this.#isNow(test, atMs));
      wrong.push(...now.flatMap((test) => compareAlerts(test, this.#firing(test.alertname))));
    }
    if (failures.length > 0) return failures.map((failure) => this.#told(failure));
    this.#takeInput(Infinity);
    wrong.push(
      ...expressionTests.flatMap((test) =>
        compareSamples(test, this.#startMs, this.#surroundings, this.#settings.isFuzzy),
      ),
    );
    return wrong;
  }

  /** Alerts are looked at at the last evaluation before or at the time asked for. */
  #isNow({ eval_time: timeS }: AlertTest, atMs: number): boolean {
    const wantedMs = this.#startMs + timeS * 1_000;
    return atMs <= wantedMs && wantedMs < atMs + this.#settings.evaluationIntervalMs;
  }

  #takeInput(untilMs: number): void {
    for (
      let sample = this.#input[this.#taken];
      sample !== undefined && sample.atMs <= untilMs;
      sample = this.#input[this.#taken]
    ) {
      this.#store.put(sample.labels, sample.atMs, sample.value, sample.histogram);
      this.#taken++;
    }
  }

  #firing(alertname: string): FiringAlert[] {
    return this.#groups.flatMap((running) =>
      running.group.rules.flatMap((rule) =>
        rule.kind === 'alert' && rule.name === alertname
          ? running.alertsOf(rule).filter(({ state }) => state === 'firing')
          : [],
      ),
    );
  }

  #told({ rule, atMs, reason }: RuleFailure): string {
    return `rule ${rule.name}, after ${(atMs - this.#startMs) / 1_000} s: ${reason}`;
  }
}

/** How often rules are evaluated where a test file does not say it. */
export function evaluationIntervalOf(seconds: number | undefined): number {
  return seconds === undefined || seconds === 0 ? DEFAULT_INTERVAL_MS : seconds * 1_000;
}
