import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  printSeries,
  printValue,
  readSeries,
  type NotedValue,
} from '../../../../shared/promql/series-notation.ts';

function valuesOf(sequence: string): readonly NotedValue[] {
  const reading = readSeries(`a ${sequence}`);
  if (!reading.ok) throw new Error(JSON.stringify(reading.error));
  return reading.series.values;
}

function errorOf(text: string): string {
  const reading = readSeries(text);
  return reading.ok ? 'no error' : `${reading.error.from}-${reading.error.to} ${reading.error.message}`;
}

describe('a sequence', () => {
  test.each<[string, readonly NotedValue[]]>([
    ['', []],
    ['1 -2 +3 .5 4. 1e3 1e-2', [1, -2, 3, 0.5, 4, 1000, 0.01]],
    ['Inf -Inf +inf NaN', [Infinity, -Infinity, Infinity, Number.NaN]],
    ['1x3', [1, 1, 1, 1]],
    ['1+2x4', [1, 3, 5, 7, 9]],
    ['10-2.5x2', [10, 7.5, 5]],
    ['-2-1x1', [-2, -3]],
    ['1e2+1e1x1', [100, 110]],
    ['1+2x0', [1]],
    // Not sixteen times something: hexadecimal numbers would be ambiguous.
    ['0x2', [0, 0, 0]],
    ['_ _x3 1 stale 2', ['none', 'none', 'none', 'none', 1, 'stale', 2]],
    // promtool takes it too.
    ['1 _x0 2', [1, 2]],
    ['\t 1   2 \t', [1, 2]],
  ])('%s', (sequence, values) => {
    expect(valuesOf(sequence)).toEqual(values);
  });

  test('steps are added one by one, as Prometheus adds them', () => {
    expect(valuesOf('0+0.1x3').at(-1)).toBe(0.1 + 0.1 + 0.1);
  });
});

describe('a sequence of histograms', () => {
  const written = (sequence: string): string[] => valuesOf(sequence).map((value) => printValue(value));

  test.each<[string, string[]]>([
    ['{{}}', ['{{}}']],
    ['{{ count:1 buckets:[1 ] }}x1', ['{{count:1 buckets:[1]}}', '{{count:1 buckets:[1]}}']],
    [
      '{{count:4 buckets:[1 2 1]}}+{{count:1 buckets:[1] offset:1}}x2 _ 5',
      ['{{count:4 buckets:[1 2 1]}}', '{{count:5 buckets:[1 3 1]}}', '{{count:6 buckets:[1 4 1]}}', '_', '5'],
    ],
    ['{{count:4}}-{{count:1}}x1', ['{{count:4}}', '{{count:3}}']],
  ])('%s', (sequence, values) => {
    expect(written(sequence)).toEqual(values);
  });

  test('a hint that is written is told apart from one that is not', () => {
    expect(valuesOf('{{}} {{counter_reset_hint:unknown}}')).toMatchObject([
      { isHintWritten: false },
      { isHintWritten: true },
    ]);
  });

  test.each([
    ['a {{count:x}}', '4-4 "count" needs a number, not "x"'],
    ['a {{count:1}}1', '13-14 expected a space after a value, found "1"'],
    ['a {{count:1}}+{{count:1}}', '25-25 expected "x" and a count after a step, found the end'],
    ['a {{count:1}}+{{schema:-53}}x1', '14-30 a step from exponential buckets to custom bounds or back'],
  ])('%s is refused where it is wrong', (text, error) => {
    expect(errorOf(text)).toBe(error);
  });
});

test.each<[string, Record<string, string>]>([
  ['up', { __name__: 'up' }],
  ['job:up:sum{}', { __name__: 'job:up:sum' }],
  ['{}', {}],
  [`up{a="1", b='2',c=\`\\3\` , }`, { __name__: 'up', a: '1', b: '2', c: String.raw`\3` }],
  [String.raw`{"my metric", "a.b"="\"\u00e4\xc3\xa4"}`, { __name__: 'my metric', 'a.b': '"ää' }],
  ['{__name__="up", on="x"}', { __name__: 'up', on: 'x' }],
  ['up{a="", b="}"}', { __name__: 'up', b: '}' }],
])('the labels of %s', (text, labels) => {
  expect(readSeries(`${text} 1`)).toEqual({ ok: true, series: { labels, values: [1] } });
});

test.each([
  ['', '0-0 expected the name of a series or "{", found the end'],
  ['1 2', '0-1 expected the name of a series or "{", found "1"'],
  ['up{a}', '4-5 expected "=", found "}"'],
  ['up{a=1}', '5-6 expected a quoted value, found "1"'],
  ['up{a="1"', '8-8 expected "," or "}", found the end'],
  ['up{a="1",', '9-9 expected a label or "}", found the end'],
  ['up{a="1", a="2"}', '10-15 label "a" is set twice'],
  ['up{"down"}', '3-9 metric name must not be set twice'],
  [String.raw`up{a="\y"}`, "5-9 unknown escape sequence U+0079 'y'"],
  ['up 1 two 3', '5-8 expected a number, "_", "stale" or "{{...}}", found "two"'],
  ['up 1+2', '6-6 expected "x" and a count after a step, found the end'],
  ['up 1x', '4-5 expected a space after a value, found "x"'],
  ['up 1,2', '4-5 expected a space after a value, found ","'],
  ['up 1 1x99999999999999', '5-21 a series of more than 1000000 values'],
])('%s is refused where it is wrong', (text, error) => {
  expect(errorOf(text)).toBe(error);
});

const label = fc.oneof(
  fc.constantFrom('a', 'job', 'le', 'on'),
  fc.string({ unit: 'grapheme', minLength: 1 }),
);
const labels = fc
  .dictionary(label, fc.string({ unit: 'grapheme', minLength: 1 }), { maxKeys: 4 })
  .chain((others) =>
    fc
      .option(fc.oneof(fc.constantFrom('up', 'a:b'), fc.string({ unit: 'grapheme', minLength: 1 })))
      .map((name) => (name === null ? others : { ...others, __name__: name })),
  );
const value = fc.oneof(fc.constantFrom<NotedValue>('none', 'stale'), fc.double());

test('what is printed is read as the same series', () => {
  fc.assert(
    fc.property(labels, fc.array(value), (own, values) => {
      const text = printSeries({ labels: own, values });
      expect(readSeries(text)).toEqual({ ok: true, series: { labels: { ...own }, values } });
    }),
  );
});

test('any text is read or refused, never thrown at', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => `up{${text}`),
      ),
      (text) => {
        const reading = readSeries(text);
        if (!reading.ok) {
          expect(reading.error.from).toBeLessThanOrEqual(reading.error.to);
          expect(reading.error.to).toBeLessThanOrEqual(text.length);
        }
      },
    ),
  );
});
