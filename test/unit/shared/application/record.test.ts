import { expect, test } from 'vitest';
import { ORDER_GRACE_MS } from '../../../../shared/application/carry-out.ts';
import { commitDecision, record, systemOf } from '../../../../shared/application/record.ts';
import type { Deciding } from '../../../../shared/application/record.ts';
import { aCatalog } from '../../../builders/catalog.ts';
import { aSignal } from '../../../builders/timeline-of-decisions.ts';
import { FakeClock } from '../../../fakes/fake-clock.ts';
import { fakeIncidentLog } from '../../../fakes/fake-incident-log.ts';
import { FakeLog } from '../../../fakes/fake-log.ts';
import { fakePager } from '../../../fakes/fake-pager.ts';

/** Law 3: decided exactly once. */

const NOW = 5_000;

function start(over: Partial<Deciding> = {}) {
  const incidents = fakeIncidentLog();
  const clock = new FakeClock(NOW);
  const pager = fakePager(clock);
  const started: string[] = [];
  const recoveries = {
    start: (_: string, { attempt }: { attempt: string }) => {
      started.push(attempt);
      return Promise.resolve('e');
    },
  };
  const deps = {
    catalog: aCatalog(),
    clock,
    incidents,
    writer: 'intake',
    pager,
    recoveries,
    log: new FakeLog(),
    ...over,
  };
  return { deps, incidents, pager, started };
}

test('a decision is one commit, under its catalog, by its writer, and its orders go out', async () => {
  const { deps, incidents, pager, started } = start();
  const { commit, state } = await record(deps, 'shop', [aSignal()]);
  expect(commit).toMatchObject({ seq: 1, atMs: NOW, by: 'intake', catalogHash: '0123456789abcdef' });
  expect(state).toEqual(await incidents.load('shop'));
  expect(pager.pages.map(({ who }) => who)).toEqual(['ana', 'raj']);
  expect(started).toEqual(['shop-1-r1']);
  const [stored] = await incidents.read('shop', 1, 1);
  expect(Object.keys(stored?.receipts ?? {})).toHaveLength(4);
});

test('nothing follows: nothing is written', async () => {
  const { deps, incidents } = start();
  expect((await record(deps, 'shop', [{ type: 'tick' }])).commit).toBeUndefined();
  expect(await incidents.read('shop', 1, 9)).toEqual([]);
});

test('who only commits leaves the orders to escalate: they are due at once', async () => {
  const { deps, incidents, pager } = start();
  await commitDecision(deps, 'shop', [aSignal()], 0);
  expect(pager.pages).toEqual([]);
  expect(await incidents.due(NOW, 9)).toEqual([{ system: 'shop', seq: 1 }]);
});

test('while a writer carries out its orders, nobody else does, whatever else is due', async () => {
  const { deps, incidents, pager } = start();
  const silence = {
    type: 'silence',
    match: { a: 'b' },
    by: 'ana',
    reason: 'x',
    untilMs: NOW + 1_000,
  } as const;
  await record(deps, 'shop', [silence]);
  expect(await incidents.due(NOW + 1_000, 9)).toHaveLength(1);
  pager.dyingCallers = 1;
  void record(deps, 'shop', [aSignal()]);
  await deps.clock.sleep(0);
  expect(await incidents.due(NOW + ORDER_GRACE_MS - 1, 9)).toEqual([{ system: 'shop', seq: 1 }]);
  expect(await incidents.due(NOW + ORDER_GRACE_MS, 9)).toHaveLength(2);
});

test('of two who take in the same event at once one commits, the other finds it done', async () => {
  const { deps, incidents, pager } = start();
  const both = await Promise.all([record(deps, 'shop', [aSignal()]), record(deps, 'shop', [aSignal()])]);
  expect(both.filter(({ commit }) => commit !== undefined)).toHaveLength(1);
  expect(await incidents.read('shop', 1, 9)).toHaveLength(1);
  expect(pager.pages).toHaveLength(2);
});

test('many writers of different events all get their turn', async () => {
  const { deps, incidents } = start();
  const instances = Array.from({ length: 12 }, (_, at) => `10.0.0.${String(at)}:80`);
  await Promise.all(
    instances.map((instance) =>
      record(deps, 'shop', [aSignal({ attributes: { job: 'inventory', instance } })]),
    ),
  );
  const { incidents: open } = await incidents.load('shop');
  expect(Object.keys(open)).toEqual(['shop-1']);
  expect(Object.keys(open['shop-1']?.alerts ?? {})).toHaveLength(12);
});

test('who loses for ever gives up, and says what to look at', async () => {
  const { deps } = start({ incidents: { ...fakeIncidentLog(), append: () => Promise.resolve(false) } });
  await expect(record(deps, 'shop', [aSignal()])).rejects.toThrow(
    'Lost the race for the next commit of shop 40 times in a row',
  );
});

test('a system that is not in the catalog is an error that names those that are', () => {
  expect(() => systemOf(aCatalog(), 'mall')).toThrow(
    'System "mall" is not in the catalog 0123456789abcdef. Known: shop.',
  );
});
