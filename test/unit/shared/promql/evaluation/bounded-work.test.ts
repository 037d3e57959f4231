import { describe, expect, test } from 'vitest';
import { check } from '../../../../../shared/promql/check.ts';
import {
  evaluateInstant,
  evaluateRange,
  type EvaluationOptions,
  type ResultSeries,
} from '../../../../../shared/promql/evaluate.ts';
import { memorySource } from '../memory-source.ts';

/** What would take time or memory without bound, or fail with an error that says nothing. */

const DAY_MS = 86_400_000;
const MANY = 20_000;
const many = Array.from({ length: MANY }, (_, index) => ({
  labels: { __name__: 'many', n: String(index) },
  timesMs: [index],
  values: [index],
}));
const days = ['1', '2', '3'].map((n) => ({
  labels: { __name__: 'days', n },
  timesMs: Float64Array.from({ length: 1_000 }, (_, step) => step * (DAY_MS / 1_000) + 1),
  values: new Float64Array(1_000),
}));
const one = { labels: { __name__: 'one', text: 'ab' }, timesMs: [0], values: [1] };
const long = { labels: { __name__: 'long', text: 'x'.repeat(500_000) }, timesMs: [0], values: [1] };
const SOURCE = memorySource([...many, ...days, one, long]);

function parsed(text: string) {
  const result = check(text);
  if (!result.ok) throw new Error(`${text}: ${JSON.stringify(result.errors)}`);
  return result.expr;
}

function count(text: string, atMs = MANY, options: EvaluationOptions = {}): number {
  const result = evaluateInstant(parsed(text), SOURCE, atMs, options);
  if (result.kind === 'vector') return result.samples.length;
  return result.kind === 'matrix' ? result.series.length : 1;
}

describe('Bounded work', () => {
  test('many series of one match group are refused without comparing each with each', () => {
    expect(() => count('one * on() many')).toThrow(
      'found duplicate series for the match group {} on the right hand-side of the operation: [{__name__="many", n="0"}, {__name__="many", n="1"}]',
    );
    expect(() => count('many * on() group_right() one or many * on() group_left() many')).toThrow(
      'found duplicate series for the match group {}',
    );
    expect(() => count('one * on() fill(0) many')).toThrow('found duplicate series for the match group {}');
    expect(count('nothing * on() many')).toBe(0);
  });

  test('many series of one match group that take turns are matched step by step', () => {
    const times = { startMs: 0, endMs: 1_000, stepMs: 1 };
    const turns = (text: string): readonly ResultSeries[] =>
      evaluateRange(parsed(text), SOURCE, times, { lookbackMs: 1 }).series;
    const values = turns('many{n=~"[0-9]{1,3}"} + on() many{n=~"[0-9]{1,3}"}')[0]?.values ?? [];
    expect(Array.from(values)).toEqual(Array.from({ length: 1_000 }, (_, step) => 2 * step));
    expect(turns('vector(1) + on() fill_right(0.5) many{n=~"[0-9]{1,3}"}')[0]?.values).toHaveLength(1_001);
  });

  test('a chain of `or` does not carry along what it left out', () => {
    expect(count(Array(50).fill('many').join(' or '))).toBe(MANY);
  });

  test('samples of ranges count as long as they are held', () => {
    expect(count('sum(count_over_time(days[1d]))', DAY_MS, { maxSamples: 1_002 })).toBe(1);
    expect(() => count('sum(count_over_time(days[1d]))', DAY_MS, { maxSamples: 1_001 })).toThrow(
      'query processing would load too many samples into memory in query execution',
    );
  });

  test('a range that is the answer, and what `@` makes for every step, counts as well', () => {
    const tooMany = 'query processing would load too many samples into memory';
    expect(count('days[1d]', DAY_MS, { maxSamples: 4_010 })).toBe(3);
    expect(() => count('days[1d]', DAY_MS, { maxSamples: 2_000 })).toThrow(tooMany);
    expect(() => count('max_over_time((days @ 1)[1d:1s])', DAY_MS, { maxSamples: 200_000 })).toThrow(tooMany);
  });

  test('label values that double with each function end with an error', () => {
    const chain = (head: string, tail: string): string => head.repeat(40) + 'one' + tail.repeat(40);
    expect(() => count(chain('label_replace(', ', "text", "$1$1", "text", "(.*)")'))).toThrow(
      'label value in label_replace() is too long: up to',
    );
    expect(() => count(chain('label_join(', ', "text", "", "text", "text")'))).toThrow(
      'label value in label_join() is too long: up to',
    );
  });

  test('limit_ratio takes labels of any length', () => {
    expect(count('limit_ratio(0.5, long) or limit_ratio(-0.5, long)')).toBe(1);
  });
});
