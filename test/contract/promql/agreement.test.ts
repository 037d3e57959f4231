import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SeriesSlice, SeriesSource } from '../../../shared/promql/series-source.ts';
import { MemoryStore } from '../../../shared/promql/storage/memory-store.ts';
import { itsAnswer, ourAnswer, type Query } from './answers.ts';
import { differenceOf } from './compare.ts';
import { hasSignedZeros, inWordsOfTwo, isStricterInThree } from './differences.ts';
import { hasPrometheus, startPrometheus, type Prometheus } from './prometheus.ts';
import { questions, type Question } from './random-questions.ts';
import { randomSeries, startOf } from './random-series.ts';

/*
 * PROMQL_SEED=<n> asks the questions of an earlier run again, PROMQL_RUNS=<n> so many questions (thousands are a few
 * minutes).
 */
/** The same in CI every time: whether a change lands must not hang on the last bit of a question never asked before. */
const CI_SEED = process.env['CI'] === undefined ? undefined : 20_261_126;
const SEED = Number(process.env['PROMQL_SEED'] ?? CI_SEED ?? Math.floor(Math.random() * 2 ** 31));
const RUNS = Number(process.env['PROMQL_RUNS'] ?? 4000);
const DATA_SETS = 4;

/** The question with the times of its data set. */
function queryOf({ text, isRange, dataSet, atS, stepS, steps }: Question): Query {
  const baseMs = startOf(dataSet);
  const startMs = baseMs + atS * 1000 + 500;
  const stepMs = stepS * 1000;
  const fixed = (_: string, s: string): string => `@ ${(baseMs / 1000 + Number(s)).toFixed(3)}`;
  return {
    text: text.replaceAll(/@\+([\d.]+)/g, fixed),
    isRange,
    startMs,
    endMs: startMs + steps * stepMs,
    stepMs,
  };
}

/** In the store that the embedded cloud keeps them in. */
function stored(series: readonly SeriesSlice[]): SeriesSource {
  const store = new MemoryStore();
  for (const { labels, timesMs, values } of series)
    for (let at = 0; at < timesMs.length; at++)
      store.put(labels, timesMs[at] ?? Number.NaN, values[at] ?? Number.NaN);
  return store;
}

describe.skipIf(!hasPrometheus())(`Our engine and Debian's Prometheus, seed ${String(SEED)}`, () => {
  let prometheus: Prometheus;
  let source: SeriesSource;
  beforeAll(async () => {
    const series = randomSeries(SEED, DATA_SETS);
    source = stored(series);
    prometheus = await startPrometheus(series);
  });
  afterAll(() => prometheus.stop());

  test(
    `give the same answers to ${String(RUNS)} random questions`,
    { timeout: 60_000 + RUNS * 100 },
    async () => {
      let answered = 0;
      await fc.assert(
        fc.asyncProperty(questions(DATA_SETS), async (question) => {
          const query = queryOf(question);
          const its = await itsAnswer(prometheus, { ...query, text: inWordsOfTwo(query.text) });
          const ours = ourAnswer(source, query);
          if (ours.kind === 'error' && 'message' in ours && isStricterInThree(query.text, ours.message))
            return;
          const difference = differenceOf(ours, its, {
            isOrdered: !query.isRange && /^(?:sort|sort_desc|topk|bottomk) ?\(/.test(query.text),
            hasSignedZeros: hasSignedZeros(query.text),
          });
          if ('series' in its && its.series.length > 0) answered++;
          expect(difference, `${JSON.stringify(query, undefined, 1)}\nseed ${String(SEED)}`).toBeUndefined();
        }),
        { seed: SEED, numRuns: RUNS },
      );
      // Questions that nobody can answer show little.
      expect(answered).toBeGreaterThan(RUNS / 2);
    },
  );
});
