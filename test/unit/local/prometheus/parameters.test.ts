import { describe, expect, test } from 'vitest';
import {
  durationOf,
  limitOf,
  optionalTimeOf,
  parametersOf,
  timeOf,
} from '../../../../local/prometheus/parameters.ts';

const withX = (text: string): URLSearchParams => new URLSearchParams({ x: text });

describe('a time', () => {
  test.each([
    ['0', 0],
    ['1700000000', 1_700_000_000_000],
    ['1700000000.1237', 1_700_000_000_124],
    ['-1.5', -1_500],
    ['1e9', 1_000_000_000_000],
    ['1970-01-01T00:00:01Z', 1_000],
    ['1970-01-01T01:00:01.25+01:00', 1_250],
  ])('%s is %i ms', (text, atMs) => {
    expect(timeOf(withX(text), 'x')).toBe(atMs);
    expect(optionalTimeOf(withX(text), 'x')).toBe(atMs);
  });

  test.each([
    '',
    'now',
    '1970-01-01',
    '1970-01-01 00:00:00Z',
    '0x10',
    '1e300',
    'NaN',
    ' 1',
    '1970-13-01T00:00:00Z',
    '1970-11-31T00:00:00Z',
    '1970-11-30T24:00:00Z',
  ])('%j is none', (text) => {
    expect(() => timeOf(withX(text), 'x')).toThrow(
      `invalid parameter "x": cannot parse ${JSON.stringify(text)} to a valid timestamp`,
    );
  });

  test('may be absent where it is optional', () => {
    expect(optionalTimeOf(withX(''), 'x')).toBeUndefined();
    expect(optionalTimeOf(withX('0'), 'y')).toBeUndefined();
    expect(() => timeOf(withX('0'), 'y')).toThrow('cannot parse ""');
    expect(() => optionalTimeOf(withX('soon'), 'x')).toThrow(
      `Invalid time value for 'x': cannot parse "soon"`,
    );
  });
});

describe('a duration', () => {
  test.each([
    ['15', 15_000],
    ['0.5', 500],
    ['-15', -15_000],
    ['15s', 15_000],
    ['1d2h', 93_600_000],
    ['1m500ms', 60_500],
  ])('%s is %i ms', (text, ms) => {
    expect(durationOf(withX(text), 'x')).toBe(ms);
  });

  test.each(['', 's', '1s1m', '1.5m', 'forever'])('%j is none', (text) => {
    expect(() => durationOf(withX(text), 'x')).toThrow(
      `cannot parse ${JSON.stringify(text)} to a valid duration`,
    );
  });

  test('must be one that Prometheus can count', () => {
    expect(() => durationOf(withX('1e10'), 'x')).toThrow('It overflows int64');
  });
});

describe('a limit', () => {
  test.each([
    ['', Infinity],
    ['0', Infinity],
    ['7', 7],
  ])('%j is %i', (limit, most) => {
    expect(limitOf(new URLSearchParams({ limit }))).toBe(most);
  });

  test.each([
    ['-1', 'limit must be non-negative'],
    ['x', 'invalid syntax'],
    ['1.5', 'invalid syntax'],
  ])('%j is refused: %s', (limit, error) => {
    expect(() => limitOf(new URLSearchParams({ limit }))).toThrow(error);
  });
});

test('of a form and an address that say the same the form counts', () => {
  const query = new URLSearchParams({ query: 'a', time: '1' });
  const body = Buffer.from('query=b');
  expect(parametersOf('POST', { query, body }).get('query')).toBe('b');
  expect(parametersOf('POST', { query, body }).get('time')).toBe('1');
  expect(parametersOf('GET', { query, body }).get('query')).toBe('a');
});
