import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Expr } from '../../../../shared/promql/ast.ts';
import { parse } from '../../../../shared/promql/parse.ts';
import { print } from '../../../../shared/promql/print.ts';
import { confine, inlineRecordings, PromqlRewriteError, reads } from '../../../../shared/promql/rewrite.ts';
import { expressionText } from './expression-arbitrary.ts';

function parsed(text: string): Expr {
  const result = parse(text);
  if (!result.ok) throw new Error(`${text}: ${JSON.stringify(result.errors)}`);
  return result.expr;
}

const SYSTEM = { name: '@resource.homeostat.system', op: '=', value: 'shop' } as const;

describe('confine', () => {
  test('every selector gains the matcher, and what it matched before stays', () => {
    const text =
      'sum(rate(a{x="y"}[5m])) / b > on () group_left () max_over_time(c[1h:5m]) or absent({"@resource.homeostat.system"="other"})';
    const system = '"@resource.homeostat.system"="shop"';
    expect(print(confine(parsed(text), SYSTEM))).toBe(
      `sum(rate(a{x="y",${system}}[5m])) / b{${system}} > on () group_left () max_over_time(c{${system}}[1h:5m]) or absent({"@resource.homeostat.system"="other",${system}})`,
    );
  });

  test('no selector escapes', () => {
    fc.assert(
      fc.property(expressionText, (text) => {
        const confined = reads(confine(parsed(text), SYSTEM));
        expect(confined.every(({ matchers }) => matchers.some((matcher) => matcher === SYSTEM))).toBe(true);
        expect(confined).toHaveLength(reads(parsed(text)).length);
      }),
    );
  });
});

test('reads lists selectors with their names, and those that look for nothing', () => {
  const text = 'a > 1 and absent(b{c="d"}) or absent_over_time({__name__="e"}[5m]) or {f="g"}';
  expect(
    reads(parsed(text)).map(({ metric, absent, span }) => [metric, absent, text.slice(span.from, span.to)]),
  ).toEqual([
    ['a', false, 'a'],
    ['b', true, 'b{c="d"}'],
    ['e', true, '{__name__="e"}'],
    [undefined, false, '{f="g"}'],
  ]);
  expect(reads(parsed(text))[1]?.matchers).toEqual([
    { name: '__name__', op: '=', value: 'b' },
    { name: 'c', op: '=', value: 'd' },
  ]);
});

describe('inlineRecordings', () => {
  const recordings = new Map(
    Object.entries({
      'job:x:rate5m': 'sum by (job) (rate(x[5m]))',
      'job:x:ratio': 'job:x:rate5m / job:y:rate5m',
      'job:y:rate5m': 'sum by (job) (rate(y[5m] offset 1m))',
      'at:time': 'time() - x',
      started: 'x - start()',
      fixed: 'x @ 10',
      one: 'two',
      two: 'three + one',
      three: 'x',
    }).map(([name, text]) => [name, parsed(text)]),
  );
  const inlined = (text: string): string => print(inlineRecordings(parsed(text), recordings));

  test.each([
    ['job:x:rate5m > 1', '(sum by (job) (rate(x[5m]))) > 1'],
    ['{__name__="job:x:rate5m"}', '(sum by (job) (rate(x[5m])))'],
    ['max_over_time(job:x:rate5m[step()])', 'max_over_time((sum by (job) (rate(x[5m])))[step():])'],
    [
      'max_over_time(job:x:rate5m[1h] offset 5m)',
      'max_over_time((sum by (job) (rate(x[5m])))[1h:] offset 5m)',
    ],
    ['job:x:ratio', '((sum by (job) (rate(x[5m]))) / (sum by (job) (rate(y[5m] offset 1m))))'],
    ['job:y:rate5m offset 1h', '(sum by (job) (rate(y[5m] offset 1h1m)))'],
    ['job:y:rate5m offset -1m', '(sum by (job) (rate(y[5m])))'],
    [
      'absent(job:x:rate5m{job="a$",path!="b"})',
      'label_replace(absent((sum by (job) (rate(x{job="a$"}[5m])))), "job", "a$$", "", "")',
    ],
    ['absent_over_time(job:x:rate5m[5m])', 'absent_over_time((sum by (job) (rate(x[5m])))[5m:])'],
    ['job:x:rate5m{job="a"} offset 1m', '(sum by (job) (rate(x{job="a"}[5m] offset 1m)))'],
    [
      'max_over_time(job:x:rate5m{job!="a",path=""}[1h])',
      'max_over_time((sum by (job) (rate(x{job!="a"}[5m])))[1h:])',
    ],
    ['job:x:rate5m @ 10', '(sum by (job) (rate(x[5m] @ 10.000)))'],
  ])('%s becomes %s', (text, expected) => {
    expect(inlined(text)).toBe(expected);
  });

  test('an expression that reads nothing recorded comes back as the same object', () => {
    const expr = parsed('sum(rate(x[5m])) > 1');
    expect(inlineRecordings(expr, recordings)).toBe(expr);
  });

  test.each([
    [
      'a + job:x:rate5m{path="b",job="c"}',
      'recorded metric "job:x:rate5m" has no series with path="b", job="c": its rules give these labels other values',
    ],
    ['one', 'recorded metrics read each other in a circle: one -> two -> one'],
    ['started offset 5m', 'cannot be inlined with offset or @: it calls start(), which reads the clock'],
    ['at:time offset 5m', 'cannot be inlined with offset or @: it calls time(), which reads the clock'],
    ['job:x:rate5m offset step()', 'cannot be inlined with offset or @: an offset depends on the query'],
    ['fixed offset 5m', 'cannot be inlined with offset or @: it is fixed in time by its own @ modifier'],
  ])('%s: %s', (text, message) => {
    expect(() => inlined(text)).toThrow(message);
    expect(() => inlined(text)).toThrow(PromqlRewriteError);
  });

  test('recordings that double at each level are refused', () => {
    const doubling = new Map(
      Array.from({ length: 40 }, (_, level) => [`r${level + 1}`, parsed(`r${level} + r${level}`)]),
    );
    expect(() => inlineRecordings(parsed('r40'), doubling)).toThrow('grows to more than 10000 parts');
  });

  test('recordings in one another are refused when they come to more than 500 levels', () => {
    const around = (name: string, levels: number): Expr =>
      parsed(`${'('.repeat(levels)}${name}${')'.repeat(levels)}`);
    const deep = new Map(
      Array.from({ length: 50 }, (_, level) => [`r${level + 1}`, around(`r${level}`, 98)] as const),
    );
    // Each level is 98 parentheses and one of its own; the name inside is a level too.
    expect(print(inlineRecordings(parsed('r5'), deep))).toContain('r0');
    for (const text of [
      '(((((r5)))))',
      'r6',
      'r50',
      'r5 + (((((r5)))))',
      'max_over_time(r5[1h]) + abs(abs(abs(abs(r5))))',
    ])
      expect(() => inlineRecordings(parsed(text), deep)).toThrow('grows to more than 500 levels');
  });
});
