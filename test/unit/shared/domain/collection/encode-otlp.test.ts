import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeOtlp } from '../../../../../shared/domain/collection/encode-otlp.ts';
import type { SeriesPoint } from '../../../../../shared/domain/collection/point.ts';

const LIMITS = { maxPoints: 1_000, maxBytes: 4_000_000 };
const RESOURCE = { 'homeostat.system': 'shop', 'service.name': 'web' };
const gauge = (name: string, value = 1, labels = {}): SeriesPoint => ({
  kind: 'gauge',
  name,
  labels,
  value,
  atMs: 1_700_000_000_123,
});

test('gauges and cumulative monotonic sums, grouped by metric', () => {
  const points: SeriesPoint[] = [
    gauge('up', 1, { job: 'web' }),
    {
      kind: 'sum',
      name: 'hits_total',
      labels: {},
      value: 5,
      atMs: 1_700_000_000_123,
      startMs: 1_600_000_000_000,
    },
    gauge('up', 0, { job: 'x' }),
  ];
  const requests = encodeOtlp(RESOURCE, points, LIMITS);
  expect(requests.map((request) => request.points)).toEqual([3]);
  const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
    resourceMetrics: [
      {
        resource: { attributes: [attribute('homeostat.system', 'shop'), attribute('service.name', 'web')] },
        scopeMetrics: [
          {
            scope: { name: 'homeostat' },
            metrics: [
              {
                name: 'up',
                gauge: {
                  dataPoints: [
                    {
                      attributes: [attribute('job', 'web')],
                      timeUnixNano: '1700000000123000000',
                      asDouble: 1,
                    },
                    { attributes: [attribute('job', 'x')], timeUnixNano: '1700000000123000000', asDouble: 0 },
                  ],
                },
              },
              {
                name: 'hits_total',
                sum: {
                  aggregationTemporality: 2,
                  isMonotonic: true,
                  dataPoints: [
                    {
                      attributes: [],
                      startTimeUnixNano: '1600000000000000000',
                      timeUnixNano: '1700000000123000000',
                      asDouble: 5,
                    },
                  ],
                },
              },
            ],
          },
        ],
      },
    ],
  });
});

test('nothing to send is no request', () => {
  expect(encodeOtlp(RESOURCE, [], LIMITS)).toEqual([]);
});

test('no request is over the limits, and no point is lost (property)', () => {
  const point = fc.record({
    name: fc.string({ minLength: 1, maxLength: 20, unit: 'binary' }),
    value: fc.double({ noNaN: true, noDefaultInfinity: true }),
    labels: fc.dictionary(fc.string({ maxLength: 8 }), fc.string({ maxLength: 40, unit: 'grapheme' }), {
      maxKeys: 4,
    }),
  });
  const limits = { maxPoints: 7, maxBytes: 6_000 };
  fc.assert(
    fc.property(fc.array(point, { maxLength: 60 }), (all) => {
      const requests = encodeOtlp(
        RESOURCE,
        all.map(({ name, value, labels }) => gauge(name, value, labels)),
        limits,
      );
      for (const { body, points } of requests) {
        expect(points).toBeLessThanOrEqual(7);
        expect(Buffer.byteLength(body)).toBeLessThanOrEqual(6_000);
        JSON.parse(body);
      }
      expect(requests.reduce((sum, { points }) => sum + points, 0)).toBe(all.length);
    }),
  );
});
