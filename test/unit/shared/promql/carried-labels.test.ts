import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Matcher } from '../../../../shared/promql/ast.ts';
import { evaluateInstant } from '../../../../shared/promql/evaluate.ts';
import { isAmong } from '../../../../shared/promql/label-names.ts';
import type { Labels } from '../../../../shared/promql/matching.ts';
import { parse } from '../../../../shared/promql/parse.ts';
import { reads } from '../../../../shared/promql/rewrite.ts';
import type { SeriesSource } from '../../../../shared/promql/series-source.ts';
import { MemoryStore } from '../../../../shared/promql/storage/memory-store.ts';

const NOW_MS = 600_000;
const LABELS = ['job', 'path', 'le', 'zone'];
const METRICS = ['a', 'b', 'c'];

/** Every series of a metric has all labels, so that a join finds its partner and hides nothing. */
const store = ((): MemoryStore => {
  const made = new MemoryStore();
  let value = 1;
  for (const name of METRICS)
    for (const job of ['x', 'y'])
      for (const path of ['/1', '/2'])
        for (const le of ['1', '+Inf'])
          for (const zone of ['n', 's'])
            for (const timeMs of [NOW_MS - 120_000, NOW_MS - 60_000, NOW_MS])
              made.put({ __name__: name, job, path, le, zone }, timeMs, (value += 7) % 101);
  return made;
})();

const labels = fc.subarray(LABELS);
const selector = fc.constantFrom(...METRICS);
/** No `or`, `unless` and `topk`: there a series that goes brings others to light. */
const expression: fc.Arbitrary<string> = fc.letrec<{ expr: string }>((tie) => {
  const expr = tie('expr');
  const grouping = fc
    .tuple(fc.constantFrom('by', 'without'), labels)
    .map(([mode, names]) => `${mode} (${names.join(',')})`);
  const matching = fc
    .tuple(fc.constantFrom('on', 'ignoring'), labels)
    .map(([mode, names]) => `${mode} (${names.join(',')})`);
  return {
    expr: fc.oneof(
      { maxDepth: 4 },
      selector,
      selector.map((name) => `rate(${name}[5m])`),
      fc
        .tuple(fc.constantFrom('sum', 'max', 'count', 'quantile'), grouping, expr)
        .map(([op, by, inner]) => `${op} ${by} (${op === 'quantile' ? '0.5, ' : ''}${inner})`),
      fc.tuple(grouping, expr).map(([by, inner]) => `count_values ${by} ("zone", ${inner})`),
      fc
        .tuple(expr, fc.constantFrom('+', '>=', '/'), matching, expr)
        .map((parts) => parts.join(' '))
        .map((text) => `(${text})`),
      fc
        .tuple(expr, fc.constantFrom('*', '>='), matching, fc.constantFrom('left', 'right'), labels, expr)
        .map(
          ([l, op, match, side, names, r]) => `(${l} ${op} ${match} group_${side} (${names.join(',')}) ${r})`,
        ),
      fc.tuple(expr, fc.constant('and'), matching, expr).map((parts) => `(${parts.join(' ')})`),
      expr.map((inner) => `label_replace(${inner}, "job", "z$1", "path", "(.*)")`),
      expr.map((inner) => `histogram_quantile(0.9, ${inner})`),
      expr.map((inner) => `max_over_time(${inner === '' ? 'a' : `(${inner})`}[2m:1m])`),
      expr.map((inner) => `(${inner} > scalar(sum(c)))`),
      expr.map((inner) => `-(${inner} * 2)`),
    ),
  };
}).expr;

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
