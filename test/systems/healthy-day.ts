import { check } from '../../shared/promql/check.ts';
import { evaluateRange } from '../../shared/promql/evaluate.ts';
import { MemoryStore } from '../../shared/promql/storage/memory-store.ts';
import { readAttainment } from '../../shared/application/read-attainment.ts';
import type { CompiledObjective, CompiledRule } from '../../shared/domain/catalog/compiled.ts';
import type { SeriesRangeReader } from '../../shared/ports/series.ts';
import type { PlayedSystem } from './find-systems.ts';
import { PlayedWorld } from './played-world.ts';
import { shortestRangeMs } from './reach.ts';

const START_MS = Date.parse('2026-03-02T00:00:00Z');
const DAY_MS = 86_400_000;
/** So long it is watched whether anything fires. */
export const DAY_S = 86_400;
/** What looks back needs a while; things that rarely happen have no value in between. */
const LEAST_KNOWN = 0.9;
/** A range query gives at most 11,000 points. */
const PIECE_MS = 6 * 3_600_000;

/**
 * Alerts that fire on a day on which nothing happens, and objectives that are not met on it. Every rule is asked as a range query, which gives what its
 * evaluations of the day would; services are read once a minute, or as often as the shortest range needs.
 *
 * @returns a sentence for each of them
 */
export async function fireOnHealthyDay(playedSystem: PlayedSystem): Promise<string[]> {
  const { system } = playedSystem;
  const world = new PlayedWorld(playedSystem, 2);
  const store = new MemoryStore();
  const everyMs = sweepMs(system.rules, system.collection.everyS * 1_000);
  for (let atMs = START_MS; atMs <= START_MS + DAY_MS; atMs += everyMs)
    for (const name of Object.keys(system.services))
      world.scrape(
        (metric, labels, value, sampleMs) => store.put({ ...labels, __name__: metric }, sampleMs, value),
        { name, isUp: true, isWell: true, startedMs: START_MS },
        atMs,
      );
  const missed = await Promise.all((system.objectives ?? []).map((one) => missedOn(one, store)));
  return [...system.rules.flatMap((rule) => firings(rule, store)), ...missed.flat()];
}

async function missedOn(objective: CompiledObjective, store: MemoryStore): Promise<string[]> {
  const checked = check(objective.query);
  if (!checked.ok) return [`objective ${objective.name} cannot be evaluated`];
  const reader: SeriesRangeReader = {
    range: (_, span) =>
      Promise.resolve(
        evaluateRange(checked.expr, store, span).series.map(({ labels, timesMs, values }) => ({
          labels,
          points: Array.from(timesMs, (atMs, at) => ({ atMs, value: values[at] ?? Number.NaN })),
        })),
      ),
  };
  const { state, known, attained } = await readAttainment(reader, objective, START_MS + DAY_MS, DAY_S);
  if (state === 'met' && known > LEAST_KNOWN) return [];
  return [
    `objective ${objective.name} is ${state} on a healthy day: attained ${String(attained)}, known ${String(known)}`,
  ];
}

function sweepMs(rules: readonly CompiledRule[], collectedMs: number): number {
  const shortestMs = Math.min(...rules.map(({ query }) => shortestRangeMs(query) ?? Infinity));
  return shortestMs >= 150_000 ? 60_000 : collectedMs;
}

function firings(rule: CompiledRule, store: MemoryStore): string[] {
  const checked = check(rule.query);
  if (!checked.ok) return [`${rule.alert} cannot be evaluated`];
  const stepMs = rule.everyS * 1_000;
  const longestMs = new Map<string, { sinceMs: number; lastMs: number }>();
  for (let startMs = START_MS; startMs < START_MS + DAY_MS; startMs += PIECE_MS) {
    const times = { startMs, endMs: startMs + PIECE_MS - stepMs, stepMs };
    for (const { labels, timesMs } of evaluateRange(checked.expr, store, times).series) {
      const key = JSON.stringify(labels);
      for (const timeMs of Array.from(timesMs)) {
        const known = longestMs.get(key);
        const sinceMs = known !== undefined && timeMs - known.lastMs <= stepMs ? known.sinceMs : timeMs;
        longestMs.set(key, { sinceMs, lastMs: timeMs });
        if (timeMs - sinceMs >= rule.pendingS * 1_000)
          return [`${rule.alert} fires on a healthy day, at ${new Date(timeMs).toISOString().slice(11, 16)}`];
      }
    }
  }
  return [];
}
