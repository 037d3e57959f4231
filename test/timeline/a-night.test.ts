import { expect, test } from 'vitest';
import { incidents, restarts, told } from './as-told.ts';
import { startOps } from './start-ops.ts';

test('02:00 a service dies: paged, restarted, verified, resolved, and then nothing until morning', async () => {
  const ops = startOps({ at: '2026-03-01T01:55:00Z' });
  await ops.forward({ minutes: 5 });
  ops.services.service('inventory').isUp = false;
  await ops.forward({ minutes: 2 });
  const night = ['02:00:41 ana opened shop-1', '02:00:41 raj opened shop-1'];
  const end = ['02:01:31 ana resolved shop-1', '02:01:31 raj resolved shop-1'];
  expect(told(ops)).toEqual([...night, ...end]);
  expect(ops.pager.pages[0]?.text).toContain('Recovery "restart" is configured.');
  expect(ops.pager.pages[0]?.text).toContain('- ServiceDown firing: inventory does not answer');
  expect(restarts(ops)).toEqual(['02:00:41 inventory']);

  await ops.forward({ hours: 6 });
  expect(told(ops)).toEqual([...night, ...end]);
  expect(restarts(ops)).toHaveLength(1);
  expect(await incidents(ops)).toEqual(['shop-1 resolved']);
  expect(ops.escalation.failures).toEqual([]);
});

test('a restart that does not help is handed over with its log, tried again after the cool-down, and after three it is for people', async () => {
  const ops = startOps({ at: '2026-03-01T01:59:00Z' });
  const inventory = ops.services.service('inventory');
  inventory.healsByRestart = false;
  await ops.forward({ minutes: 1 });
  inventory.isUp = false;
  await ops.forward({ minutes: 6 });
  const handedOver = ops.pager.pages.find(({ kind }) => kind === 'recovery');
  expect(handedOver?.text).toMatch(
    /shop-1-r1 .* failed: inventory restarted with deployment inventory-d2; ServiceDown still fires; .* does not answer/,
  );
  await ops.forward({ minutes: 50 });
  expect(restarts(ops)).toEqual(['02:00:41 inventory', '02:16:07 inventory', '02:31:07 inventory']);
  // Three failures, and once that the attempts are used up: to the teams and to everybody paged so far.
  expect(told(ops).filter((line) => line.includes('recovery'))).toHaveLength(11);

  // A person mends it; the health check and the alarm say so.
  inventory.isUp = true;
  await ops.forward({ minutes: 3 });
  expect(await incidents(ops)).toEqual(['shop-1 resolved']);
  expect(restarts(ops)).toHaveLength(3);
});

test('a dependency is down: checkout is not restarted while inventory is, and then it is', async () => {
  const ops = startOps({ at: '2026-03-01T01:59:30Z' });
  await ops.forward({ seconds: 30 });
  ops.services.service('inventory').isUp = false;
  ops.services.service('checkout').isUp = false;
  await ops.forward({ minutes: 5 });
  expect(restarts(ops)).toEqual(['02:00:41 inventory', '02:01:31 checkout']);
  expect(await incidents(ops)).toEqual(['shop-1 resolved', 'shop-2 resolved']);
});

test('a full disk of inventory does not keep checkout from its restart', async () => {
  const ops = startOps({ at: '2026-03-01T01:59:30Z' });
  ops.services.service('inventory').diskFree = 0.05;
  await ops.forward({ minutes: 5 });
  ops.services.service('checkout').isUp = false;
  await ops.forward({ minutes: 5 });
  expect(restarts(ops).map((line) => line.slice(9))).toEqual(['checkout']);
  expect(await incidents(ops)).toEqual(['shop-1 DiskFilling firing', 'shop-2 resolved']);
});

test('what only a person can mend is paged up the levels, repeated, and after the last round everybody is', async () => {
  const ops = startOps({ at: '2026-03-01T01:59:00Z' });
  await ops.forward({ minutes: 1 });
  ops.services.service('inventory').errorRatio = 0.5;
  await ops.forward({ hours: 2 });
  const perMinute = told(ops).map((line) => line.replace(/:\d\d /, ' ').replace(' shop-1', ''));
  const round = (start: string, second: string): string[] => [
    `${start} ana reminder`,
    `${start} raj reminder`,
    `${second} max escalated`,
  ];
  const everybody = (at: string): string[] => ['ana', 'raj', 'max'].map((who) => `${at} ${who} reminder`);
  expect(perMinute).toEqual([
    '02:00 ana opened',
    '02:00 raj opened',
    '02:06 max escalated',
    ...round('02:16', '02:21'),
    ...round('02:31', '02:36'),
    ...round('02:46', '02:51'),
    ...everybody('03:01'),
    ...everybody('03:31'),
  ]);
  expect(restarts(ops)).toEqual([]);
});

test('an acknowledgement stops the pages for an hour, then it starts over; who was woken hears of the end', async () => {
  const ops = startOps({ at: '2026-03-01T01:59:00Z' });
  await ops.forward({ minutes: 1 });
  const inventory = ops.services.service('inventory');
  inventory.errorRatio = 0.5;
  await ops.forward({ minutes: 2 });
  await ops.give({ type: 'acknowledge', incident: 'shop-1', by: 'ana' });
  await ops.forward({ minutes: 59 });
  expect(told(ops)).toHaveLength(2);
  await ops.forward({ minutes: 3 });
  expect(
    told(ops)
      .slice(2)
      .map((line) => line.slice(9)),
  ).toEqual(['ana reminder shop-1', 'raj reminder shop-1']);
  await ops.give({ type: 'acknowledge', incident: 'shop-1', by: 'ana' });
  inventory.errorRatio = 0;
  await ops.forward({ minutes: 2 });
  expect(
    told(ops)
      .slice(4)
      .map((line) => line.slice(9)),
  ).toEqual(['ana resolved shop-1', 'raj resolved shop-1']);
});

test('what an alert measured stands in the page; when it cannot be read, the page goes out as quickly', async () => {
  const page = async (outage: boolean): Promise<{ text: string; told: string[] }> => {
    const ops = startOps({ at: '2026-03-01T01:59:30Z' });
    await ops.forward({ seconds: 30 });
    ops.services.service('checkout').errorRatio = 0.5;
    if (outage) ops.series.outage = new Error('Throttling');
    await ops.forward({ minutes: 1 });
    return { text: ops.pager.pages[0]?.text ?? '', told: told(ops) };
  };
  const [measured, unknown] = [await page(false), await page(true)];
  expect(measured.text).toContain('checkout answers 50% with errors');
  expect(unknown.text).toContain('checkout answers – with errors');
  expect(unknown.told).toEqual(measured.told);
});
