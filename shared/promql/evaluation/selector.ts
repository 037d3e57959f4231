import { matchersOf, type VectorSelector } from '../ast.ts';
import { SampleBuffer } from '../sample-buffer.ts';
import { isStaleMarker } from '../stale-marker.ts';
import { Block } from './block.ts';
import { PromqlEvaluationError } from './evaluation-error.ts';
import { detectResets } from './reset-hints.ts';
import { shiftedMs, stepTimeMs, type Scope } from './scope.ts';

/** Whether the cells get the samples or the times, in seconds, that the samples were taken at. */
export type Reading = 'samples' | 'times';

/**
 * The newest sample of each series within the look-back, at each step. A series whose newest sample is a
 * stale marker has ended.
 */
export function* selectVector(
  selector: VectorSelector,
  { query, steps, detectsResets = false }: Scope,
  reading: Reading = 'samples',
): Iterable<Block> {
  if (selector.edges !== undefined)
    throw new PromqlEvaluationError(
      `${selector.edges} modifier can only be used with a range`,
      selector.span,
    );
  const { source, lookbackMs } = query.settings;
  const timesMs = Float64Array.from({ length: steps.count }, (_, step) =>
    shiftedMs(selector, stepTimeMs(steps, step), query),
  );
  const fromMs = (timesMs[0] ?? 0) - lookbackMs;
  const toMs = timesMs[steps.count - 1] ?? 0;
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
    const found = fillRow(block, first, buffer, timesMs, lookbackMs, reading);
    if (found === 0) block.removeLastRow();
    query.countSamples(found, selector.span);
  }
  if (block.rows > 0) yield block;
}

/** Fills a row and tells how many cells got a sample. */
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
    found++;
    if (reading === 'times') block.setFloat(first + step, sampleMs / 1_000);
    else if (histogram === undefined) block.setFloat(first + step, value);
    else block.setHistogram(first + step, histogram);
  }
  return found;
}
