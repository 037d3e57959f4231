import { matchersOf, type VectorSelector } from '../ast.ts';
import { weightOf } from '../histogram/weight.ts';
import { SampleBuffer } from '../sample-buffer.ts';
import { isStaleMarker } from '../stale-marker.ts';
import { Block } from './block.ts';
import { PromqlEvaluationError } from './evaluation-error.ts';
import type { NotePlace } from './histogram-notes.ts';
import { dropStale } from './ranges.ts';
import { detectResets } from './reset-hints.ts';
import { shiftedMs, stepTimeMs, type Scope } from './scope.ts';
import { smoothedAt } from './smoothed.ts';

/** Whether the cells get the samples, the times, in seconds, that they were taken at, or those at which their counting began (0 if not known). */
export type Reading = 'samples' | 'times' | 'starts';

/**
 * The newest sample of each series within the look-back, at each step. A series whose newest sample is a
 * stale marker has ended.
 */
export function* selectVector(
  selector: VectorSelector,
  { query, steps, detectsResets = false }: Scope,
  reading: Reading = 'samples',
): Iterable<Block> {
  if (selector.edges === 'anchored')
    throw new PromqlEvaluationError(
      `${selector.edges} modifier can only be used with a range`,
      selector.span,
    );
  const { source, lookbackMs } = query.settings;
  const timesMs = Float64Array.from({ length: steps.count }, (_, step) =>
    shiftedMs(selector, stepTimeMs(steps, step), query),
  );
  const fromMs = (timesMs[0] ?? 0) - lookbackMs;
  const isSmoothed = selector.edges === 'smoothed';
  const toMs = (timesMs[steps.count - 1] ?? 0) + (isSmoothed ? lookbackMs : 0);
  const buffer = new SampleBuffer();
  let block = new Block(steps.count);
  for (const series of source.select(matchersOf(selector), fromMs, toMs)) {
    if (block.isFull) {
      yield block;
      block = new Block(steps.count);
    }
    buffer.clear();
    series.read(fromMs, toMs, buffer);
    if (detectsResets) detectResets(buffer);
    const first = block.addRow(series.labels, false);
    const found = isSmoothed
      ? fillSmoothed(block, first, buffer, timesMs, lookbackMs, {
          query,
          span: selector.span,
          labels: series.labels,
        })
      : fillRow(block, first, buffer, timesMs, lookbackMs, reading);
    if (found === 0) block.removeLastRow();
    query.countSamples(found, selector.span);
  }
  if (block.rows > 0) yield block;
}

/** As `fillRow`, with what the series was at each step by the samples on both sides. */
function fillSmoothed(
  block: Block,
  first: number,
  samples: SampleBuffer,
  timesMs: Float64Array,
  lookbackMs: number,
  place: NotePlace,
): number {
  dropStale(samples);
  let found = 0;
  for (const [step, timeMs] of timesMs.entries()) {
    const value = smoothedAt(samples, timeMs, lookbackMs, place);
    block.set(first + step, value);
    if (value !== undefined) found += typeof value === 'object' ? weightOf(value) : 1;
  }
  return found;
}

/** Fills a row and tells how many samples the cells got, a histogram counting for several. */
function fillRow(
  block: Block,
  first: number,
  samples: SampleBuffer,
  timesMs: Float64Array,
  lookbackMs: number,
  reading: Reading,
): number {
  let [next, found] = [0, 0];
  for (let step = 0; step < timesMs.length; step++) {
    const timeMs = timesMs[step] ?? 0;
    while (next < samples.length && (samples.timesMs[next] ?? Infinity) <= timeMs) next++;
    if (next === 0) continue;
    const sampleMs = samples.timesMs[next - 1] ?? 0;
    if (sampleMs <= timeMs - lookbackMs) continue;
    const histogram = samples.histograms?.[next - 1];
    const value = samples.values[next - 1] ?? 0;
    if (histogram === undefined && isStaleMarker(value)) continue;
    found += histogram === undefined ? 1 : weightOf(histogram);
    if (reading === 'starts') block.setFloat(first + step, (samples.startsMs?.[next - 1] ?? 0) / 1_000);
    else if (reading === 'times') block.setFloat(first + step, sampleMs / 1_000);
    else if (histogram === undefined) block.setFloat(first + step, value);
    else block.setHistogram(first + step, histogram);
  }
  return found;
}
