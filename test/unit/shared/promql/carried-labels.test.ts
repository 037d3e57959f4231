import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Matcher } from '../../../../shared/promql/ast.ts';
import { evaluateInstant } from '../../../../shared/promql/evaluate.ts';
import { isAmong } from '../../../../shared/promql/label-names.ts';
import type { Labels } from '../../../../shared/promql/matching.ts';
import { parse } from '../../../../shared/promql/parse.ts';
import { reads } from '../../../../shared/promql/rewrite.ts';
import type { SeriesSource } from '../../../../shared/promql/series-source.ts';
import { expressions, LABELS, METRICS, NOW_MS, store } from './expressions-over-labels.ts';

/** No `or`, `unless` and `topk`: there a series that goes brings others to light. */
const expression = expressions();

/** Only the series that agree with a result in every label that the selectors of their metric hand on. */
function agreeing(result: Labels, carriedBy: ReadonlyMap<string, (name: string) => boolean>): SeriesSource {
  return {
    *select(matchers: readonly Matcher[], fromMs: number, toMs: number) {
      for (const series of store.select(matchers, fromMs, toMs)) {
        const isCarried = carriedBy.get(series.labels['__name__'] ?? '') ?? (() => false);
        if (LABELS.every((name) => !isCarried(name) || (series.labels[name] ?? '') === (result[name] ?? '')))
          yield series;
      }
    },
  };
}

/** Sums may be made in another order. */
function isClose(a: number | undefined, b: number): boolean {
  return Object.is(a, b) || a === b || Math.abs((a ?? Number.NaN) - b) <= 1e-9 * Math.abs(b);
}

test('a result does not change when every series is gone that differs in a label handed on', () => {
  let compared = 0;
  fc.assert(
    fc.property(expression, (text) => {
      const parsed = parse(text);
      if (!parsed.ok) throw new Error(`${text}: ${JSON.stringify(parsed.errors)}`);
      const found = reads(parsed.expr);
      const asked = (source: SeriesSource) => {
        try {
          const answer = evaluateInstant(parsed.expr, source, NOW_MS);
          return answer.kind === 'vector' ? answer.samples : undefined;
        } catch {
          // A join of many to many.
          return undefined;
        }
      };
      const carriedBy = new Map(
        METRICS.map((metric) => [
          metric,
          // A metric that is read twice is only narrowed by what both hand on.
          (name: string) =>
            found.filter((read) => read.metric === metric).every((read) => isAmong(read.carried, name)),
        ]),
      );
      for (const { labels: of, value } of asked(store) ?? []) {
        const again = asked(agreeing(of, carriedBy))?.find(
          (sample) => JSON.stringify(sample.labels) === JSON.stringify(of),
        );
        expect(isClose(again?.value, value)).toBe(true);
        compared += 1;
      }
    }),
    { numRuns: 2_000 },
  );
  expect(compared).toBeGreaterThan(500);
});

test.each([
  ['a unless on (path) b', ['all-but', []], ['only', ['path']]],
  ['a or b', ['all-but', []], ['all-but', []]],
  ['topk by (path) (2, a) / scalar(b)', ['all-but', []], ['only', []]],
  ['a * ignoring (zone) group_right (le) b', ['all-but', ['zone']], ['all-but', ['le']]],
])('%s', (text, ...expected) => {
  const parsed = parse(text);
  const found = parsed.ok ? reads(parsed.expr).map(({ carried: { kind, names } }) => [kind, [...names]]) : [];
  expect(found).toEqual(expected);
});
