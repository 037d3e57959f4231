import { describe, expect, test } from 'vitest';
import type { Expr } from '../../../../shared/promql/ast.ts';
import { parse } from '../../../../shared/promql/parse.ts';
import { plain } from './plain.ts';

function parsed(text: string): Expr {
  const result = parse(text);
  if (!result.ok) throw new Error(`${text}: ${JSON.stringify(result.errors)}`);
  return result.expr;
}

function errorOf(text: string): unknown {
  const result = parse(text);
  return result.ok ? 'no error' : result.errors[0];
}

describe('numbers, durations and strings', () => {
  test.each([
    ['1', 1],
    ['1.', 1],
    ['1.e2', 100],
    ['.5', 0.5],
    ['0x1f', 31],
    ['017', 15],
    ['1_000', 1000],
    ['1e3', 1000],
    ['1h30m', 5400],
    ['1d', 86_400],
    ['1w', 604_800],
    ['1y', 31_536_000],
    ['5ms', 0.005],
    ['-Inf', Number.NEGATIVE_INFINITY],
    ['+inf', Number.POSITIVE_INFINITY],
    ['NaN', Number.NaN],
    ['- -2', 2],
  ])('%s is %d', (text, value) => {
    expect(parsed(text)).toMatchObject({ kind: 'number', value });
  });

  test.each([
    [String.raw`"a\n\t\\\"b"`, 'a\n\t\\"b'],
    [String.raw`'it\'s'`, "it's"],
    ['`raw \\n`', 'raw \\n'],
    [String.raw`"\x41\102\u00e9\U0001F600"`, 'ABé😀'],
    [String.raw`"\xc3\xa9"`, 'é'],
    ['"# no comment"', '# no comment'],
  ])('%s is read as Go reads it', (text, value) => {
    expect(parsed(text)).toMatchObject({ kind: 'string', value });
  });
});

describe('precedence is that of Prometheus, not that of the tree', () => {
  test.each([
    ['-1 ^ 2', '-(1 ^ 2)'],
    ['a + b offset 5m * c', 'a + ((b offset 5m) * c)'],
    ['a + b[5m:1m] or c', '(a + (b[5m:1m])) or c'],
    ['-a offset 1m', '-(a offset 1m)'],
    ['a @ 10 > b', '(a @ 10) > b'],
    ['2 ^ 3 ^ 2', '2 ^ (3 ^ 2)'],
    ['2 ^ -1 * 3', '(2 ^ (-1)) * 3'],
    ['a or b and c unless d', 'a or ((b and c) unless d)'],
    ['a == b + c * d', 'a == (b + (c * d))'],
  ])('%s means %s', (text, meaning) => {
    expect(plain(parsed(text), 'without parentheses')).toEqual(plain(parsed(meaning), 'without parentheses'));
  });
});

describe('selectors', () => {
  test('a name may be quoted and may have dots; label names may be quoted', () => {
    expect(plain(parsed('{"my.metric", "@resource.homeostat.system"="x", b!~"c|d",}'))).toEqual({
      kind: 'vector',
      name: 'my.metric',
      matchers: [
        { name: '@resource.homeostat.system', op: '=', value: 'x' },
        { name: 'b', op: '!~', value: 'c|d' },
      ],
    });
  });

  test('offset and @ belong to the selector inside a range, in any order', () => {
    const expected = {
      kind: 'matrix',
      rangeMs: 300_000,
      selector: { kind: 'vector', name: 'a', matchers: [], offsetMs: -60_000, at: { ms: 10_500 } },
    };
    expect(plain(parsed('a[5m] offset -1m @ 10.5'))).toEqual(expected);
    expect(plain(parsed('a[5m] @ 10.5 offset -1m'))).toEqual(expected);
  });

  test('a range may be computed from constants', () => {
    expect(parsed('a[5m * 2 + 1]')).toMatchObject({ rangeMs: 601_000 });
  });

  test('spans point into the text as it was written', () => {
    const text = 'sum(a)\n  # comment with (\n  / rate(b[5m] offset 1m)';
    const expr = parsed(text);
    if (expr.kind !== 'binary' || expr.right.kind !== 'call') throw new Error('not a division by a call');
    const [range] = expr.right.args;
    expect(text.slice(expr.right.span.from, expr.right.span.to)).toBe('rate(b[5m] offset 1m)');
    expect(text.slice(range?.span.from, range?.span.to)).toBe('b[5m] offset 1m');
  });

  test('operators take their modifiers', () => {
    expect(plain(parsed('a == bool on (x, "y.z") group_left (c) b'))).toMatchObject({
      op: '==',
      bool: true,
      matching: { mode: 'on', labels: ['x', 'y.z'], group: { side: 'left', labels: ['c'] } },
    });
    expect(plain(parsed('SUM BY (a) (x) + topk without (b) (3, y)'))).toMatchObject({
      left: { kind: 'aggregation', op: 'sum', grouping: { mode: 'by', labels: ['a'] } },
      right: {
        kind: 'aggregation',
        op: 'topk',
        grouping: { mode: 'without', labels: ['b'] },
        parameter: { value: 3 },
      },
    });
  });
});

