import type { FamilyType, Sample } from '../../../shared/domain/collection/exposition.ts';
import { gaugeValue, meanOf, rateNow, rounded, shareUpTo, type Moment } from './level.ts';
import { isAbout, type Level, type MetricChange, type PlayedMetric } from './model.ts';

/** A metric as a scrape shows it. */
export interface PlayedFamily {
  readonly name: string;
  readonly type: FamilyType;
  readonly help: string;
  readonly samples: readonly Sample[];
}

export interface PlayedStart {
  /** When its process began, epoch milliseconds; its counters begin at 0. */
  readonly startMs: number;
  /** From 0 up to and without 1; seeded where a run is to be repeated. */
  readonly random: () => number;
}

/** One process of a played service. It learns of time only by {@link PlayedService.advance}. */
export class PlayedService {
  readonly #startMs: number;
  readonly #random: () => number;
  readonly #metrics: readonly { readonly metric: PlayedMetric; readonly series: readonly SeriesState[] }[];
  #nowMs: number;

  constructor(metrics: readonly PlayedMetric[], { startMs, random }: PlayedStart) {
    this.#startMs = startMs;
    this.#nowMs = startMs;
    this.#random = random;
    this.#metrics = metrics.map((metric) => ({
      metric,
      series: metric.series.map(({ labels, level }) => ({
        labels,
        healthy: level,
        level,
        cause: '',
        sinceMs: startMs,
        isGone: false,
        value: 0,
        sum: 0,
        buckets: metric.buckets.map(() => 0),
      })),
    }));
    this.advance(0, []);
  }

  /**
   * Lets time pass under the given changes; of two about one series the later counts.
   *
   * @param changes those of this service that hold during the whole of the time
   */
  advance(elapsedMs: number, changes: readonly MetricChange[]): void {
    this.#nowMs += elapsedMs;
    for (const { metric, series } of this.#metrics) {
      for (const state of series) {
        this.#change(metric, state, changes);
        const moment = { nowMs: this.#nowMs, heldMs: this.#nowMs - state.sinceMs, random: this.#random };
        if (metric.kind === 'gauge') state.value = gaugeValue(state.level, moment);
        else count(metric, state, moment, elapsedMs / 1000);
      }
    }
  }

  /** What a scrape shows now, `process_start_time_seconds` among it. */
  families(): PlayedFamily[] {
    const shown = this.#metrics.map(({ metric, series }) => ({
      name: metric.name,
      type: metric.kind,
      help: metric.help,
      samples: series.filter(({ isGone }) => !isGone).flatMap((state) => samplesOf(metric, state)),
    }));
    if (shown.some(({ name }) => name === PROCESS_START)) return shown;
    const samples = [{ name: PROCESS_START, labels: {}, value: this.#startMs / 1000 }];
    return [...shown, { name: PROCESS_START, type: 'gauge', help: 'When the process began.', samples }];
  }

  #change({ name }: PlayedMetric, state: SeriesState, changes: readonly MetricChange[]): void {
    const own = changes.filter((change) => isAbout(change, name, state.labels));
    const cause = JSON.stringify(own);
    if (cause === state.cause) return;
    state.cause = cause;
    state.sinceMs = this.#nowMs;
    state.isGone = own.some(({ isGone }) => isGone);
    state.level = own.reduce((level, change) => changed(level, change.level), state.healthy);
  }
}

const PROCESS_START = 'process_start_time_seconds';

interface SeriesState {
  readonly labels: Readonly<Record<string, string>>;
  readonly healthy: Level;
  level: Level;
  /** The changes that made the level what it is. */
  cause: string;
  sinceMs: number;
  isGone: boolean;
  /** A gauge's value, a counter's or histogram's count. */
  value: number;
  sum: number;
  /** Observations up to each bound. */
  readonly buckets: number[];
}

/** A gauge has either a value or an age. */
function changed(level: Level, change: Level): Level {
  const { value: _value, age: _age, ...rest } = level;
  const isOther = change.value !== undefined || change.age !== undefined;
  return { ...(isOther ? rest : level), ...change };
}

function count(metric: PlayedMetric, state: SeriesState, moment: Moment, elapsedS: number): void {
  const more = elapsedS === 0 ? 0 : rateNow(state.level, moment) * elapsedS;
  state.value += more;
  if (metric.kind !== 'histogram') return;
  state.sum += more * meanOf(state.level);
  for (const [at, bound] of metric.buckets.entries())
    state.buckets[at] = (state.buckets[at] ?? 0) + more * shareUpTo(state.level, bound);
}

function samplesOf(
  { name, kind, buckets }: PlayedMetric,
  { labels, value, sum, buckets: counts }: SeriesState,
): Sample[] {
  if (kind !== 'histogram') return [{ name, labels, value: rounded(value) }];
  const upTo = (le: string, counted: number): Sample => ({
    name: `${name}_bucket`,
    labels: { ...labels, le },
    value: rounded(counted),
  });
  return [
    ...buckets.map((bound, at) => upTo(String(bound), counts[at] ?? 0)),
    upTo('+Inf', value),
    { name: `${name}_sum`, labels, value: rounded(sum) },
    { name: `${name}_count`, labels, value: rounded(value) },
  ];
}
