import { describe, expect, test } from 'vitest';
import { check } from '../../../../shared/promql/check.ts';
import { evaluateInstant, evaluateRange, type ResultSeries } from '../../../../shared/promql/evaluate.ts';
import { memorySource } from './memory-source.ts';

/** What the comparison with Prometheus itself (`test/contract/promql`) has found, one by one. */

const SOURCE = memorySource([
  { labels: { __name__: 'a', x: '1' }, timesMs: [0], values: [1] },
  { labels: { __name__: 'b', x: '1' }, timesMs: [600_000], values: [2] },
  { labels: { __name__: 'c', x: '1', y: '1' }, timesMs: [0], values: [1] },
  { labels: { __name__: 'c', x: '1', y: '2' }, timesMs: [0], values: [1] },
  { labels: { __name__: 'bucket', le: '1' }, timesMs: [0], values: [1] },
  { labels: { __name__: 'bucket', le: '2' }, timesMs: [0], values: [1] },
  { labels: { __name__: 'bucket', le: '+Inf' }, timesMs: [0], values: [1] },
  { labels: { __name__: 'none', x: '1' }, timesMs: [0], values: [Number.NaN] },
]);

function parsed(text: string) {
  const result = check(text);
  if (!result.ok) throw new Error(`${text}: ${JSON.stringify(result.errors)}`);
  return result.expr;
}

const at = (text: string, atMs = 0): unknown => {
  const result = evaluateInstant(parsed(text), SOURCE, atMs);
  return result.kind === 'vector' ? result.samples.map(({ value }) => value) : result;
};
const range = (text: string): readonly ResultSeries[] =>
  evaluateRange(parsed(text), SOURCE, { startMs: 0, endMs: 600_000, stepMs: 60_000 }).series;

describe('As Prometheus', () => {
  test('a side that has too many of a group is no error while the other side is empty', () => {
    expect(at('nothing * on (x) c')).toEqual([]);
    expect(range('b * on (x) c')).toEqual([]);
    expect(() => at('a * on (x) c')).toThrow('found duplicate series for the match group {x="1"}');
  });

  test('series that only their names told apart may take turns for a function, but not for a range or a minus', () => {
    expect(range('abs({__name__=~"a|b"})')).toHaveLength(1);
    for (const text of ['-{__name__=~"a|b"}', 'count_over_time({__name__=~"a|b"}[1m])'])
      expect(() => range(text)).toThrow('vector cannot contain metrics with the same labelset');
  });

  test('what `and` and `unless` leave has the names of the left side', () => {
    expect(() => at('abs({__name__=~"a|none"} and a)')).toThrow('same labelset');
    expect(() => at('abs({__name__=~"a|none"} unless b)')).toThrow('same labelset');
  });

  test('clamping prefers infinity to what is not a number', () => {
    expect(at('clamp_min(none, Inf)')).toEqual([Infinity]);
    expect(at('clamp_max(none, -Inf)')).toEqual([-Infinity]);
    expect(at('clamp_max(none, 1)')).toEqual([Number.NaN]);
  });

  test('an absent series has the labels that are fixed by = and by no later matcher', () => {
    const labels = (text: string): unknown => {
      const result = evaluateInstant(parsed(text), SOURCE, 0);
      return result.kind === 'vector' && result.samples[0]?.labels;
    };
    expect(labels('absent(nothing{x=~"1.*", x="1", y="2"})')).toEqual({ x: '1', y: '2' });
    expect(labels('absent(nothing{x="1", x=~"1.*", y="2"})')).toEqual({ y: '2' });
    expect(labels('absent(nothing{x="1", x="2", y="2"})')).toEqual({ y: '2' });
  });

  test('the change to -0 is -0', () => {
    const falling = memorySource([
      { labels: { __name__: 'zero' }, timesMs: [1_000, 60_000], values: [0, -0] },
    ]);
    expect(evaluateInstant(parsed('delta(zero[1m])'), falling, 60_000)).toMatchObject({
      samples: [{ value: -0 }],
    });
  });

  test('buckets that count not a number end at the highest bound', () => {
    expect(at('histogram_quantile(0.5, bucket * NaN)')).toEqual([2]);
  });

  test('an infinite number of strongest is told as Go writes it', () => {
    expect(() => at('topk(Inf, a)')).toThrow('Scalar value +Inf overflows int64');
  });

  test('a reference in label_replace ends where the word ends, and no number begins with a zero', () => {
    const replaced = (replacement: string): unknown => {
      const result = evaluateInstant(
        parsed(`label_replace(a, "to", "${replacement}", "x", "(.)")`),
        SOURCE,
        0,
      );
      return result.kind === 'vector' && result.samples[0]?.labels['to'];
    };
    expect(['$1-', '${1}é', '$0'].map(replaced)).toEqual(['1-', '1é', '1']);
    expect(['.$é', '.$1é', '.$01', '.$constructor', '.${__proto__}'].map(replaced)).toEqual(
      Array(5).fill('.'),
    );
  });

  test('count_values without the label that it gives counts all together', () => {
    expect(at('count_values without (x) ("x", {__name__=~"a|none"})')).toEqual([2]);
    expect(at('count_values without () ("__name__", {__name__=~"a|none"})')).toEqual([2]);
    expect(at('count_values without (x) ("y", {__name__=~"a|none"})')).toEqual([1, 1]);
  });
});
