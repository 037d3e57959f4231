import { expect, test } from 'vitest';
import { readSight } from '../../../../shared/application/read-sight.ts';
import { check } from '../../../../shared/promql/check.ts';
import type { SeriesValue } from '../../../../shared/ports/series.ts';
import { aRule, aSystem } from '../../../builders/catalog.ts';
import { FakeClock } from '../../../fakes/fake-clock.ts';
import { fakePrometheus } from '../../../fakes/fake-prometheus.ts';

const NOW = 1_000_000;
const clock = new FakeClock(NOW);
const system = aSystem();
const own = (labels: Record<string, string>) => ({ ...labels, '@resource.homeostat.system': 'shop' });
const errors = aRule({ reads: [{ metric: 'http.errors', absent: false }] });

/** Keeps the queries, and answers each with the same. */
function listening(answer: readonly SeriesValue[] = []) {
  const queries: string[] = [];
  const instant = (query: string): Promise<readonly SeriesValue[]> => {
    queries.push(query);
    return Promise.resolve(answer);
  };
  return { queries, instant };
}

test('few queries, each confined to the system, grouped by the labels that the alerts have', async () => {
  const reader = listening();
  await readSight(reader, clock, system, [
    { rule: errors, attributes: own({ job: 'a', instance: 'b', 'http.route': '/x' }) },
    { rule: aRule(), attributes: {} },
  ]);
  expect(reader.queries).toEqual([
    'max by (job, instance, "http.route") (timestamp({"up","@resource.homeostat.system"="shop"}))',
    'max by (job, instance, "http.route") (timestamp({"probe_success","@resource.homeostat.system"="shop"}))',
    '{"up","@resource.homeostat.system"="shop"}',
    '{"process_start_time_seconds","@resource.homeostat.system"="shop"}',
    'max by (job, instance, "http.route") (timestamp({"http.errors","@resource.homeostat.system"="shop"}))',
    'max by (job, instance, "http.route") (timestamp({"up","@resource.homeostat.system"="shop"}))',
  ]);
});

test.each(['plain', 'with space', 'http.route', 'quote"d', 'back\\slash', 'ünïcode', '1digit', 'le'])(
  'a label called %j makes queries that are PromQL',
  async (label) => {
    const reader = listening();
    const rule = aRule({ reads: [{ metric: `m.${label}`, absent: false }] });
    await readSight(reader, clock, aSystem({ system: 'shop' }), [{ rule, attributes: { [label]: 'x' } }]);
    for (const query of reader.queries) expect(check(query), query).toMatchObject({ ok: true });
  },
);

test('what is read: targets that answer and that do not, health checks, the newest samples, when processes began', async () => {
  const series = fakePrometheus();
  const [up, down] = [own({ job: 'a', instance: '1' }), own({ job: 'a', instance: '2' })];
  series.write('up', up, 1, NOW - 10_000);
  series.write('up', down, 0, NOW - 20_000);
  series.write('up', { ...up, '@resource.homeostat.system': 'mall' }, 1, NOW);
  series.write('probe_success', down, 0, NOW - 15_000);
  series.write('process_start_time_seconds', up, 500, NOW - 10_000);
  series.write('http.errors', { ...up, code: '500' }, 3, NOW - 40_000);
  series.write('http.errors', { ...up, code: '503' }, 3, NOW - 30_000);
  expect(await readSight(series, clock, system, [{ rule: errors, attributes: up }])).toEqual({
    nowMs: NOW,
    freshMs: 60_000,
    targets: [
      { labels: { job: 'a', instance: '1' }, newestMs: NOW - 10_000, isUp: true },
      { labels: { job: 'a', instance: '2' }, newestMs: NOW - 20_000, isUp: false },
    ],
    probes: [{ labels: { job: 'a', instance: '2' }, newestMs: NOW - 15_000 }],
    heads: new Map([['http.errors', [{ labels: { job: 'a', instance: '1' }, newestMs: NOW - 30_000 }]]]),
    starts: [{ labels: { job: 'a', instance: '1' }, startedMs: 500_000 }],
  });
});

test('when CloudWatch cannot be asked, nothing is concluded', async () => {
  const series = fakePrometheus();
  series.outage = new Error('503');
  await expect(readSight(series, clock, system, [])).rejects.toThrow('503');
});
