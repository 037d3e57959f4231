import { describe, expect, test } from 'vitest';
import { check } from '../../../../shared/promql/check.ts';
import {
  evaluateInstant,
  evaluateRange,
  PromqlEvaluationError,
  type InstantResult,
} from '../../../../shared/promql/evaluate.ts';
import type { SeriesSource } from '../../../../shared/promql/series-source.ts';
import { isStaleMarker, staleMarker } from '../../../../shared/promql/stale-marker.ts';
import { memorySource, type MemorySeries } from './memory-source.ts';

const MINUTE_MS = 60_000;

const CLOSE_TO_1_1: unknown = expect.closeTo(1.1);

/** A series with one sample a minute from time 0 on; undefined leaves one out. */
function series(labels: Record<string, string>, ...samples: readonly (number | undefined)[]): MemorySeries {
  const points = samples.flatMap((value, minute) =>
    value === undefined ? [] : [{ atMs: minute * MINUTE_MS, value }],
  );
  return {
    labels,
    timesMs: points.map(({ atMs }) => atMs),
    values: Float64Array.from(points, ({ value }) => value),
  };
}

const SHOP = memorySource([
  series({ __name__: 'requests_total', service: 'cart', code: '200' }, 0, 60, 120, 180, 240, 300),
  series({ __name__: 'requests_total', service: 'cart', code: '500' }, 0, 6, 12, 18, 24, 30),
  series({ __name__: 'requests_total', service: 'pay', code: '200' }, 100, 130, 10, 40, 70, 100),
  series({ __name__: 'limit', service: 'cart' }, 2, 2, 2, 2, 2, 2),
  series({ __name__: 'gone', service: 'old' }, 1),
]);

function parsed(text: string) {
  const result = check(text);
  if (!result.ok) throw new Error(`${text}: ${JSON.stringify(result.errors)}`);
  return result.expr;
}

const at5 = (text: string): InstantResult => evaluateInstant(parsed(text), SHOP, 5 * MINUTE_MS);

function values(text: string): [Record<string, string>, number][] {
  const result = at5(text);
  if (result.kind !== 'vector') throw new Error(`${text} is a ${result.kind}`);
  return result.samples.map(({ labels, value }) => [{ ...labels }, value]);
}

describe('evaluateInstant', () => {
  test('A1: an alert expression gives one sample a series, at the time of evaluation, with the labels left', () => {
    expect(at5('sum by (service) (rate(requests_total{code!~"4.."}[5m])) > 1')).toMatchObject({
      kind: 'vector',
      samples: [{ labels: { service: 'cart' }, value: CLOSE_TO_1_1, atMs: 5 * MINUTE_MS }],
    });
  });

  test('a counter that starts over adds what it had', () => {
    // 130 to 10 is a restart: 30 + 10 + 30 + 30 + 30 over 5 minutes, from the sample at 0 to that at 5.
    expect(values('increase(requests_total{service="pay"}[6m])')).toEqual([
      [{ service: 'pay', code: '200' }, expect.closeTo(130 * 1.2)],
    ]);
    expect(values('resets(requests_total{service="pay"}[6m])')).toEqual([
      [{ service: 'pay', code: '200' }, 1],
    ]);
  });

  test('a sample stands for five minutes, and not at the fifth', () => {
    expect(values('gone')).toEqual([]);
    expect(evaluateInstant(parsed('gone'), SHOP, 5 * MINUTE_MS - 1)).toMatchObject({
      samples: [{ value: 1 }],
    });
    expect(evaluateInstant(parsed('gone'), SHOP, 7 * MINUTE_MS, { lookbackMs: 8 * MINUTE_MS })).toMatchObject(
      { samples: [{ value: 1 }] },
    );
  });

  test('timestamp() tells a sample of its own time', () => {
    expect(evaluateInstant(parsed('timestamp(gone)'), SHOP, 2 * MINUTE_MS)).toMatchObject({
      samples: [{ value: 0, atMs: 2 * MINUTE_MS }],
    });
  });

  test('absent() has the labels that the selector fixes', () => {
    expect(values('absent(nothing{a="b",c=~"d",e="f",e!="g"})')).toEqual([[{ a: 'b' }, 1]]);
    expect(values('absent(limit)')).toEqual([]);
  });

  test('scalars, strings and ranges are results too', () => {
    expect(at5('scalar(limit) * 2')).toMatchObject({ kind: 'scalar', value: 4 });
    expect(at5('"a"')).toMatchObject({ kind: 'string', value: 'a' });
    expect(at5('limit[2m]')).toMatchObject({
      kind: 'matrix',
      series: [{ timesMs: Float64Array.of(4 * MINUTE_MS, 5 * MINUTE_MS) }],
    });
  });

  test('one side may have many when it is said', () => {
    expect(values('requests_total / on (service) group_left () limit')).toEqual([
      [{ service: 'cart', code: '200' }, 150],
      [{ service: 'cart', code: '500' }, 15],
    ]);
  });

  test('what is ambiguous names both sides', () => {
    expect(() => values('requests_total / on (service) limit')).toThrow(
      'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right): [{__name__="requests_total", code="200", service="cart"}, {__name__="requests_total", code="500", service="cart"}] all match {__name__="limit", service="cart"}',
    );
    expect(() => values('limit / on (service) requests_total')).toThrow(
      'found duplicate series for the match group {service="cart"} on the right hand-side of the operation: [{__name__="requests_total", code="200", service="cart"}, {__name__="requests_total", code="500", service="cart"}];many-to-many matching not allowed',
    );
  });

  test('what is not evaluated yet is an error at its place', () => {
    const unknown = { kind: 'call', name: 'unheard_of', args: [], span: { from: 4, to: 16 } } as const;
    expect(() => evaluateInstant(unknown, SHOP, 0)).toThrow(
      new PromqlEvaluationError('function unheard_of is not supported yet', { from: 4, to: 16 }),
    );
  });

  test('a subquery of too many steps is refused', () => {
    expect(() => values('max_over_time(limit[1y:1ms])')).toThrow('at most 5000000 are allowed');
  });

  test('the calendar is that of UTC', () => {
    // 2024-02-29T23:59:30Z was a Thursday.
    const leapMs = 1_709_251_170_000;
    const parts = [
      'year()',
      'month()',
      'day_of_month()',
      'day_of_week()',
      'day_of_year()',
      'days_in_month()',
      'hour()',
      'minute()',
    ];
    const found = parts
      .map((text) => evaluateInstant(parsed(text), SHOP, leapMs))
      .map((result) => (result.kind === 'vector' ? result.samples[0]?.value : result));
    expect(found).toEqual([2024, 2, 29, 4, 60, 29, 23, 59]);
    expect(values('year(vector(-1)) + day_of_year(vector(-1)) / 1000')).toEqual([[{}, 1969.365]]);
  });
});

