import { describe, expect, test } from 'vitest';
import { check } from '../../../../shared/promql/check.ts';
import { parse } from '../../../../shared/promql/parse.ts';
import { print } from '../../../../shared/promql/print.ts';
import { confine, reads } from '../../../../shared/promql/rewrite.ts';

const MILLION = 1_000_000;

function firstError(text: string): unknown {
  const result = parse(text);
  return result.ok ? 'no error' : result.errors[0];
}

const TOO_DEEP =
  'expression is nested too deeply: at most 500 levels are allowed, and each operator of a row is one';

describe('depth', () => {
  test.each([
    ['parentheses', '(', '1', ')'],
    ['calls', 'abs(', 'a', ')'],
    ['aggregations', 'sum(', 'a', ')'],
    ['signs', '-', 'a', ''],
    ['powers', '1 ^ ', '1', ''],
  ])('500 levels of %s are read, 501 are refused', (_, before, inside, after) => {
    const nested = (levels: number): string => before.repeat(levels - 1) + inside + after.repeat(levels - 1);
    expect(parse(nested(500)).ok).toBe(true);
    expect(firstError(nested(501))).toMatchObject({ message: TOO_DEEP });
  });

  test('a row of 499 operators is read, one of 500 is refused', () => {
    expect(parse(`a${' or a'.repeat(499)}`).ok).toBe(true);
    expect(firstError(`a${' or a'.repeat(500)}`)).toMatchObject({ message: TOO_DEEP });
  });

  test('too deep is where the level begins', () => {
    expect(firstError(`a${' or a'.repeat(600)}`)).toMatchObject({ from: 2_497, to: 2_499 });
    expect(firstError(`${'('.repeat(501)}1${')'.repeat(501)}`)).toMatchObject({ from: 500, to: 501 });
  });

  test('what walks an expression bears the deepest one', () => {
    for (const text of [
      `${'('.repeat(499)}a${')'.repeat(499)}`,
      `a${' or a'.repeat(499)}`,
      `${'-'.repeat(499)}a`,
    ]) {
      const checked = check(text);
      if (!checked.ok) throw new Error(JSON.stringify(checked.errors));
      const confined = confine(checked.expr, { name: 'x', op: '=', value: 'y' });
      expect(reads(confined).every(({ matchers }) => matchers.length === 2)).toBe(true);
      expect(parse(print(confined)).ok).toBe(true);
    }
  });

  test.each([
    ['parentheses', `${'('.repeat(10_000)}1${')'.repeat(10_000)}`],
    ['calls', `${'abs('.repeat(10_000)}a${')'.repeat(10_000)}`],
    ['signs', `${'-'.repeat(10_000)}1`],
    ['powers', `1${'^1'.repeat(10_000)}`],
    ['a row', `a${'+a'.repeat(100_000)}`],
    ['durations in parentheses', `a[${'('.repeat(10_000)}1${')'.repeat(10_000)}]`],
    ['durations in a row', `a[step()${'+1'.repeat(100_000)}]`],
    ['signs of durations', `a[${'-'.repeat(10_000)}step()]`],
    ['subqueries', `a${'[1m:]'.repeat(10_000)}`],
  ])('%s without end are refused and are no stack overflow', (_, text) => {
    expect(firstError(text)).toMatchObject({ message: TOO_DEEP });
  });
});

describe('length', () => {
  test('two million characters are read, one more is refused', () => {
    expect(parse(`a{b="${'x'.repeat(2 * MILLION - 7)}"}`).ok).toBe(true);
    expect(firstError(`a{b="${'x'.repeat(2 * MILLION - 6)}"}`)).toMatchObject({
      message: 'expression is too long: 2000001 characters, at most 2000000 are allowed',
      from: 2 * MILLION,
    });
  });

  test.each([
    ['matchers', `a{${'b="c",'.repeat(MILLION / 6)}}`],
    ['arguments', `label_join(a,"b",","${',"c"'.repeat(MILLION / 4)})`],
    ['labels', `sum by (${'a,'.repeat(MILLION / 2)}) (b)`],
    [
      'labels on both sides',
      `a + on (${'b,'.repeat(MILLION / 4)}) group_left (${'c,'.repeat(MILLION / 4)}) d`,
    ],
    ['constants in a range', `a[1${'+1'.repeat(200)}${' '.repeat(MILLION)}]`],
    ['a comment', `a #${'x'.repeat(MILLION)}`],
    ['blanks', `${' '.repeat(MILLION)}a${'\n'.repeat(MILLION / 2)}`],
    ['escapes', `a{b="${String.raw`\xff`.repeat(MILLION / 4)}"}`],
    ['a name', 'a'.repeat(MILLION)],
    ['a number', `${'1'.repeat(300)}.${'1'.repeat(MILLION)}`],
    ['words in a pattern', `a{b=~"${'abc|'.repeat(MILLION / 4)}"}`],
    ['short patterns', `a{${'b=~"c.*d",'.repeat(25_000)}}`],
    ['one pattern', `a{b=~"${'(c|d).e'.repeat(14_285)}"}`],
  ])('a million characters of %s are read', (_, text) => {
    expect(check(text)).toMatchObject({ ok: true });
  });

  test.each([
    ['patterns', `a{${'b=~"c.*d",'.repeat(MILLION / 10)}}`],
    ['one pattern', `a{b=~"${'(c|d).e'.repeat(MILLION / 7)}"}`],
    ['a row', `a${'+a'.repeat(MILLION / 2)}`],
    ['brackets', '([{'.repeat(MILLION / 3)],
    ['opened braces', 'a{'.repeat(MILLION / 2)],
    ['signs', '-'.repeat(MILLION)],
    ['powers of signs', '-1^-'.repeat(MILLION / 4)],
    ['rows in rows', `${'('.repeat(100)}1${`${'+1'.repeat(2_000)})`.repeat(100)}`],
    ['quotes', '"'.repeat(MILLION + 1)],
    ['words', 'a '.repeat(MILLION / 2)],
    ['backslashes', '\\'.repeat(MILLION)],
    ['durations', '1m'.repeat(MILLION / 2)],
    ['digits', '9'.repeat(MILLION)],
    ['points', '.'.repeat(MILLION)],
    ['underscores', `1${'_'.repeat(MILLION)}`],
    ['exponents', '1e'.repeat(MILLION / 2)],
    ['commas', `abs(${','.repeat(MILLION)}`],
    ['functions that are none', 'f(a)+'.repeat(MILLION / 5)],
    ['half characters', '\ud800'.repeat(MILLION)],
    ['NUL', '\0'.repeat(MILLION)],
  ])('a million characters of %s are an error', (_, text) => {
    expect(check(text).ok).toBe(false);
  });
});
