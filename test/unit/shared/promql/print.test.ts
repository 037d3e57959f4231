import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from '../../../../shared/promql/parse.ts';
import { print } from '../../../../shared/promql/print.ts';
import { expressionText } from './expression-arbitrary.ts';
import { plain } from './plain.ts';

function reprinted(text: string): string {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(`${text}: ${JSON.stringify(parsed.errors)}`);
  return print(parsed.expr);
}

test.each([
  ['sum(rate(a{b="c"}[300s]))by(x)', 'sum by (x) (rate(a{b="c"}[5m]))'],
  ['{"up"}', 'up'],
  ['{"Invocations.x",a=~`\\d+`}', String.raw`{"Invocations.x",a=~"\\d+"}`],
  ['{"inf"}', '{"inf"}'],
  ['-1^2', '-1 ^ 2'],
  ['Inf^-Inf-+inf', 'Inf ^ -Inf - +Inf'],
  ['a@0 offset 90s', 'a @ 0.000 offset 1m30s'],
  ['a/on(b)group_left c', 'a / on (b) group_left () c'],
  ['a[5m*2:step()/2+1ms]', 'a[10m:step() / 2s + 1ms]'],
  ['a[(step()+1)*range()]', 'a[(step() + 1s) * range()]'],
  ['a[2^-(step()-0.0001)^2]', 'a[2s ^ (-(step() - 0.0001) ^ 2s)]'],
  ['a offset -(step()*2)', 'a offset -(step() * 2s)'],
  ['a offset (step()*2)', 'a offset (step() * 2s)'],
  ['a offset +max(range(), 1m)', 'a offset max_of(range(), 1m)'],
  ['a[5m]smoothed @start() offset step()', 'a[5m] smoothed @ start() offset step()'],
  ['a+fill(1)b', 'a + fill (1) b'],
  ['a+fill_left(-1)fill_right(NaN)b', 'a + fill_left (-1) fill_right (NaN) b'],
  ['a</1', 'a </ 1'],
  [String.raw`{a="\xc5\x00\u0085\ufffd"}`, String.raw`{a="\xc5\x00\u0085\ufffd"}`],
  ['sum by ("without", "inf", "my.label", le) (a)', 'sum by ("without", "inf", "my.label", le) (a)'],
  ['{"a", "b"}', '{__name__="a",__name__="b"}'],
])('%s is printed as %s', (text, printed) => {
  expect(reprinted(text)).toBe(printed);
});

test('what is printed parses to the same expression', () => {
  fc.assert(
    fc.property(expressionText, (text) => {
      const first = parse(text);
      if (!first.ok) throw new Error(JSON.stringify(first.errors));
      const second = parse(print(first.expr));
      if (!second.ok) throw new Error(`${print(first.expr)}: ${JSON.stringify(second.errors)}`);
      expect(plain(second.expr)).toEqual(plain(first.expr));
    }),
    { numRuns: 1_000 },
  );
});

test('parentheses are added where a changed expression needs them', () => {
  const span = { from: 0, to: 0 };
  const number = (value: number) => ({ kind: 'number' as const, value, span });
  const sum = {
    kind: 'binary' as const,
    op: '+' as const,
    bool: false,
    left: number(1),
    right: number(2),
    span,
  };
  expect(print({ kind: 'binary', op: '*', bool: false, left: sum, right: sum, span })).toBe(
    '(1 + 2) * (1 + 2)',
  );
  expect(print({ kind: 'binary', op: '^', bool: false, left: number(-1), right: number(-2), span })).toBe(
    '(-1) ^ -2',
  );
  expect(print({ kind: 'unary', op: '-', expr: sum, span })).toBe('-(1 + 2)');
});