describe('stale markers', () => {
  const ended = new Float64Array(3);
  ended[0] = 1;
  ended[1] = staleMarker();
  ended[2] = 3;
  const source = memorySource([
    { labels: { __name__: 'm' }, timesMs: [0, MINUTE_MS, 2 * MINUTE_MS], values: ended },
  ]);
  const at = (text: string, minutes: number): InstantResult =>
    evaluateInstant(parsed(text), source, minutes * MINUTE_MS);

  test('a series ends at its marker and may begin again', () => {
    expect(at('m', 1)).toMatchObject({ kind: 'vector', samples: [] });
    expect(at('m', 2)).toMatchObject({ samples: [{ value: 3 }] });
    expect(at('count_over_time(m[3m])', 2)).toMatchObject({ samples: [{ value: 2 }] });
  });

  test('an ordinary NaN is a value', () => {
    expect(isStaleMarker(Number.NaN)).toBe(false);
    expect(isStaleMarker(Math.sqrt(-1))).toBe(false);
    expect(isStaleMarker(ended[1] ?? 0)).toBe(true);
  });
});

describe('evaluateRange', () => {
  const times = { startMs: 0, endMs: 2 * MINUTE_MS, stepMs: MINUTE_MS };

  test('each step is what an instant query gives at its time', () => {
    const expr = parsed(
      'sum by (service) (increase(requests_total[2m:30s])) or limit @ end() or -gone offset -1m',
    );
    const { startMs, endMs, stepMs } = { ...times, endMs: 6 * MINUTE_MS };
    const range = evaluateRange(expr, SHOP, { startMs, endMs, stepMs });
    // `@ end()` means another time in an instant query.
    const instants = parsed(
      'sum by (service) (increase(requests_total[2m:30s])) or limit @ 360 or -gone offset -1m',
    );
    for (let atMs = startMs; atMs <= endMs; atMs += stepMs) {
      const instant = evaluateInstant(instants, SHOP, atMs);
      const found = range.series.flatMap(({ labels, timesMs, values: all }) => {
        const at = Array.from(timesMs).indexOf(atMs);
        return at === -1 ? [] : [{ labels, value: all[at], atMs }];
      });
      expect(new Set(found)).toEqual(new Set(instant.kind === 'vector' ? instant.samples : []));
    }
  });

  test('what @ fixes is computed once, and is the same at each step', () => {
    const spans: number[] = [];
    const noting: SeriesSource = {
      select: (matchers, fromMs, toMs) => {
        spans.push(toMs - fromMs);
        return SHOP.select(matchers, fromMs, toMs);
      },
    };
    const pinned = parsed('sum(rate(requests_total[2m] @ end())) + scalar(limit @ 60) * 0');
    const { series: found } = evaluateRange(pinned, noting, { ...times, endMs: 5 * MINUTE_MS });
    const [one, ...others] = found;
    expect(others).toEqual([]);
    expect(new Set(Array.from(one?.values ?? []))).toEqual(new Set([1.6]));
    expect(one?.timesMs).toHaveLength(6);
    expect(spans).toEqual([2 * MINUTE_MS, 5 * MINUTE_MS]);
    const moving = parsed('limit @ 60 + time() - time()');
    expect(evaluateRange(moving, SHOP, times).series).toMatchObject([{ values: [2, 2, 2] }]);
  });

  test('a scalar is a series without labels', () => {
    expect(evaluateRange(parsed('time() / 60'), SHOP, times).series).toMatchObject([
      { labels: {}, values: Float64Array.of(0, 1, 2) },
    ]);
  });

  test('each selector is read once', () => {
    let selects = 0;
    const counting = {
      select: (...args: Parameters<typeof SHOP.select>) => (selects++, SHOP.select(...args)),
    };
    evaluateRange(
      parsed('rate(requests_total[5m]) > 0 and max_over_time(limit[5m:1m]) > 0'),
      counting,
      times,
    );
    expect(selects).toBe(2);
  });

  test('ranges that cannot be are refused', () => {
    expect(() => evaluateRange(parsed('limit[5m]'), SHOP, times)).toThrow('must be scalar or instant vector');
    expect(() => evaluateRange(parsed('limit'), SHOP, { ...times, stepMs: 0 })).toThrow(
      'a range needs a step above 0',
    );
    expect(() => evaluateRange(parsed('limit'), SHOP, { ...times, stepMs: 1 })).toThrow(
      'exceeded maximum resolution of 11000 points',
    );
  });
});
