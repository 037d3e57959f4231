import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Expr, Matcher } from '../../../../shared/promql/ast.ts';
import { evaluateInstant } from '../../../../shared/promql/evaluate.ts';
import { keepMatching } from '../../../../shared/promql/label-filter.ts';
import { compileMatcher, labelValue } from '../../../../shared/promql/matching.ts';
import { parse } from '../../../../shared/promql/parse.ts';
import { print } from '../../../../shared/promql/print.ts';
import { expressions, LABELS, NOW_MS, store } from './expressions-over-labels.ts';

function parsed(text: string): Expr {
  const result = parse(text);
  if (!result.ok) throw new Error(`${text}: ${JSON.stringify(result.errors)}`);
  return result.expr;
}

/** What an expression gives, as texts in a fixed order; undefined if it fails, as a join of many to many does. */
function given(
  expr: Expr,
  fits: (labels: Readonly<Record<string, string>>) => boolean,
): string[] | undefined {
  try {
    const answer = evaluateInstant(expr, store, NOW_MS);
    if (answer.kind !== 'vector') return undefined;
    return answer.samples
      .filter(({ labels }) => fits(labels))
      .map(({ labels, value }) => {
        const pairs = Object.entries(labels).map((pair) => pair.join('='));
        return `${pairs.toSorted().join()} ${value.toPrecision(9)}`;
      })
      .toSorted();
  } catch {
    return undefined;
  }
}

const anything = expressions((expr) => [
  fc
    .tuple(expr, fc.constantFrom('or', 'unless', 'or on (job)', 'and ignoring (le)'), expr)
    .map(([left, op, right]) => `(${left} ${op} ${right})`),
  fc
    .tuple(fc.constantFrom('topk by (job) (2, ', 'bottomk(1, ', 'absent(', 'sort('), expr)
    .map(([call, inner]) => `${call}${inner})`),
  fc
    .tuple(expr, fc.constantFrom('x', 'q$$', 'z$1', ''))
    .map(([inner, value]) => `label_replace(${inner}, "job", ${JSON.stringify(value)}, "", "")`),
]);

const matcher: fc.Arbitrary<Matcher> = fc.record({
  name: fc.constantFrom(...LABELS, 'none'),
  op: fc.constantFrom('=', '!=', '=~', '!~'),
  value: fc.constantFrom('', 'x', '/1', 'n', 'q$', '.*', 'x|/2|n', '.+', '1'),
});

test('whatever is asked, it gives the results that fit, and no other', () => {
  let compared = 0;
  fc.assert(
    fc.property(anything, matcher, (text, wanted) => {
      const expr = parsed(text);
      const fits = compileMatcher(wanted);
      const expected = given(expr, (labels) => fits(labelValue(labels, wanted.name)));
      if (expected === undefined) return;
      const kept = keepMatching(expr, wanted);
      expect(kept === undefined ? [] : given(parsed(print(kept)), () => true)).toEqual(expected);
      compared += expected.length;
    }),
    { numRuns: 3_000 },
  );
  expect(compared).toBeGreaterThan(3_000);
});

describe('where the condition goes', () => {
  test.each([
    [
      'sum by (job) (rate(x[5m])) / on (job) y',
      '=',
      'sum by (job) (rate(x{job="a"}[5m])) / on (job) y{job="a"}',
    ],
    ['(x or y) > scalar(z)', '=', '(x{job="a"} or y{job="a"}) > scalar(z)'],
    [
      'label_replace(x, "job", "a", "", "") or label_replace(y, "job", "b", "", "")',
      '=',
      'label_replace(x, "job", "a", "", "")',
    ],
    [
      'label_replace(x, "job", "a", "", "") or label_replace(y, "job", "b", "", "")',
      '!=',
      'label_replace(y, "job", "b", "", "")',
    ],
    ['max_over_time((x > 1)[5m:]) unless y', '!~', 'max_over_time((x{job!~"a"} > 1)[5m:]) unless y'],
    [
      'x or on (path) y',
      '!=',
      '(x or on (path) y) unless on (job) label_replace(vector(1), "job", "a", "", "")',
    ],
    ['topk(1, x)', '=', '(topk(1, x)) and on (job) label_replace(vector(1), "job", "a", "", "")'],
    [
      'topk(1, x)',
      '=~',
      'label_replace((label_replace(topk(1, x), "homeostat_fits", "1", "job", "a")) and on (homeostat_fits) label_replace(vector(1), "homeostat_fits", "1", "", ""), "homeostat_fits", "", "", "")',
    ],
  ] as const)('%s, job%s"a"', (text, op, expected) => {
    const kept = keepMatching(parsed(text), { name: 'job', op, value: 'a' });
    expect(kept && print(kept)).toBe(expected);
  });

  test('nothing can fit', () => {
    const never = (text: string): unknown => keepMatching(parsed(text), { name: 'job', op: '=', value: 'a' });
    expect(never('sum(x)')).toBeUndefined();
    expect(never('(sum without (job) (x))')).toBeUndefined();
    expect(never('label_replace(x, "job", "b", "", "") or sum(x)')).toBeUndefined();
  });
});
