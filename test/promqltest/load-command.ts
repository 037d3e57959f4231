import type { NotedSeries } from '../../shared/promql/series-notation.ts';
import { labelKey } from './label-key.ts';
import { ScriptError } from './script-error.ts';
import { requireDurationMs, requireSeries, type ScriptLine } from './script-lines.ts';
import { readStartOffsets, type StartOffset } from './start-offsets.ts';

/** Adds series to what is there, a value for each step from time 0. */
export interface LoadCommand {
  readonly kind: 'load';
  readonly line: number;
  readonly stepMs: number;
  /** Classic histograms are also loaded as native ones with custom buckets. */
  readonly withNative: boolean;
  readonly series: readonly StartedSeries[];
}

/** A series with the offsets from each sample to the time at which its counting began. */
export interface StartedSeries extends NotedSeries {
  readonly starts: readonly StartOffset[];
}

const LOAD = /^load(_with_nhcb)?\s+(\S+)$/i;
/** `metric{labels}@st -1m _ 0s`, or without a metric for all series below. */
const STARTS = /^(\S*)@st\s+(.*)$/;

/** Reads a `load` command with all its lines; the first stands at the head of the block. */
export function readLoad(block: readonly ScriptLine[]): { command: LoadCommand; length: number } {
  const [first, ...lines] = block;
  const line = first?.number ?? 0;
  const head = LOAD.exec(first?.text ?? '');
  if (head === null) throw new ScriptError(line, 'a load command is written: load[_with_nhcb] STEP');
  const [, suffix, step = ''] = head;
  const command: LoadCommand = {
    kind: 'load',
    line,
    stepMs: requireDurationMs(step, line),
    withNative: suffix !== undefined,
    series: withStarts(lines),
  };
  return { command, length: block.length };
}

function withStarts(lines: readonly ScriptLine[]): StartedSeries[] {
  // Of two lines with the same labels the last one counts, as in Prometheus' runner.
  const all = new Map<string, StartedSeries>();
  let common: readonly StartOffset[] = [];
  let own: { of: ScriptLine; labels: string; offsets: readonly StartOffset[] } | undefined;
  for (const line of lines) {
    const [, metric, sequence = ''] = STARTS.exec(line.text) ?? [];
    if (metric === '') common = readStartOffsets(sequence, line.number);
    else if (metric !== undefined) {
      if (own !== undefined)
        throw new ScriptError(own.of.number, 'no line with samples follows this @st line');
      const { labels } = requireSeries({ ...line, text: metric });
      own = { of: line, labels: labelKey(labels), offsets: readStartOffsets(sequence, line.number) };
    } else {
      const series = requireSeries(line);
      if (
        own !== undefined &&
        (own.labels !== labelKey(series.labels) || own.offsets.length !== series.values.length)
      )
        throw new ScriptError(
          own.of.number,
          `an @st line needs the labels of the line below and as many values: it has ${own.offsets.length}, the other ${series.values.length}`,
        );
      all.set(labelKey(series.labels), {
        ...series,
        starts: own?.offsets ?? repeated(common, series.values.length),
      });
      own = undefined;
    }
  }
  if (own !== undefined) throw new ScriptError(own.of.number, 'no line with samples follows this @st line');
  return [...all.values()];
}

function repeated(offsets: readonly StartOffset[], count: number): StartOffset[] {
  if (offsets.length === 0) return [];
  return Array.from({ length: count }, (_, index) => offsets[index % offsets.length]);
}
