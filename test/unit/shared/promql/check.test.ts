import { expect, test } from 'vitest';
import { check } from '../../../../shared/promql/check.ts';

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
  ['1 > 2', 'comparisons between scalars must use BOOL modifier', '1 > 2'],
  ['up + bool 1', 'bool modifier can only be used on comparison operators', 'up + bool 1'],
  ['up and 1', 'set operator "and" not allowed in binary scalar expression', 'up and 1'],
  ['up + up[5m]', 'binary expression must contain only scalar and instant vector types', 'up[5m]'],
  ['up + on (a) 1', 'vector matching only allowed between instant vectors', 'up + on (a) 1'],
  ['a and on (b) group_left () c', 'no grouping allowed for "and" operation', 'a and on (b) group_left () c'],
  [
    'a + on (b) group_left (b) c',
    'label "b" must not occur in ON and GROUP clause at once',
    'a + on (b) group_left (b) c',
  ],
  [
    '-"a"',
    'unary expression only allowed on expressions of type scalar or instant vector, got "string"',
    '"a"',
  ],
  ['{}', 'vector selector must contain at least one non-empty matcher', '{}'],
  ['{a=""}', 'vector selector must contain at least one non-empty matcher', '{a=""}'],
  ['sum({a=~".*"})', 'vector selector must contain at least one non-empty matcher', '{a=~".*"}'],
  ['up[5m][1h:]', 'subquery is only allowed on instant vector, got range vector instead', 'up[5m]'],
  ['up{a=~"("}', 'error parsing regexp: missing closing ): `(`', 'up{a=~"("}'],
])('%s: %s', (text, message, where) => {
  const result = check(text);
  expect(
    result.ok ? [] : result.errors.map((error) => [error.message, text.slice(error.from, error.to)]),
  ).toContainEqual([message, where]);
});

test('all type errors are told at once', () => {
  expect(check('rate(up) / sum(1)')).toMatchObject({ ok: false, errors: [{ from: 5 }, { from: 15 }] });
});
