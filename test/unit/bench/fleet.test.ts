import { expect, test } from 'vitest';
import { fleet, SERIES_PER_INSTANCE } from '../../../bench/promql/fleet.ts';

const SIZE = { series: 4 * SERIES_PER_INSTANCE, samples: 50 };

test('a fleet is the same every time, with as many series as were asked for, no two of them alike', () => {
  const series = [...fleet(SIZE)];
  expect(series).toEqual([...fleet(SIZE)]);
  expect(new Set(series.map(({ labels }) => JSON.stringify(labels))).size).toBe(SIZE.series);
});

test('its counters never fall, and its buckets hold what is in those below them', () => {
  const values = (name: string, le?: string): number[] =>
    [...fleet(SIZE)]
      .filter(({ labels }) => labels['__name__'] === name && labels['le'] === le)
      .flatMap((one) => Array.from(one.values));
  const duration = 'http_request_duration_seconds';
  for (const one of fleet(SIZE)) {
    if (!/_(?:total|bucket|count|sum)$/.test(one.labels['__name__'] ?? '')) continue;
    const ascending = Array.from(one.values);
    expect(ascending).toEqual(ascending.toSorted((a, b) => a - b));
  }
  expect(values(`${duration}_bucket`, '+Inf')).toEqual(values(`${duration}_count`));
  const [small, large] = [values(`${duration}_bucket`, '0.1'), values(`${duration}_bucket`, '0.25')];
  expect(small.every((value, at) => value <= (large[at] ?? 0))).toBe(true);
});
