import { expect, test } from 'vitest';
import { anAlarmEvent } from '../builders/alarm-events.ts';
import { aShop, serviceDown } from './a-shop.ts';
import { incidents, told } from './as-told.ts';
import { startOps } from './start-ops.ts';

const alarm = serviceDown.alarmName;
const start = () => startOps({ at: '2026-03-01T02:00:00Z' });

test('an alarm of 130 contributors is one incident that lists a hundred, and it is over when all are', async () => {
  const ops = startOps({
    at: '2026-03-01T01:59:00Z',
    services: { address: (service) => Array.from({ length: 130 }, (_, at) => `${service}-${String(at)}:80`) },
  });
  await ops.forward({ minutes: 1 });
  const inventory = ops.services.service('inventory');
  inventory.isUp = false;
  inventory.healsByRestart = false;
  await ops.forward({ minutes: 3 });
  const incident = (await ops.state()).incidents['shop-1'];
  expect(Object.keys(incident?.alerts ?? {})).toHaveLength(100);
  expect(Object.values(incident?.counted ?? {}).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
  expect(told(ops).filter((line) => line.includes('opened'))).toHaveLength(2);
  expect(ops.services.restarts).toHaveLength(1);

  inventory.isUp = true;
  await ops.forward({ minutes: 8 });
  expect(await incidents(ops)).toEqual(['shop-1 resolved']);
});

test('an alarm in ALARM that names no contributor is an incident all the same, until it names them or is OK', async () => {
  const ops = startOps({ at: '2026-03-01T01:59:00Z' });
  ops.alarms.nameless.add(alarm);
  await ops.forward({ minutes: 1 });
  ops.services.service('inventory').isUp = false;
  await ops.forward({ minutes: 3 });
  expect(await incidents(ops)).toEqual(['shop-1 ServiceDown firing']);
  const held = (await ops.state()).incidents['shop-1']?.held?.reason;
  expect(held).toBe('"restart" has nothing to act on: the alert names no service that runs on ECS');

  ops.alarms.nameless.clear();
  await ops.forward({ minutes: 5 });
  expect(await incidents(ops)).toEqual(['shop-1 resolved', 'shop-2 resolved']);
});

test('an alarm that somebody deletes in mid-incident is out of sight, not recovered', async () => {
  const ops = startOps({ at: '2026-03-01T01:59:00Z' });
  const inventory = ops.services.service('inventory');
  inventory.healsByRestart = false;
  await ops.forward({ minutes: 1 });
  inventory.isUp = false;
  await ops.forward({ minutes: 2 });
  ops.alarms.deleted.add(alarm);
  await ops.forward({ minutes: 3 });
  expect(await incidents(ops)).toEqual(['shop-1 ServiceDown unknown']);
  const events = (await ops.incidents.read('shop', 1, Infinity)).flatMap((commit) => commit.events);
  expect(events.find(({ type }) => type === 'alert-unknown')).toMatchObject({
    because: `alarm ${alarm} does not exist any more: deploy the alarm stacks again`,
  });
});

test('a rule that a deployment took out closes its alerts, and says so', async () => {
  const ops = start();
  await ops.forward({ minutes: 1 });
  ops.services.service('inventory').errorRatio = 0.5;
  await ops.forward({ minutes: 2 });
  expect(await incidents(ops)).toEqual(['shop-1 HighErrorRate firing']);
  const system = aShop({ rules: [serviceDown] });
  ops.deploy(system);
  await ops.forward({ minutes: 2 });
  expect(await incidents(ops)).toEqual(['shop-1 resolved']);
  expect(ops.pager.notices.at(-1)?.text).toContain('its rules are no longer in the catalog');
});

test('an alarm that the catalog does not know yet is retried, then put aside with the reason', async () => {
  const ops = start();
  const event = anAlarmEvent({
    alarm: 'homeostat-shop-new-New-1',
    attributes: { job: 'a' },
    value: 'ALARM',
    atMs: ops.clock.nowMs(),
  });
  ops.queue.send(JSON.stringify(event));
  await ops.forward({ minutes: 8 });
  expect(ops.aside).toEqual([]);
  await ops.forward({ minutes: 2 });
  expect(ops.aside.map(({ reason }) => reason)).toEqual([
    'alarm homeostat-shop-new-New-1 is not in the catalog 0123456789abcdef: deploy all stacks together',
  ]);
  expect(ops.queue.waiting()).toBe(0);
  expect(await incidents(ops)).toEqual([]);
});

test('messages that nobody can understand are put aside with the reason, and the rest of the batch is taken in', async () => {
  const ops = start();
  await ops.forward({ minutes: 1 });
  ops.services.service('inventory').isUp = false;
  const atMs = ops.clock.nowMs();
  const good = anAlarmEvent({
    alarm,
    attributes: { job: 'inventory', instance: 'inventory.test:80' },
    value: 'ALARM',
    atMs,
  });
  const bad = [
    'not JSON',
    '',
    '[]',
    'null',
    '{}',
    '{"detail-type":"CloudWatch Alarm State Change"}',
    JSON.stringify({ ...good, detail: { alarmName: alarm, state: { value: 'ALARM' } } }),
    JSON.stringify({
      ...good,
      detail: { alarmName: alarm, alarmContributor: { attributes: [] }, state: {} },
    }),
    JSON.stringify({ 'detail-type': 'CloudWatch Alarm Configuration Change', detail: { alarmName: alarm } }),
  ];
  for (const body of bad) ops.queue.send(body);
  ops.queue.send(JSON.stringify(good));
  await ops.forward({ seconds: 5 });
  expect(ops.aside.map(({ body }) => body)).toEqual(bad);
  for (const { reason } of ops.aside)
    expect(reason).toMatch(/^(not JSON: |not an alarm event as AWS documents them)/);
  expect(told(ops)).toHaveLength(2);
  expect(ops.queue.waiting()).toBe(0);
});

test('labels as large as CloudWatch allows are an alert like any other, and do not swell the state', async () => {
  const ops = start();
  await ops.forward({ minutes: 1 });
  const huge = Object.fromEntries(
    Array.from({ length: 150 }, (_, at) => [`label_${String(at)}`, 'x'.repeat(1024)]),
  );
  const attributes = { ...huge, job: 'inventory', instance: 'inventory.test:80' };
  ops.queue.send(
    JSON.stringify(anAlarmEvent({ alarm, attributes, value: 'ALARM', atMs: ops.clock.nowMs() })),
  );
  await ops.forward({ seconds: 1 });
  expect(await incidents(ops)).toEqual(['shop-1 ServiceDown firing']);
  const state = await ops.state();
  expect(Object.values(state.incidents['shop-1']?.alerts ?? {})[0]?.labels).toMatchObject({
    job: 'inventory',
    instance: 'inventory.test:80',
  });
  expect(JSON.stringify(state).length).toBeLessThan(10_000);
});
