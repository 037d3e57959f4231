import { expect, test } from 'vitest';
import { compileMatchers } from '../../../../shared/promql/matching.ts';
import { compilePattern } from '../../../../shared/promql/pattern.ts';

test.each([
  ['a|b', ['a', 'b'], ['ab', '']],
  ['a.c', ['abc', 'a\nc'], ['ac']],
  ['(?i)abc|d', ['ABC', 'D'], ['e']],
  ['(?i:a)b', ['Ab'], ['AB']],
  ['(?P<x>a)+', ['aaa'], ['b']],
  ['[[:alpha:]_-]+', ['a-b_C'], ['a1']],
  ['[^[:digit:]]', ['a'], ['1']],
  ['[]a]+', [']a'], ['b']],
  ['[&&a(){}/|]+', ['a&&(){}/|'], ['b']],
  [String.raw`\d{2,3}`, ['12', '123'], ['1', '1234']],
  [String.raw`[\s\S]*`, ['\u00a0 x', ''], []],
  [String.raw`\s`, [' ', '\t'], ['\u00a0', '\v']],
  [String.raw`a\-b\_c\"`, ['a-b_c"'], ['ab']],
  [String.raw`\Qa.b\E+`, ['a.b', 'a.bb'], ['axb']],
  [String.raw`\x41\x{1F600}`, ['A😀'], ['A']],
  [String.raw`\pL+\p{Greek}`, ['aω'], ['ω1']],
  [String.raw`\A(?:a|b)\z`, ['a'], ['c']],
  ['a{,2}', ['a{,2}'], ['aa']],
  ['', [''], ['a']],
  ['.😀', ['😀😀'], ['😀']],
])('%s', (pattern, matching, other) => {
  expect(matching.filter((value) => !compilePattern(pattern).test(value))).toEqual([]);
  expect(other.filter((value) => compilePattern(pattern).test(value))).toEqual([]);
});

test.each([
  String.raw`(a)\1`,
  '(?=a)',
  '(?!a)',
  '(?<=a)b',
  '(?<!a)b',
  '*a',
  'a**',
  'a++',
  'a{1001}',
  '[a',
  '(a',
  'a)',
  '[z-a]',
  '[[:foo:]]',
  String.raw`\8`,
  String.raw`\y`,
  '\\',
  '|*',
  String.raw`\p{Nothing}`,
])('%s is refused, as by RE2', (pattern) => {
  expect(() => compilePattern(pattern)).toThrow('error parsing regexp');
});

test('a label that is not there counts as empty, even under a name that every object has', () => {
  expect(
    compileMatchers([
      { name: '__proto__', op: '=', value: '' },
      { name: 'toString', op: '!=', value: 'a' },
    ])({}),
  ).toBe(true);
  expect(compileMatchers([{ name: 'a', op: '!~', value: '.+' }])({ b: 'c' })).toBe(true);
  expect(compileMatchers([{ name: 'a', op: '=~', value: 'b.' }])({ a: 'bcd' })).toBe(false);
});

test('time grows with the value only: what makes others backtrack does not matter', () => {
  const pattern = compilePattern('(a+)+b|(a|aa)+c|(.*)(.*)(.*)(.*)d');
  expect(pattern.test('a'.repeat(100_000))).toBe(false);
  expect(pattern.test(`${'a'.repeat(100_000)}b`)).toBe(true);
});

test('groups are given by number and by name, one that took no part as empty', () => {
  const pattern = compilePattern('(?P<env>prod|test)-(.*?)(-x)?');
  expect(pattern.match('test-a-b')).toEqual({
    groups: ['test-a-b', 'test', 'a-b', ''],
    named: { env: 'test' },
  });
  expect(pattern.match('other')).toBeUndefined();
});
