import { storedHint } from '../../shared/promql/histogram/counter-reset.ts';
import { fromClassicSeries } from '../../shared/promql/histogram/from-classic-series.ts';
import type { Histogram } from '../../shared/promql/histogram/histogram.ts';
import { compileMatchers, type Labels } from '../../shared/promql/matching.ts';
import {
  selectedSlice,
  type SelectedSeries,
  type SeriesSlice,
  type SeriesSource,
} from '../../shared/promql/series-source.ts';
import { staleMarker } from '../../shared/promql/stale-marker.ts';
import { labelKey } from './label-key.ts';
import { ScriptError } from './script-error.ts';
import type { LoadCommand, StartedSeries } from './load-command.ts';

interface StoredSample {
  readonly timeMs: number;
  readonly value: number | Histogram | 'stale';
  /** When counting began, 0 where that is not known. */
  readonly startMs: number;
}

interface StoredSeries {
  readonly labels: Labels;
  readonly samples: StoredSample[];
  /** As the evaluator reads it; made when it is first asked for. */
  selected?: SelectedSeries | undefined;
}

/** What a script has loaded, in memory; the evaluator reads it like any other store. */
export class ScriptStore implements SeriesSource {
  readonly #series = new Map<string, StoredSeries>();
  /** Whether a histogram, or a sample that knows when its counting began, was in a series that was selected. */
  hasReadHistograms = false;
  hasReadStarts = false;

  forgetReads(): void {
    this.hasReadHistograms = false;
    this.hasReadStarts = false;
  }

  clear(): void {
    this.#series.clear();
  }

  /** Adds the samples of a `load` command, the first value of each series at time 0. @throws ScriptError */
  load({ line, series, stepMs, withNative }: LoadCommand): void {
    for (const one of series) this.#add(one.labels, samplesOf(one, stepMs), line);
    if (!withNative) return;
    const classic = series.map((one) => numbersOf(one.labels, samplesOf(one, stepMs)));
    for (const { labels, timesMs, histograms } of fromClassicSeries(classic)) {
      const native = Array.from(
        timesMs,
        (timeMs, index) => ({ timeMs, value: histograms?.[index] ?? 'stale', startMs: 0 }) as const,
      );
      this.#add(labels, native, line);
    }
  }

  #add(labels: Labels, samples: readonly StoredSample[], line: number): void {
    const stored = this.#seriesOf(labels);
    stored.selected = undefined;
    for (const sample of samples) append(stored.samples, sample, line);
  }

  select(...[matchers]: Parameters<SeriesSource['select']>): SelectedSeries[] {
    const matches = compileMatchers(matchers);
    const found = [...this.#series.values()].filter(({ labels }) => matches(labels));
    const samples = found.flatMap((stored) => stored.samples);
    this.hasReadHistograms ||= samples.some(({ value }) => typeof value === 'object');
    this.hasReadStarts ||= samples.some(({ startMs }) => startMs !== 0);
    return found.map((stored) => (stored.selected ??= selectedSeries(stored)));
  }

  #seriesOf(labels: Labels): StoredSeries {
    const key = labelKey(labels);
    const known = this.#series.get(key) ?? { labels, samples: [] };
    this.#series.set(key, known);
    return known;
  }
}

function samplesOf({ values, starts }: StartedSeries, stepMs: number): StoredSample[] {
  return values.flatMap((value, index) => {
    if (value === 'none') return [];
    const timeMs = index * stepMs;
    const offsetMs = starts[index];
    const startMs = offsetMs === undefined ? 0 : timeMs + offsetMs;
    return [{ timeMs, value: typeof value === 'object' ? value.histogram : value, startMs }];
  });
}

/** What a classic histogram can be made of. */
function numbersOf(labels: Labels, samples: readonly StoredSample[]): SeriesSlice {
  const numbers = samples.flatMap(({ timeMs, value }) =>
    typeof value === 'number' ? [{ timeMs, value }] : [],
  );
  return { labels, timesMs: numbers.map(({ timeMs }) => timeMs), values: numbers.map(({ value }) => value) };
}

function append(samples: StoredSample[], sample: StoredSample, line: number): void {
  const last = samples.at(-1);
  if (last !== undefined && last.timeMs === sample.timeMs && Object.is(last.value, sample.value)) return;
  if (last !== undefined && last.timeMs >= sample.timeMs)
    throw new ScriptError(line, `a sample at ${sample.timeMs} ms was loaded after one at ${last.timeMs} ms`);
  samples.push(sample);
}

function selectedSeries({ labels, samples }: StoredSeries): SelectedSeries {
  const values = new Float64Array(samples.length);
  const histograms: (Histogram | undefined)[] = [];
  for (const [index, { value }] of samples.entries()) {
    // The marker goes straight into the typed array: anything else may change its bits.
    if (typeof value !== 'object') values[index] = value === 'stale' ? staleMarker() : value;
    else {
      const before = samples[index - 1]?.value;
      const hint = storedHint(value, typeof before === 'object' ? before : undefined);
      histograms[index] = { ...value, hint };
    }
  }
  return selectedSlice({
    labels,
    timesMs: samples.map(({ timeMs }) => timeMs),
    values,
    startsMs: samples.map(({ startMs }) => startMs),
    ...(histograms.length > 0 ? { histograms } : {}),
  });
}
