import type { CompiledObjective } from '../domain/catalog/compiled.ts';
import { attainment, judge, PIECE_MS, type Attainment, type Slices } from '../domain/objective/attainment.ts';
import type { SeriesRangeReader } from '../ports/series.ts';

const HOUR_MS = 3_600_000;

/** Slices of a minute; of five over more than a week, where they would be too many. */
function sliceMs(windowS: number): number {
  return windowS > 7 * 86_400 ? 300_000 : 60_000;
}

/**
 * How far an objective was met until now, asked piece by piece.
 *
 * @param windowS in place of the objective's own window
 * @throws when the series cannot be read
 */
export async function readAttainment(
  reader: SeriesRangeReader,
  objective: CompiledObjective,
  nowMs: number,
  windowS: number = objective.windowS,
): Promise<Attainment> {
  const stepMs = sliceMs(windowS);
  const endMs = Math.floor(nowMs / stepMs) * stepMs;
  const whole = { good: 0, bad: 0, unknown: 0 };
  const lastHour = { good: 0, bad: 0, unknown: 0 };
  const firstMs = endMs - windowS * 1_000 + stepMs;
  for (let startMs = firstMs; startMs <= endMs; startMs += PIECE_MS) {
    const span = { startMs, endMs: Math.min(endMs, startMs + PIECE_MS - stepMs), stepMs };
    for (const [atMs, verdict] of await judged(reader, objective, span)) {
      whole[verdict] += 1;
      if (atMs > endMs - HOUR_MS) lastHour[verdict] += 1;
    }
  }
  return attainment(objective, whole, lastHour);
}

async function judged(
  reader: SeriesRangeReader,
  objective: CompiledObjective,
  span: { readonly startMs: number; readonly endMs: number; readonly stepMs: number },
): Promise<[number, keyof Slices][]> {
  const values = new Map<number, number[]>();
  for (const { points } of await reader.range(objective.query, span))
    for (const { atMs, value } of points) values.set(atMs, [...(values.get(atMs) ?? []), value]);
  const verdicts: [number, keyof Slices][] = [];
  for (let atMs = span.startMs; atMs <= span.endMs; atMs += span.stepMs)
    verdicts.push([atMs, judge(objective, values.get(atMs) ?? [])]);
  return verdicts;
}
