import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Expr } from '../../../../shared/promql/ast.ts';
import { check } from '../../../../shared/promql/check.ts';
import { parse } from '../../../../shared/promql/parse.ts';
import { plain } from './plain.ts';

function parsed(text: string): Expr {
  const result = parse(text);
  if (!result.ok) throw new Error(`${text}: ${JSON.stringify(result.errors)}`);
  return result.expr;
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
    ['08', 8],
    ['1_0.5_0e+1_0', 105_000_000_000],
    ['0x_1F', 31],
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
    [String.raw`"\xff\xe2\x82"`, '\udcff\udce2\udc82'],
    [String.raw`"\xed\xa0\x80\xc0\x80"`, '\udced\udca0\udc80\udcc0\udc80'],
    [String.raw`"\xf4\x90\x80\x80\xf0\x9f\x98\x80"`, '\udcf4\udc90\udc80\udc80\u{1F600}'],
  ])('%s is read as Go reads it', (text, value) => {
    expect(parsed(text)).toMatchObject({ kind: 'string', value });
  });
});

describe('precedence is that of Prometheus', () => {
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
    ['a offset -2 ^ 2', '(a offset -2) ^ 2'],
    ['a offset step() + 1', '(a offset step()) + 1'],
    ['a > b </ c >/ d', '((a > b) </ c) >/ d'],
    ['1./6.', '1 / 6'],
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

  test('two names quoted inside are two matchers, for both must hold', () => {
    expect(plain(parsed('{"a", "b"}'))).toEqual({
      kind: 'vector',
      matchers: [
        { name: '__name__', op: '=', value: 'a' },
        { name: '__name__', op: '=', value: 'b' },
      ],
    });
  });

  test.each(['sum', 'by', 'offset', 'and', 'start', 'step', 'fill', 'anchored', 'min_of', 'a:b', 'Unless'])(
    '%s is the name of a metric where an expression begins',
    (name) => {
      for (const text of [name, `${name}{a="b"}`, `1 + ${name}`, `(${name})`])
        expect(JSON.stringify(parsed(text))).toContain(`"name":${JSON.stringify(name)}`);
    },
  );

  test('words may be labels, also those of the grammar', () => {
    const words = ['by', 'on', 'bool', 'offset', 'sum', 'group_left', 'atan2', 'and', 'end', 'fill'];
    const matchers = words.map((word) => `${word}="x"`).join(',');
    expect(parsed(`sum by (${words.join(', ')},) (a{${matchers}})`)).toMatchObject({
      grouping: { labels: words },
      expr: { matchers: words.map((name) => ({ name })) },
    });
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
    expect(parsed('a + fill_right (-1m) fill_left (0x10) b')).toMatchObject({
      fill: { left: 16, right: -60 },
    });
    expect(parsed('fill + fill (Inf) fill')).toMatchObject({
      left: { name: 'fill' },
      fill: { left: Number.POSITIVE_INFINITY, right: Number.POSITIVE_INFINITY },
      right: { name: 'fill' },
    });
  });
});

test('any text is an expression or has an error inside the text', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc
      .array(
        fc.constantFrom(...'a 5 5m ( ) { } [ ] , : = ~ ! + - ^ @ # " ` \\ \n \ud800 by sum on'.split(' ')),
      )
      .map((words) => words.join('')),
  );
  fc.assert(
    fc.property(anything, (text) => {
      const result = check(text);
      if (result.ok) return;
      for (const { from, to } of result.errors) {
        expect(from).toBeGreaterThanOrEqual(0);
        expect(to).toBeGreaterThanOrEqual(from);
        expect(to).toBeLessThanOrEqual(text.length);
      }
    }),
    { numRuns: 2_000 },
  );
});
