import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alarmOf, aPromqlAlarm, contributorsOf, down, startCloud, told } from './cloud.ts';

test('a restart in the middle of pending goes on where it was; the time down does not count', async () => {
  const before = await startCloud();
  before.declare(aPromqlAlarm({ pending: 30 }));
  before.send(down('a'));
  await before.forward(12);
  const cloud = await before.restart(60);
  cloud.declare(aPromqlAlarm({ pending: 30 }));
  cloud.send(down('a'));
  await cloud.forward(2);
  // Seen at 1 s, 11 s and now: two intervals.
  expect(cloud.kernel.events).toEqual([]);
  cloud.send(down('a'));
  await cloud.forward(10);
  expect(told(cloud)).toEqual([
    ['contributor', 'ALARM'],
    ['alarm', 'ALARM'],
  ]);
});

test('a restart while recovering is not counted as absence', async () => {
  const before = await startCloud();
  before.declare(aPromqlAlarm({ recovery: 20 }));
  before.send(down('a'));
  await before.forward(3);
  before.send({ up: [[{ instance: 'a' }, 1]] });
  await before.forward(10);
  const cloud = await before.restart(600);
  cloud.declare(aPromqlAlarm({ recovery: 20 }));
  await cloud.forward(2);
  expect(alarmOf(cloud)['StateValue']).toBe('ALARM');
  await cloud.forward(20);
  expect(told(cloud)).toEqual([
    ['contributor', 'OK'],
    ['alarm', 'OK'],
  ]);
});

test('whatever happens in whatever order, the alarm is in ALARM exactly while a contributor is', async () => {
  const instance = fc.constantFrom('a', 'b', 'c');
  const move = fc.oneof(
    fc.record({ kind: fc.constant('send' as const), instance, value: fc.constantFrom(0, 1) }),
    fc.record({ kind: fc.constant('forward' as const), seconds: fc.integer({ min: 1, max: 25 }) }),
    fc.record({ kind: fc.constant('tick' as const) }),
    fc.record({ kind: fc.constant('restart' as const), downS: fc.constantFrom(0, 5, 100) }),
    fc.record({
      kind: fc.constant('set' as const),
      state: fc.constantFrom('OK', 'ALARM', 'INSUFFICIENT_DATA'),
    }),
  );
  const periods = fc.record({ pending: fc.constantFrom(0, 20), recovery: fc.constantFrom(0, 20) });
  await fc.assert(
    fc.asyncProperty(fc.array(move, { maxLength: 25 }), periods, async (moves, period) => {
      let cloud = await startCloud();
      cloud.declare(aPromqlAlarm(period));
      for (const one of moves) {
        if (one.kind === 'send') cloud.send({ up: [[{ instance: one.instance }, one.value]] });
        else if (one.kind === 'forward') await cloud.forward(one.seconds);
        else if (one.kind === 'tick') cloud.service.tick();
        else if (one.kind === 'set') {
          cloud.rpc('SetAlarmState', { AlarmName: 'down', StateValue: one.state, StateReason: 'test' });
          // Set by hand it lasts until the next evaluation.
          await cloud.forward(11);
        } else {
          cloud = await cloud.restart(one.downS);
          cloud.declare(aPromqlAlarm(period));
        }
        const isContributing = contributorsOf(cloud).length > 0;
        expect(alarmOf(cloud)['StateValue']).toBe(isContributing ? 'ALARM' : 'OK');
      }
    }),
    { numRuns: 60 },
  );
});
