import { expect, test } from 'vitest';
import { check } from '../../../../shared/promql/check.ts';
import { AGGREGATIONS, EXPERIMENTAL, FUNCTIONS } from '../../../../shared/promql/signatures.ts';

test.each([
  ['1 + 2', 'scalar'],
  ['"text"', 'string'],
  ['up', 'vector'],
  ['up[5m]', 'matrix'],
  ['sum(up)[1h:5m]', 'matrix'],
  ['scalar(up) * 2', 'scalar'],
  ['time() > bool 5', 'scalar'],
  ['-(up)', 'vector'],
  ['1 < up', 'vector'],
  ['histogram_quantile(0.9, sum by (le) (rate(a_bucket[5m])))', 'vector'],
  ['label_join(up, "a", ",")', 'vector'],
  ['round(up)', 'vector'],
  ['hour()', 'vector'],
  ['info(up, {a="b"})', 'vector'],
  ['histogram_fraction(0, 1, up)', 'vector'],
  ['{job=~".+"}', 'vector'],
  ['count_values("v", up)', 'vector'],
  ['min_of(1, STEP())', 'scalar'],
  ['5m', 'scalar'],
  ['rate(a[step()] anchored)', 'vector'],
  ['{"a", __name__="b"}', 'vector'],
  ['info(up, {})', 'vector'],
  ['info(up, {"target_info"})', 'vector'],
  ['a smoothed', 'vector'],
])('%s is a %s', (text, type) => {
  expect(check(text)).toMatchObject({ ok: true, type });
});

test.each([
  ['rate(up)', 'expected type range vector in call to function "rate", got instant vector', 'up'],
  ['abs(up[5m])', 'expected type instant vector in call to function "abs", got range vector', 'up[5m]'],
  ['vector("a")', 'expected type scalar in call to function "vector", got string', '"a"'],
  ['rate(up[5m], 1)', 'expected 1 argument(s) in call to "rate", got 2', 'rate(up[5m], 1)'],
  ['label_join(up)', 'expected at least 3 argument(s) in call to "label_join", got 1', 'label_join(up)'],
  ['round(up, 1, 2)', 'expected at most 2 argument(s) in call to "round", got 3', 'round(up, 1, 2)'],
  ['sum(1)', 'expected type instant vector in aggregation expression, got scalar', '1'],
  ['topk("a", up)', 'expected type scalar in aggregation parameter, got string', '"a"'],
  ['count_values(1, up)', 'expected type string in aggregation parameter, got scalar', '1'],
  ['1 > 2', 'comparisons between scalars must use BOOL modifier', '> '],
  ['up + bool 1', 'bool modifier can only be used on comparison operators', '+ bool '],
  ['up and 1', 'set operator "and" not allowed in binary scalar expression', 'up and 1'],
  ['up + up[5m]', 'binary expression must contain only scalar and instant vector types', 'up[5m]'],
  ['up + on (a) 1', 'vector matching only allowed between instant vectors', 'up + on (a) 1'],
  ['a and on (b) group_left () c', 'no grouping allowed for "and" operation', 'a and on (b) group_left () c'],
  [
    'a + on (b) group_left (b) c',
    'label "b" must not occur in ON and GROUP clause at once',
    '+ on (b) group_left (b) ',
  ],
  [
    '-"a"',
    'unary expression only allowed on expressions of type scalar or instant vector, got "string"',
    '-"a"',
  ],
  ['{}', 'vector selector must contain at least one non-empty matcher', '{}'],
  ['{a=""}', 'vector selector must contain at least one non-empty matcher', '{a=""}'],
  ['sum({a=~".*"})', 'vector selector must contain at least one non-empty matcher', '{a=~".*"}'],
  ['up[5m][1h:]', 'subquery is only allowed on instant vector, got matrix instead', 'up[5m][1h:]'],
  ['label_join(up, "a", ",", 1)', 'expected type string in call to function "label_join", got scalar', '1'],
  [
    'histogram_quantiles(up, "q", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)',
    'expected at most 12 argument(s) in call to "histogram_quantiles", got 13',
    'histogram_quantiles(up, "q", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)',
  ],
  ['up + fill (0) 1', 'filling in missing series only allowed between instant vectors', 'up + fill (0) 1'],
  ['a or fill (0) b', 'filling in missing series not allowed for set operators', 'a or fill (0) b'],
  ['{""}', 'vector selector must contain at least one non-empty matcher', '{""}'],
  ['a{__name__="b"}', 'metric name must not be set twice: "a" or "b"', 'a{__name__="b"}'],
  ['a{"b"}', 'metric name must not be set twice: "a" or "b"', 'a{"b"}'],
  ['info(up, a)', 'expected label selectors only, got vector selector instead', 'a'],
  ['info(up, sum(a))', 'expected label selectors only', 'sum(a)'],
  ['info(up, 1)', 'expected type instant vector in call to function "info", got scalar', 'info(up, 1)'],
  [
    'deriv(a[3m] smoothed)',
    'smoothed modifier can only be used with: delta, increase, rate - not with deriv',
    'a[3m] smoothed',
  ],
  [
    'deriv(a[3m] anchored)',
    'anchored modifier can only be used with: changes, delta, increase, rate, resets - not with deriv',
    'a[3m] anchored',
  ],
])('%s: %s', (text, message, where) => {
  const result = check(text);
  const [error] = result.ok ? [] : result.errors;
  expect([error?.message, text.slice(error?.from, error?.to)]).toEqual([message, where]);
});

test('all type errors are told at once, in the order in which they stand', () => {
  expect(check('rate(up) / sum(1)')).toMatchObject({ ok: false, errors: [{ from: 5 }, { from: 15 }] });
});

test('what is experimental is a function or an aggregation', () => {
  expect([...EXPERIMENTAL].filter((name) => !FUNCTIONS.has(name) && !AGGREGATIONS.has(name))).toEqual([]);
});
