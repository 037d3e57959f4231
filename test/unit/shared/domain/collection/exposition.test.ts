import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseExposition } from '../../../../../shared/domain/collection/exposition.ts';

const one = (line: string) => {
  const { samples, problem } = parseExposition(line);
  return problem ?? samples[0];
};

describe('what Prometheus takes (M1)', () => {
  test.each([
    ['up 1', { name: 'up', labels: {}, value: 1 }],
    ['  up\t 1  ', { name: 'up', labels: {}, value: 1 }],
    ['a:b_c9{} -2.5e3 ', { name: 'a:b_c9', labels: {}, value: -2500 }],
    ['a {x="1"} 1', { name: 'a', labels: { x: '1' }, value: 1 }],
    ['a{x="1",} 1', { name: 'a', labels: { x: '1' }, value: 1 }],
    ['a{ x = "1" , y="2" } 1', { name: 'a', labels: { x: '1', y: '2' }, value: 1 }],
    ['a{x="1" y="2"} 1', { name: 'a', labels: { x: '1', y: '2' }, value: 1 }],
    ['a{x=""} 1', { name: 'a', labels: {}, value: 1 }],
    ['a{x="1"}1', { name: 'a', labels: { x: '1' }, value: 1 }],
    [String.raw`a{x="q\"b\\n\n\d"} 1`, { name: 'a', labels: { x: 'q"b\\n\n\\d' }, value: 1 }],
    ['a{x="two\nlines"} 1', { name: 'a', labels: { x: 'two\nlines' }, value: 1 }],
    ['a{x="}#{,="} 1', { name: 'a', labels: { x: '}#{,=' }, value: 1 }],
    ['a{x="日本"} 1', { name: 'a', labels: { x: '日本' }, value: 1 }],
    ['a 1 1700000000123', { name: 'a', labels: {}, value: 1, timestampMs: 1_700_000_000_123 }],
    ['a +Inf', { name: 'a', labels: {}, value: Infinity }],
    ['a -inf', { name: 'a', labels: {}, value: -Infinity }],
    ['a nan', { name: 'a', labels: {}, value: NaN }],
    ['a +1.', { name: 'a', labels: {}, value: 1 }],
    ['a .5', { name: 'a', labels: {}, value: 0.5 }],
    ['a 1e-999', { name: 'a', labels: {}, value: 0 }],
    ['{"my.metric"} 1', { name: 'my.metric', labels: {}, value: 1 }],
    ['{"my.metric", a="b"} 1', { name: 'my.metric', labels: { a: 'b' }, value: 1 }],
    ['{a="b", "my.metric"} 1', { name: 'my.metric', labels: { a: 'b' }, value: 1 }],
    ['a{"http.status"="200"} 1', { name: 'a', labels: { 'http.status': '200' }, value: 1 }],
    ['a{x="\0"} 1', { name: 'a', labels: { x: '\0' }, value: 1 }],
  ])('%j', (line, sample) => {
    expect(one(line)).toEqual(sample);
  });

  test('a label called __proto__ is a label', () => {
    const [sample] = parseExposition('a{__proto__="x"} 1').samples;
    expect(Object.keys(sample?.labels ?? {})).toEqual(['__proto__']);
  });
});

