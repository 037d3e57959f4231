import { expect, test } from 'vitest';
import { readOtlpMetrics } from '../../../../local/cloudwatch/otlp-metrics.ts';

const NOW = Date.UTC(2026, 2, 1, 12);
const nanos = (atMs: number): string => `${atMs}000000`;
const place = { nowMs: NOW, systemLabels: { '@aws.region': 'us-east-1' } };

interface Point {
  attributes?: { key: string; value: object }[];
  timeUnixNano?: string;
  asDouble?: number | string;
  asInt?: string;
  flags?: number;
}
const aPoint = (over: Point = {}): Point => ({ timeUnixNano: nanos(NOW), asDouble: 1, ...over });
const aRequest = (...metrics: object[]): Buffer =>
  Buffer.from(
    JSON.stringify({
      resourceMetrics: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'cart' } }] },
          scopeMetrics: [{ scope: { name: 'homeostat', version: '1' }, metrics }],
        },
      ],
    }),
  );
const aGauge = (...dataPoints: Point[]): object => ({ name: 'up', gauge: { dataPoints } });
const read = (...metrics: object[]) => readOtlpMetrics(aRequest(...metrics), place);

test('labels are flattened as CloudWatch does it', () => {
  const [sample] = read(
    aGauge(
      aPoint({
        attributes: [
          { key: 'instance', value: { stringValue: '10.0.0.1:80' } },
          { key: 'port', value: { intValue: '80' } },
          { key: 'empty', value: { stringValue: '' } },
        ],
      }),
    ),
  ).samples;
  expect(sample).toEqual({
    labels: {
      __name__: 'up',
      instance: '10.0.0.1:80',
      port: '80',
      '@resource.service.name': 'cart',
      '@instrumentation.@name': 'homeostat',
      '@instrumentation.@version': '1',
      '@aws.region': 'us-east-1',
    },
    atMs: NOW,
    value: 1,
  });
});

test('of a metric it is told what it is: only what never falls is a counter', () => {
  const sum = (name: string, isMonotonic?: boolean): object => ({
    name,
    description: 'Answered requests.',
    unit: '1',
    sum: { dataPoints: [aPoint()], aggregationTemporality: 2, isMonotonic },
  });
  const stale = { name: 'gone', gauge: { dataPoints: [aPoint({ flags: 1 })] } };
  expect([...read(aGauge(aPoint()), sum('requests', true), sum('open'), stale).metadata]).toEqual([
    ['up', { type: 'gauge', help: '', unit: '' }],
    ['requests', { type: 'counter', help: 'Answered requests.', unit: '1' }],
    ['open', { type: 'gauge', help: 'Answered requests.', unit: '1' }],
  ]);
});

test('a cumulative sum and integers as strings are read; infinity is a value', () => {
  const sum = {
    name: 'requests_total',
    sum: {
      aggregationTemporality: 'AGGREGATION_TEMPORALITY_CUMULATIVE',
      isMonotonic: true,
      dataPoints: [{ timeUnixNano: nanos(NOW), asInt: '9007199254740991' }],
    },
  };
  expect(read(sum, aGauge(aPoint({ asDouble: 'Infinity' }))).samples.map(({ value }) => value)).toEqual([
    9007199254740991,
    Infinity,
  ]);
});

test('a stale marker is no sample and no fault', () => {
  expect(read(aGauge(aPoint({ flags: 1 })))).toEqual({
    samples: [],
    metadata: new Map(),
    rejectedDataPoints: 0,
    reasons: [],
  });
});

test.each([
  {
    metric: { name: 'd', sum: { aggregationTemporality: 1, dataPoints: [aPoint()] } },
    message: 'Metric "d" is a sum of delta temporality; send cumulative sums.',
  },
  { metric: { name: 'h', histogram: { dataPoints: [] } }, message: 'Metric "h" is of kind histogram' },
  { metric: { name: 's', summary: { dataPoints: [] } }, message: 'Metric "s" is of kind summary' },
])('refused as a whole: $message', ({ metric, message }) => {
  expect(() => read(metric)).toThrow(message);
});

test.each([
  { when: 'ten minutes ahead', atMs: NOW + 600_000, isTaken: true },
  { when: 'more than that', atMs: NOW + 600_001, isTaken: false },
  { when: 'fourteen days old', atMs: NOW - 14 * 86_400_000, isTaken: true },
  { when: 'older than that', atMs: NOW - 14 * 86_400_000 - 1, isTaken: false },
])('a point $when is taken: $isTaken', ({ atMs, isTaken }) => {
  const batch = read(aGauge(aPoint(), aPoint({ timeUnixNano: nanos(atMs) })));
  expect(batch.rejectedDataPoints).toBe(isTaken ? 0 : 1);
  expect(batch.samples).toHaveLength(isTaken ? 2 : 1);
});

const attributes = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: { stringValue: 'v' } }));

test.each([
  { why: 'NaN is no value', point: aPoint({ asDouble: 'NaN' }), reason: 'no number' },
  { why: 'no value at all', point: { timeUnixNano: nanos(NOW) }, reason: 'no number' },
  { why: '151 labels', point: aPoint({ attributes: attributes(148) }), reason: '151 labels' },
  {
    why: 'a value over 1,024 characters',
    point: aPoint({ attributes: [{ key: 'k', value: { stringValue: 'x'.repeat(1025) } }] }),
    reason: 'Attribute string value exceeds maximum length: 1024',
  },
  {
    why: 'an attribute __name__',
    point: aPoint({ attributes: [{ key: '__name__', value: { stringValue: 'x' } }] }),
    reason: '"__name__"',
  },
])('one bad point costs only itself: $why', ({ point, reason }) => {
  const batch = read(aGauge(aPoint(), point));
  expect(batch.samples).toHaveLength(1);
  expect(batch.rejectedDataPoints).toBe(1);
  expect(batch.reasons[0]).toContain(reason);
});

test('150 labels are taken', () => {
  expect(read(aGauge(aPoint({ attributes: attributes(147) }))).samples).toHaveLength(1);
});

test('a request of nothing but bad points is refused', () => {
  expect(() => read(aGauge(aPoint({ asDouble: 'NaN' })))).toThrow('None of the 1 datapoints was taken');
});

test('1,000 datapoints are taken and 1,001 refused', () => {
  const points = (count: number) => Array.from({ length: count }, (_, index) => aPoint({ asDouble: index }));
  expect(read(aGauge(...points(600)), aGauge(...points(400))).samples).toHaveLength(1000);
  expect(() => read(aGauge(...points(600)), aGauge(...points(401)))).toThrow('1001 datapoints; at most 1000');
});

test.each([
  { body: Buffer.from('{'), message: 'not JSON' },
  { body: Buffer.from('{"resourceMetrics": 1}'), message: 'resourceMetrics' },
  { body: Buffer.alloc(5 * 1024 * 1024 + 1, ' '), message: '5242881 bytes' },
])('a body that cannot be taken says why: $message', ({ body, message }) => {
  expect(() => readOtlpMetrics(body, place)).toThrow(message);
});
