import { expect, test } from 'vitest';
import { readPlayedModel } from '../../local/workload/played/read-model.ts';
import type { CompiledObjective, CompiledRule } from '../../shared/domain/catalog/compiled.ts';
import { anOrganization, aRecovery, aRule, aService, aSystem } from '../builders/catalog.ts';
import type { PlayedSystem } from '../systems/find-systems.ts';
import { fireOnHealthyDay } from '../systems/healthy-day.ts';
import { playRule } from '../systems/play-rule.ts';

const model = readPlayedModel(
  `services:
  a: {metrics: {g: {value: 1, wobble: 0.5, swing: {by: 1}}, c: {rate: 2}}}
  b: {metrics: {h: {value: 1}}}
faults:
  GaugeHigh: [{service: a, metric: g, value: 9}]
  TooLittle: [{service: a, metric: g, value: 3}]
  Always: [{service: a, metric: g, value: 9}]
  OfTwo: [{service: a, metric: g, value: 9}]
  Quiet: [{service: a, metric: c, rate: 0}]
  Down: [{service: a, process: crash}]
  Sick: [{service: b, process: unhealthy}]
  Leak: [{service: a, metric: g, slope: 1, healedByRestart: true}]
  Nightly: [{service: a, metric: g, value: 9}]
  Harmless: [{service: b, metric: h, value: 9}]
  Scarred: [{service: a, metric: c, rate: 1000000}]`,
  'plays.yaml',
);

function aPlayed(...rules: readonly Partial<CompiledRule>[]): PlayedSystem {
  const service = (name: string) =>
    aService(name, { scrape: { kind: 'static', urls: [`http://${name}.test:80/metrics`] } });
  const system = aSystem({
    services: { a: service('a'), b: service('b') },
    rules: rules.map((rule) => aRule({ reads: [], ...rule })),
    recoveries: [aRecovery({ match: { alertname: ['Down', 'Sick', 'Leak'] } })],
  });
  return { system, organization: anOrganization(), model, catalogDir: '' };
}

const reading = (metric: string) => [{ metric, absent: false }];

async function play(rule: Partial<CompiledRule>) {
  const played = aPlayed(rule);
  const [compiled] = played.system.rules;
  return compiled === undefined ? expect.fail('no rule') : playRule(played, compiled);
}

test('a rule fires on its fault after its `for`, pages by its severity, and resolves when the fault is over', async () => {
  const verdict = await play({ alert: 'GaugeHigh', query: 'g > 5', pendingS: 120, reads: reading('g') });
  expect(verdict).toMatchObject({
    pages: ['ana', 'raj', 'max'],
    recoveries: [],
    isHealed: false,
    problems: [],
  });
  expect(verdict.firedAfterS).toBeGreaterThanOrEqual(120);
  expect(verdict.firedAfterS).toBeLessThanOrEqual(240);
  expect(verdict.resolvedAfterS).toBeGreaterThan(0);
});

test('a warning pages nobody', async () => {
  const verdict = await play({
    alert: 'GaugeHigh',
    query: 'g > 5',
    severity: 'warning',
    reads: reading('g'),
  });
  expect(verdict).toMatchObject({ pages: [], problems: [] });
});

test('a counter that stands still is seen by its rate', async () => {
  const verdict = await play({ alert: 'Quiet', query: 'rate(c[5m]) < 1', reads: reading('c') });
  expect(verdict.problems).toEqual([]);
});

test.each([
  { alert: 'Down', query: 'up == 0', metric: 'up' },
  { alert: 'Sick', query: 'probe_success == 0', metric: 'probe_success' },
  { alert: 'Leak', query: 'g > 20', metric: 'g' },
])('$alert is healed by a restart before its fault is over', async ({ alert, query, metric }) => {
  const verdict = await play({ alert, query, reads: reading(metric) });
  expect(verdict).toMatchObject({ recoveries: ['restart: recovered'], isHealed: true, problems: [] });
});

test.each([
  { alert: 'TooLittle', query: 'g > 5', says: 'it did not fire on its fault' },
  { alert: 'NoFault', query: 'g > 5', says: 'plays.yaml has no fault "NoFault"' },
  { alert: 'Always', query: 'g > -5', says: 'homeostat-shop-shop-Always-0a1b2c3d fired while all was well' },
  // Its fault is about something else, as if it had never been switched on.
  { alert: 'Harmless', query: 'g > 5', says: 'it did not fire on its fault' },
  // A counter never comes down again, as if the fault were never ended.
  {
    alert: 'Scarred',
    query: 'c > 1e6',
    says: 'its incident was not resolved after the fault was over',
  },
  // Under the label of `a` nothing of `b` is seen, so nobody can say that it is over.
  {
    alert: 'OfTwo',
    query: 'max by (job) (g) / on () group_left () max(h) > 5',
    says: 'its incident was not resolved after the fault was over',
  },
])('$alert is found: $says', async ({ alert, query, says }) => {
  const verdict = await play({ alert, query, reads: [...reading('g'), ...reading('h'), ...reading('c')] });
  expect(verdict.problems).toContain(says);
});

test('a healthy day tells what fires on it, and not what is shorter than its `for`', async () => {
  // The wave is above 1.2 for ten hours around its top, with what chance adds or takes.
  const day = aPlayed(
    { alert: 'Nightly', query: 'avg_over_time(g[10m]) > 1.2', pendingS: 3600 },
    { alert: 'GaugeHigh', query: 'g > 5' },
    { alert: 'TooLittle', query: 'avg_over_time(g[10m]) > 1.2', pendingS: 86_400 - 3600 },
  );
  expect(await fireOnHealthyDay(day)).toEqual([
    expect.stringMatching(/^Nightly fires on a healthy day, at \d\d:\d\d$/),
  ]);
});

test('a healthy day tells which objectives are missed on it, or have nothing to show', async () => {
  const objective = (name: string, query: string, limit: number): CompiledObjective => ({
    name,
    query,
    holds: 'at-most',
    limit,
    target: 0.99,
    windowS: 86_400,
  });
  const day = aPlayed({ alert: 'GaugeHigh', query: 'g > 5' });
  const objectives = [objective('fine', 'g', 5), objective('wave', 'g', 1), objective('nothing', 'none', 1)];
  expect(await fireOnHealthyDay({ ...day, system: { ...day.system, objectives } })).toEqual([
    expect.stringMatching(/^objective wave is missed on a healthy day: attained 0\.\d+, known 1$/),
    expect.stringContaining('objective nothing is unknown'),
  ]);
});
