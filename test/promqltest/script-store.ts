import { compileMatchers, type Labels } from '../../shared/promql/matching.ts';
import type { NotedValue } from '../../shared/promql/series-notation.ts';
import { selectedSlice, type SelectedSeries, type SeriesSource } from '../../shared/promql/series-source.ts';
import { staleMarker } from '../../shared/promql/stale-marker.ts';
import { labelKey } from './label-key.ts';
import type { LoadCommand } from './load-command.ts';

interface StoredSample {
  readonly timeMs: number;
  readonly value: Exclude<NotedValue, 'none'>;
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

  clear(): void {
    this.#series.clear();
  }

  /** Adds the samples of a `load` command, the first value of each series at time 0. */
  load({ series, stepMs }: LoadCommand): void {
    for (const { labels, values, starts } of series) {
      const stored = this.#seriesOf(labels);
      stored.selected = undefined;
      for (const [index, value] of values.entries()) {
        const timeMs = index * stepMs;
        const offsetMs = starts[index];
        if (value !== 'none')
          append(stored.samples, { timeMs, value, startMs: offsetMs === undefined ? 0 : timeMs + offsetMs });
      }
    }
  }

  select(...[matchers]: Parameters<SeriesSource['select']>): SelectedSeries[] {
    const matches = compileMatchers(matchers);
    return [...this.#series.values()]
      .filter(({ labels }) => matches(labels))
      .map((stored) => (stored.selected ??= selectedSeries(stored)));
  }

  #seriesOf(labels: Labels): StoredSeries {
    const key = labelKey(labels);
    const known = this.#series.get(key) ?? { labels, samples: [] };
    this.#series.set(key, known);
    return known;
  }
}

function append(samples: StoredSample[], sample: StoredSample): void {
  const last = samples.at(-1);
  if (last !== undefined && last.timeMs === sample.timeMs && Object.is(last.value, sample.value)) return;
  if (last !== undefined && last.timeMs >= sample.timeMs)
    throw new Error(`a sample at ${sample.timeMs} ms was loaded after one at ${last.timeMs} ms`);
  samples.push(sample);
}

function selectedSeries({ labels, samples }: StoredSeries): SelectedSeries {
  const values = new Float64Array(samples.length);
  // The marker goes straight into the typed array: anything else may change its bits.
  for (const [index, { value }] of samples.entries())
    values[index] = value === 'stale' ? staleMarker() : value;
  return selectedSlice({
    labels,
    timesMs: samples.map(({ timeMs }) => timeMs),
    values,
    startsMs: samples.map(({ startMs }) => startMs),
  });
}
