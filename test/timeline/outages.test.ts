import { expect, test } from 'vitest';
import { incidents, restarts, told } from './as-told.ts';
import { startOps } from './start-ops.ts';

test('law 4: the store is down when the alarm comes: the raw alarm is paged, and nothing is lost when it is back', async () => {
  const ops = startOps({ at: '2026-03-01T01:59:00Z' });
  await ops.forward({ minutes: 1 });
  ops.incidents.failure = new Error('DynamoDB answers 500');
  ops.services.service('inventory').errorRatio = 0.5;
  await ops.forward({ minutes: 2 });
  expect(ops.pager.raws.map(({ people }) => people)).toContainEqual(['ana', 'raj']);
  expect(ops.pager.raws[0]?.subject).toBe('[high] shop: raw alarm HighErrorRate');
  expect(ops.pager.raws[0]?.text).toContain('inventory answers – with errors');
  expect(told(ops)).toEqual([]);
  expect(ops.escalation.failures.length).toBeGreaterThan(0);

  ops.incidents.failure = undefined;
  await ops.forward({ minutes: 5 });
  expect(told(ops).slice(0, 2)).toEqual(['02:02:07 ana opened shop-1', '02:02:07 raj opened shop-1']);
  expect(ops.queue.waiting()).toBe(0);
  expect(ops.queue.dead).toEqual([]);
  expect(await incidents(ops)).toEqual(['shop-1 HighErrorRate firing']);
});

test('SNS is down for two minutes: what was ordered goes out afterwards, once for each receipt', async () => {
  const ops = startOps({ at: '2026-03-01T01:59:00Z' });
  await ops.forward({ minutes: 1 });
  ops.pager.outage = new Error('SNS answers 503');
  ops.services.service('inventory').isUp = false;
  await ops.forward({ minutes: 2 });
  expect(told(ops)).toEqual([]);
  expect(restarts(ops)).toHaveLength(1);
  ops.pager.outage = undefined;
  await ops.forward({ minutes: 3 });
  expect(
    told(ops)
      .map((line) => line.slice(9))
      .toSorted(),
  ).toEqual(['ana opened shop-1', 'ana resolved shop-1', 'raj opened shop-1', 'raj resolved shop-1']);
  const commits = await ops.incidents.read('shop', 1, Infinity);
  expect(Object.keys(Object.assign({}, ...commits.map(({ receipts }) => receipts)) as object)).toHaveLength(
    ops.pager.pages.length + ops.pager.notices.length + 1,
  );
});

test('intake dies between commit and publish: the next look after the grace publishes', async () => {
  const ops = startOps({ at: '2026-03-01T01:59:00Z' });
  await ops.forward({ minutes: 1 });
  // Both roads: who dies has not told anybody, and the other one finds the alert in the log already.
  ops.pager.dyingCallers = 3;
  ops.services.service('inventory').errorRatio = 0.5;
  await ops.forward({ minutes: 5 });
  expect(told(ops)).toEqual(['02:01:07 ana opened shop-1', '02:01:07 raj opened shop-1']);
  expect(ops.pager.notices.filter(({ kind }) => kind === 'opened')).toHaveLength(1);
});

test('pages that cannot go out for long make escalate fail, so that the classic alarm on it tells of them', async () => {
  const ops = startOps({ at: '2026-03-01T01:59:00Z' });
  await ops.forward({ minutes: 1 });
  ops.pager.outage = new Error('the topic is gone');
  ops.services.service('inventory').errorRatio = 0.5;
  await ops.forward({ minutes: 4 });
  expect(ops.escalation.failures).toEqual([]);
  await ops.forward({ minutes: 10 });
  expect(String((ops.escalation.failures[0]?.error as AggregateError | undefined)?.errors[0])).toContain(
    'Orders of shop have not gone out for 5 min or longer, in the commits 1',
  );
});

test('Lambda cannot start the execution: it is started by the next look', async () => {
  const ops = startOps({ at: '2026-03-01T01:59:00Z' });
  await ops.forward({ minutes: 1 });
  ops.starter.outage = new Error('Lambda answers 503');
  ops.services.service('inventory').isUp = false;
  await ops.forward({ minutes: 1 });
  expect(restarts(ops)).toEqual([]);
  ops.starter.outage = undefined;
  await ops.forward({ minutes: 2 });
  expect(restarts(ops)).toEqual(['02:01:07 inventory']);
  expect(await incidents(ops)).toEqual(['shop-1 resolved']);
});

test('ECS refuses the restart: people are told why, long before the deadline would tell them', async () => {
  const ops = startOps({ at: '2026-03-01T01:59:00Z' });
  await ops.forward({ minutes: 1 });
  ops.services.outage = new Error('AccessDeniedException: not authorized to perform ecs:UpdateService');
  ops.services.service('inventory').isUp = false;
  await ops.forward({ minutes: 4 });
  const news = ops.pager.pages.find(({ kind }) => kind === 'recovery');
  expect(news?.text).toContain('restart_service on inventory failed: Error: AccessDeniedException');
});
