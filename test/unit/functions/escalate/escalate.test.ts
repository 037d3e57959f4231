import { expect, test } from 'vitest';
import type { EscalateDeps } from '../../../../functions/escalate/escalate.ts';
import { escalate } from '../../../../functions/escalate/escalate.ts';
import { commitDecision, record } from '../../../../shared/application/record.ts';
import { aCatalog, aRule, aSystem } from '../../../builders/catalog.ts';
import { aSignal } from '../../../builders/timeline-of-decisions.ts';
import { FakeClock } from '../../../fakes/fake-clock.ts';
import { fakeIncidentLog } from '../../../fakes/fake-incident-log.ts';
import { FakeLog } from '../../../fakes/fake-log.ts';
import { fakePager } from '../../../fakes/fake-pager.ts';
import { fakePrometheus } from '../../../fakes/fake-prometheus.ts';

const MIN = 60_000;
const latency = aRule({ alert: 'HighLatency' }).alarmName;
const signal = aSignal({ alarm: latency });

function start(over: Partial<EscalateDeps> = {}) {
  const clock = new FakeClock(0);
  const incidents = fakeIncidentLog();
  const pager = fakePager(clock);
  const asked: string[] = [];
  const health = { isHealthy: true };
  const contributors = [{ attributes: signal.attributes, sinceMs: 0 }];
  const deps: EscalateDeps = {
    catalog: aCatalog(),
    clock,
    incidents,
    pager,
    log: new FakeLog(),
    writer: 'escalate',
    series: fakePrometheus(),
    recoveries: { start: () => Promise.resolve('e') },
    alarms: {
      inAlarm: () => Promise.resolve([]),
      contributors: (alarm) => Promise.resolve(alarm === latency ? contributors : []),
    },
    health: {
      ask: (url) => {
        asked.push(url);
        return Promise.resolve({ isHealthy: health.isHealthy, because: url });
      },
    },
    ...over,
  };
  return { deps, clock, incidents, pager, asked, health };
}

test('an order without a receipt goes out after its grace, not before: its writer may still be at it', async () => {
  const { deps, clock, pager } = start();
  await commitDecision(deps, 'shop', [signal], 20_000);
  clock.forward(19_000);
  await escalate(deps);
  expect(pager.pages).toEqual([]);
  clock.forward(1_000);
  await escalate(deps);
  expect(pager.pages.map(({ who }) => who)).toEqual(['ana', 'raj']);
  clock.forward(20_000);
  await escalate(deps);
  expect(pager.pages.filter(({ kind }) => kind === 'opened')).toHaveLength(2);
});

test('commits whose time has come are looked at once, and are due no more', async () => {
  const { deps, clock, incidents } = start();
  for (let turn = 0; turn < 5; turn += 1) {
    const attributes = { job: 'inventory', instance: String(turn) };
    await record(deps, 'shop', [aSignal({ alarm: latency, attributes })]);
    clock.forward(1_000);
  }
  clock.forward(10 * MIN);
  expect(await incidents.due(clock.nowMs(), 99)).toHaveLength(5);
  await escalate(deps);
  expect(await incidents.due(clock.nowMs(), 99)).toEqual([]);
});

test('one system that cannot be looked at keeps no other one back, and is an error at the end', async () => {
  const mall = aSystem({ system: 'mall', rules: [], recoveries: [] });
  const catalog = { ...aCatalog(), systems: { broken: aSystem({ system: 'broken' }), mall } };
  const { deps, incidents } = start({ catalog });
  const loaded: string[] = [];
  const load = (system: string) => {
    loaded.push(system);
    return system === 'broken' ? Promise.reject(new Error('broken')) : incidents.load(system);
  };
  await expect(escalate({ ...deps, incidents: { ...incidents, load } })).rejects.toThrow(
    '1 systems could not be looked at',
  );
  expect(loaded).toContain('mall');
});

test('after a failed attempt the health of what it acted on is asked, until it answers', async () => {
  const { deps, clock, asked, health, incidents } = start();
  await record(deps, 'shop', [aSignal()]);
  await record(deps, 'shop', [
    { type: 'end-attempt', attempt: 'shop-1-r1', outcome: 'failed', reason: 'still fires' },
  ]);
  health.isHealthy = false;
  clock.forward(MIN);
  await escalate(deps);
  expect(asked).toEqual(['http://inventory.test/health']);
  expect((await incidents.load('shop')).incidents['shop-1']?.handedOver).toBeDefined();
  health.isHealthy = true;
  clock.forward(MIN);
  await escalate(deps);
  expect((await incidents.load('shop')).incidents['shop-1']?.handedOver).toBeUndefined();
  clock.forward(MIN);
  await escalate(deps);
  expect(asked).toHaveLength(2);
});

test('more readings than fit into one commit go into several', async () => {
  const rules = Array.from({ length: 45 }, (_, at) =>
    aRule({ alert: `Rule${String(at)}`, severity: 'warning' }),
  );
  const names = rules.map(({ alarmName }) => alarmName);
  const { deps, incidents } = start({
    catalog: aCatalog(aSystem({ rules, recoveries: [] })),
    alarms: {
      inAlarm: () => Promise.resolve(names),
      contributors: () => Promise.resolve([{ attributes: { job: 'inventory' }, sinceMs: 0 }]),
    },
  });
  await escalate(deps);
  expect(await incidents.read('shop', 1, 9)).toHaveLength(3);
  expect(Object.keys((await incidents.load('shop')).incidents['shop-1']?.alerts ?? {})).toHaveLength(45);
});

test('a system that left the catalog does not stay in the index: its orders are sent once more, and it is left', async () => {
  const { deps, clock, incidents, pager } = start();
  await commitDecision(deps, 'shop', [signal], 20_000);
  clock.forward(MIN);
  const { shop: _, ...systems } = deps.catalog.systems;
  await escalate({ ...deps, catalog: { ...deps.catalog, systems } });
  expect(pager.pages.length).toBeGreaterThan(0);
  expect(await incidents.due(Number.MAX_SAFE_INTEGER, 10)).toEqual([]);
});
