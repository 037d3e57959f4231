import { expect, test } from 'vitest';
import type { CompiledSystem } from '../../../../../shared/domain/catalog/compiled.ts';
import { IDLE, type Month } from '../../../../../shared/domain/cost/month.ts';
import { querySamples } from '../../../../../shared/domain/cost/query-samples.ts';
import { assumedSize, type SweepSize } from '../../../../../shared/domain/cost/sizes.ts';
import { usesOf } from '../../../../../shared/domain/cost/uses.ts';
import { aCatalog, aRecovery, aRule, aService, aSystem } from '../../../../builders/catalog.ts';

const SIZE: SweepSize = {
  how: 'measured',
  targets: 2,
  points: 300,
  bytes: 100_000,
  everything: { points: 900, bytes: 300_000 },
  series: { up: 2, requests_total: 6 },
  otherSeries: 1,
};
const BUSY: Month = { incidents: 10, openMinutes: 60, pages: 2, recoveries: 1 };
const MINUTES = 43_800;

const shop = (over: Partial<CompiledSystem> = {}): CompiledSystem =>
  aSystem({
    collection: { everyS: 30, timeoutS: 5, maxBytes: 1, metrics: ['*'] },
    rules: [aRule({ everyS: 60 })],
    recoveries: [aRecovery()],
    ...over,
  });

/** Quantity by item. */
function used(systems: readonly CompiledSystem[], month: Month = IDLE): Readonly<Record<string, number>> {
  const catalog = {
    ...aCatalog(),
    systems: Object.fromEntries(systems.map((system) => [system.system, system])),
  };
  const sizes = Object.fromEntries(systems.map(({ system }) => [system, SIZE]));
  const quantities: Record<string, number> = {};
  for (const { item, quantity } of usesOf(catalog, sizes, month))
    quantities[item] = (quantities[item] ?? 0) + quantity;
  return quantities;
}

test('an idle month worked out by hand', () => {
  const idle = used([shop()]);
  expect(idle).toMatchObject({
    // 100,000 bytes 87,600 times, in GB of 2^30 bytes.
    otlpGb: expect.closeTo(8.1584, 3) as number,
    // `up == 0` reads two series once a minute.
    promqlSamples: 2 * MINUTES,
    // The rule; errors of four functions, silence of two, three queues.
    alarms: 1 + 4 + 2 + 3,
    fastAlarms: 0,
    dashboards: 1,
    lambdaRequests: 2 * MINUTES,
    // 62 s at 1 GB, 1 s at a quarter.
    lambdaGbSeconds: MINUTES * 62 + MINUTES * 0.25,
    schedules: 2 * MINUTES,
    dynamoWrites: 2 * MINUTES,
    dynamoReads: 2 * MINUTES,
    cloudWatchRequests: MINUTES,
    kmsKeys: 1,
    natHours: 0,
  });
  for (const item of ['snsPublishes', 'sms', 'durableOperations', 'busEvents'])
    expect(idle[item] ?? 0).toBe(0);
});

test('a rule that is evaluated every 10 s scans six times as much and costs the price of high resolution', () => {
  const fast = used([shop({ rules: [aRule({ everyS: 10 })] })]);
  expect(fast).toMatchObject({ fastAlarms: 1, promqlSamples: 2 * 6 * MINUTES });
});

test('incidents bring events, pages, commits and recoveries, each so many times', () => {
  const idle = used([shop()]);
  const busy = used([shop()], BUSY);
  const more = (item: string): number => (busy[item] ?? 0) - (idle[item] ?? 0);
  expect(more('busEvents')).toBe(80);
  expect(more('sqsRequests')).toBe(240);
  expect(more('snsPublishes')).toBe(10 * 2 + 10 * 4);
  expect(more('dynamoWrites')).toBe(10 * 8 * 5);
  expect(more('durableOperations')).toBe(160);
  // Eight events of half a second at 512 MB, and eight runs of a second at 256 MB, for each of ten.
  expect(more('lambdaGbSeconds')).toBeCloseTo(80 * 0.5 * 0.5 + 80 * 0.25, 6);
  expect(more('lambdaRequests')).toBe(160);
  // An hour of looks at the two series of `up`, ten times.
  expect(more('promqlSamples')).toBe(10 * 60 * 2);
});

test('where nothing can be recovered, no recovery is paid for', () => {
  expect(used([shop({ recoveries: [] })], BUSY)['durableOperations']).toBe(0);
});

test('two networks have two collects, and a gateway each if they are in a VPC', () => {
  const network = { vpcId: 'vpc-1', subnetIds: ['subnet-1', 'subnet-2'], securityGroupIds: ['sg-1'] };
  const same = { ...network, subnetIds: ['subnet-2', 'subnet-1'] };
  const bank = shop({ system: 'bank', network, rules: [] });
  const ledger = shop({ system: 'ledger', network: same, rules: [] });
  const all = used([shop(), bank, ledger]);
  expect(all).toMatchObject({
    lambdaGbSeconds: MINUTES * 62 * 2 + MINUTES * 0.25,
    schedules: 3 * MINUTES,
    alarms: 1 + 5 + 3 + 3,
    natHours: 730,
    dashboards: 3,
  });
  expect(all['natGb']).toBeGreaterThan(0);
});

test('a system whose size is not known is named', () => {
  const catalog = aCatalog(shop());
  expect(() => usesOf(catalog, {}, IDLE)).toThrow('No size was given for the system shop.');
});

test.each([
  ['up', 2],
  ['rate(requests_total[5m])', 6 * 10],
  ['rate(requests_total[10s])', 6],
  ['sum(rate(requests_total{status="500"}[1m])) / sum(rate(requests_total[1m])) > 0.2', 24],
  ['max_over_time(up[10m:1m])', 20],
  ['max_over_time(up[10m:])', 20],
  ['unheard_of > 1', 1],
  ['vector(1)', 0],
  ['no promql (', 0],
])('%s scans %d samples', (query, samples) => {
  const seriesOf = (metric: string): number => SIZE.series[metric] ?? SIZE.otherSeries;
  expect(querySamples(query, seriesOf, 30)).toBe(samples);
});

test('without a measurement a target counts as one of the quick start, tasks as one target', () => {
  const services = {
    a: aService('a', { scrape: { kind: 'static', urls: ['http://a.test/1', 'http://a.test/2'] } }),
    b: aService('b', { scrape: { kind: 'tasks', port: 1, path: '/' } }),
  };
  // Three targets of 136 points, two probes of four, two points of our own, at 312 bytes.
  expect(assumedSize(aSystem({ services }))).toMatchObject({
    how: 'assumed',
    targets: 3,
    points: 418,
    bytes: 130_416,
  });
  // Of a target's own points five are ours; three metrics that are read count as ten series each.
  const collection = {
    everyS: 30,
    timeoutS: 5,
    maxBytes: 1,
    metrics: ['a', 'b', 'c', 'up', 'probe_success'],
  };
  expect(assumedSize(aSystem({ services, collection }))).toMatchObject({
    points: 3 * (5 + 30) + 10,
    everything: { points: 418, bytes: 130_416 },
  });
  expect(assumedSize(aSystem({ services: {} }))).toMatchObject({ targets: 0, points: 2 });
});