describe('errors say what and where', () => {
  test.each([
    ['', 'no expression found in input', 0, 0],
    ['  # only a comment', 'no expression found in input', 0, 18],
    ['foo(bar)', 'unknown function with name "foo"', 0, 3],
    ['1 + RATE(a[5m])', 'unknown function with name "RATE"', 4, 8],
    ['sum(a', 'unclosed left parenthesis', 3, 4],
    ['sum(a))', "unexpected right parenthesis ')'", 6, 7],
    ['a{b="c"', 'unclosed left brace', 1, 2],
    ['a[5m)', "unexpected right parenthesis ')', expected ']'", 4, 5],
    ['a b', 'unexpected identifier "b"', 2, 3],
    ['1 +', 'unexpected end of input', 3, 3],
    ['a{b=c}', 'unexpected identifier "c" inside braces', 4, 5],
    ['"abc', 'unterminated quoted string', 0, 4],
    [String.raw`"a\qb"`, 'unknown escape sequence', 2, 4],
    ['a[0s]', 'duration must be greater than 0', 2, 4],
    [
      'sum(a) offset 5m',
      'offset modifier must be preceded by an instant vector selector or range vector selector or a subquery',
      0,
      16,
    ],
    ['a offset 1m offset 2m', 'offset may not be set multiple times', 0, 21],
    ['a @ 1 @ 2', '@ <timestamp> may not be set multiple times', 0, 9],
    ['a offset 1m [5m]', 'no offset modifiers allowed before range', 0, 16],
    ['sum(a)[5m]', 'ranges only allowed for vector selectors', 0, 10],
    ['a{__name__="b"}', 'metric name must not be set twice: "a" or "b"', 0, 15],
    ['{"a", "b"}', 'metric name must not be set twice: "a" or "b"', 6, 9],
    ['topk(a)', 'wrong number of arguments for aggregate expression provided, expected 2, got 1', 0, 7],
    ['sum()', 'no arguments for aggregate expression provided', 0, 5],
    ['a[step()]', 'duration function step is not supported yet', 2, 6],
    ['min_of(1, 2)', 'function min_of is not supported yet', 0, 6],
  ])('%s: %s', (text, message, from, to) => {
    const error = errorOf(text);
    expect(error).toMatchObject({ message });
    if (to > 0) expect(error).toMatchObject({ from });
  });
});

describe('bounds', () => {
  test('100,000 characters are read, one more is refused', () => {
    expect(parse(`a{b="${'x'.repeat(99_993)}"}`).ok).toBe(true);
    expect(errorOf(`a{b="${'x'.repeat(99_994)}"}`)).toMatchObject({
      message: 'expression is too long: 100001 characters, at most 100000 are allowed',
    });
  });

  test('200 levels are read, one more is refused', () => {
    expect(parse('('.repeat(200) + '1' + ')'.repeat(200)).ok).toBe(true);
    expect(errorOf('('.repeat(201) + '1' + ')'.repeat(201))).toMatchObject({
      message: 'expression is nested too deeply: at most 200 levels are allowed',
    });
  });

  test('250 operators in a row are read, one more is refused', () => {
    expect(parse(`a{b="c"}${' or a{b="c"}'.repeat(250)}`).ok).toBe(true);
    expect(errorOf(`a${' or a'.repeat(251)}`)).toMatchObject({
      message: 'too many operators in a row: at most 250 without parentheses',
    });
  });

  test.each([
    ['brackets', '([{'.repeat(33_000)],
    ['signs', '-'.repeat(99_999)],
    ['powers of signs', '-1^-'.repeat(24_000)],
    ['rows in rows', '('.repeat(100) + '1' + ('+1'.repeat(200) + ')').repeat(100)],
    ['quotes', '"'.repeat(99_999)],
    ['words', 'a '.repeat(49_000)],
    ['escapes', '\\'.repeat(99_999)],
  ])('%s without end are an error', (_, text) => {
    expect(parse(text).ok).toBe(false);
  });
});