describe('what Prometheus refuses', () => {
  test.each([
    ['a', 'expected a value after the metric, found the end of the text'],
    ['a \n', 'expected a value after the metric, found the end of the line'],
    ['a 1\r', '"1\\r" is not a number'],
    ['a 1 2 3', 'expected the end of the line, found "3"'],
    ['a 1 -5', 'expected the end of the line, found "-5"'],
    ['a 1 99999999999999999999', 'the timestamp 99999999999999999999 is out of range'],
    ['a 0x1p3', '"0x1p3" is not a number'],
    ['a 1_000', '"1_000" is not a number'],
    ['a +nan', '"+nan" is not a number'],
    ['a 1e999', '"1e999" is not a number'],
    ['9a 1', 'expected a metric name, found "9a 1"'],
    ['<html>', 'expected a metric name, found "<html>"'],
    ['a{9="x"} 1', 'expected a label name, found "9=\\"x\\"} 1"'],
    ['a{x:y="x"} 1', 'expected "=" after the label\'s name, found ":y=\\"x\\"} 1"'],
    ['a{,} 1', 'expected a label name, found ",} 1"'],
    ['a{x="1",,} 1', 'expected a label name, found ",} 1"'],
    ['a{x=1} 1', 'expected a quoted label value, found "1} 1"'],
    ['a{x="1} 1', 'expected a quoted label value, found "\\"1} 1"'],
    ['a{x="1\\\n"} 1', 'expected a quoted label value, found "\\"1\\\\"'],
    ['a{x="1"', 'expected a label name, found the end of the text'],
    ['a{x="1",x="2"} 1', "the label x is given twice, or is the metric's name"],
    ['a{__name__="b"} 1', "the label __name__ is given twice, or is the metric's name"],
    ['a{"b"} 1', 'the metric has two names, a and b'],
    ['{a="b"} 1', 'the metric has no name'],
    ['{""} 1', 'expected a label name, found "} 1"'],
    ['{} 1', 'the metric has no name'],
    ['# TYPE a  counter', 'invalid metric type " counter"'],
    ['# TYPE a counter\r', 'invalid metric type "counter\\r"'],
    ['# TYPE a info', 'invalid metric type "info"'],
    ['# TYPE 9 counter', 'expected a metric name after TYPE, found "9 counter"'],
    ['# HELP ', 'expected a metric name after HELP, found the end of the text'],
    ['\0', 'expected a metric name, found "\\u0000"'],
  ])('%j', (line, message) => {
    expect(one(line)).toEqual({ kind: 'syntax', line: 1, message });
  });

  test('one bad line fails the scrape and is named', () => {
    const read = parseExposition('good 1\n# TYPE good gauge\n\nbad{ 2\ngood 3\n');
    expect(read.samples).toEqual([]);
    expect(read.problem).toMatchObject({ line: 4 });
  });

  test('too many samples are a problem of their own', () => {
    expect(parseExposition('a 1\na 2\n', 1).problem).toEqual({
      kind: 'too_many',
      line: 2,
      message: 'more than 1 samples',
    });
    expect(parseExposition('a 1\na 2\n', 2).samples).toHaveLength(2);
  });
});

test('comments, HELP and TYPE', () => {
  const text = [
    '# HELP a Some \\n text {"odd',
    '# TYPE a counter',
    '#TYPE b gauge',
    '# TYPES b gauge',
    '#',
    '# HELP',
    '#\tTYPE\tc histogram',
    '# TYPE "d.e" summary',
    '# TYPE a gauge',
    'a 1',
    '# EOF',
  ].join('\n');
  const read = parseExposition(text);
  expect(read.problem).toBeUndefined();
  expect([...read.types]).toEqual([
    ['a', 'gauge'],
    ['c', 'histogram'],
    ['d.e', 'summary'],
  ]);
});

const PAGE = `# HELP http_requests_total The total.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200",path="C:\\\\dir\\"x\\n"} 1027 1395066363000
{"quoted.name", a="b"} -1.5e-3
h_bucket{le="+Inf"} NaN
`;

test('no bytes crash it, and what it takes is whole (fuzz)', () => {
  const byte = fc.integer({ min: 0, max: 255 });
  const changes = fc.array(fc.tuple(fc.nat(PAGE.length - 1), byte, fc.boolean()), { maxLength: 8 });
  fc.assert(
    fc.property(changes, (edits) => {
      const bytes = [...Buffer.from(PAGE)];
      for (const [at, value, isInsert] of edits) bytes.splice(at, isInsert ? 0 : 1, value);
      const read = parseExposition(Buffer.from(bytes).toString('utf8'));
      if (read.problem === undefined) expect(read.samples.every((sample) => sample.name !== '')).toBe(true);
      else expect(read.problem.line).toBeGreaterThan(0);
    }),
    { numRuns: 2_000 },
  );
});

test('what is written is read back (property)', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((it) => it !== '__name__');
  const quote = (it: string) =>
    `"${it.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
  fc.assert(
    fc.property(text, fc.dictionary(text, text), fc.double(), (name, labels, value) => {
      const pairs = Object.entries(labels).map(([key, it]) => `,${quote(key)}=${quote(it)}`);
      const { samples, problem } = parseExposition(`{${quote(name)}${pairs.join('')}} ${value}\n`);
      expect(problem).toBeUndefined();
      expect(samples.map((it) => [it.name, { ...it.labels }, it.value])).toEqual([
        [name, { ...labels }, value + 0 === 0 ? 0 : value],
      ]);
    }),
  );
});

test.each([
  ['an endless string', `a{x="${'y'.repeat(3e6)}`],
  ['escapes only', `a{x="${'\\'.repeat(3e6)}`],
  ['digits only', `a ${'1'.repeat(3e6)}`],
  ['a name only', 'n'.repeat(3e6)],
  ['blanks only', ' '.repeat(3e6)],
  ['timestamp without end', `a 1 ${'1'.repeat(3e6)}`],
])('%s of three megabytes ends', (_, text) => {
  expect(parseExposition(text).samples).toEqual([]);
});
