import { describe, expect, test } from 'vitest';
import { intakeBatch, intakeOne } from '../../../../functions/intake/intake.ts';
import type { IntakeDeps } from '../../../../functions/intake/intake.ts';
import { aRecord, anAlarmAction, anAlarmEvent } from '../../../builders/alarm-events.ts';
import { aCatalog, anOrganization, aRule, aSystem } from '../../../builders/catalog.ts';
import { FakeClock } from '../../../fakes/fake-clock.ts';
import { fakeIncidentLog } from '../../../fakes/fake-incident-log.ts';
import { FakeLog } from '../../../fakes/fake-log.ts';
import { fakePager } from '../../../fakes/fake-pager.ts';
import { fakePrometheus } from '../../../fakes/fake-prometheus.ts';

const NOW = 1_000_000;
const alarm = aRule().alarmName;
const attributes = { job: 'inventory', instance: 'a:80' };
const firing = { alarm, attributes, value: 'ALARM' as const, atMs: NOW };

function start(over: Partial<IntakeDeps> = {}) {
  const clock = new FakeClock(NOW);
  const incidents = fakeIncidentLog();
  const pager = fakePager(clock);
  const series = fakePrometheus();
  const log = new FakeLog();
  const aside: { body: string; reason: string }[] = [];
  const deps: IntakeDeps = {
    catalog: aCatalog(),
    clock,
    incidents,
    pager,
    series,
    log,
    writer: 'intake',
    recoveries: { start: () => Promise.resolve('e') },
    alarms: { inAlarm: () => Promise.resolve([alarm]), contributors: () => Promise.resolve([]) },
    rawPages: new Map(),
    deadLetters: {
      put: (body, reason) => {
        aside.push({ body, reason });
        return Promise.resolve();
      },
    },
    ...over,
  };
  return { deps, incidents, pager, series, log, aside };
}
const failures = (ids: readonly string[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

describe('the road through the queue', () => {
  test('a batch of one system is one commit', async () => {
    const { deps, incidents } = start();
    const batch = ['a', 'b', 'c'].map((instance, at) =>
      aRecord(String(at), anAlarmEvent({ ...firing, attributes: { job: 'inventory', instance } })),
    );
    expect(await intakeBatch(deps, batch)).toEqual(failures([]));
    expect(await incidents.read('shop', 1, 9)).toHaveLength(1);
    expect(Object.keys((await incidents.load('shop')).incidents['shop-1']?.alerts ?? {})).toHaveLength(3);
  });

  test('what is about the alarm as a whole means: read its contributors', async () => {
    const contributors = () => Promise.resolve([{ attributes, sinceMs: NOW - 1_000 }]);
    const { deps, incidents } = start({ alarms: { inAlarm: () => Promise.resolve([]), contributors } });
    await intakeBatch(deps, [aRecord('1', anAlarmEvent({ alarm, value: 'ALARM', atMs: NOW }))]);
    expect(Object.keys((await incidents.load('shop')).incidents)).toEqual(['shop-1']);
  });

  test('alarms that cannot be read keep nothing back: escalate reads them', async () => {
    const contributors = () => Promise.reject(new Error('Throttling'));
    const { deps, incidents, log } = start({ alarms: { inAlarm: () => Promise.resolve([]), contributors } });
    const batch = [
      aRecord('1', anAlarmEvent({ alarm, value: 'ALARM', atMs: NOW })),
      aRecord('2', anAlarmEvent(firing)),
    ];
    expect(await intakeBatch(deps, batch)).toEqual(failures([]));
    expect(Object.keys((await incidents.load('shop')).incidents)).toEqual(['shop-1']);
    expect(log.lines[0]?.message).toBe('Alarms could not be read; escalate will');
  });

  test('an OK is recovery only with fresh samples; if CloudWatch cannot be asked, it is not', async () => {
    const calm = { ...firing, value: 'OK' as const, atMs: NOW + 1 };
    for (const [sees, incidentIsOpen] of [
      ['fresh', false],
      ['nothing', true],
      ['outage', true],
    ] as const) {
      const { deps, incidents, series } = start();
      await intakeBatch(deps, [aRecord('1', anAlarmEvent(firing))]);
      if (sees === 'fresh')
        series.write('up', { ...attributes, '@resource.homeostat.system': 'shop' }, 1, NOW);
      if (sees === 'outage') series.outage = new Error('503');
      await intakeBatch(deps, [aRecord('2', anAlarmEvent(calm))]);
      const open = Object.values((await incidents.load('shop')).incidents);
      // A claimed attempt is none yet: the incident may close.
      expect(open.length > 0, sees).toBe(incidentIsOpen);
    }
  });

  test('an OK of something that is not open asks CloudWatch nothing', async () => {
    const { deps, series } = start();
    series.outage = new Error('not to be asked');
    const batch = [aRecord('1', anAlarmEvent({ ...firing, value: 'OK' }))];
    expect(await intakeBatch(deps, batch)).toEqual(failures([]));
  });

  test('an alarm that the catalog does not know comes again, and is put aside at the fourth time', async () => {
    const { deps, aside } = start();
    const unknown = anAlarmEvent({ ...firing, alarm: 'homeostat-shop-x-y-1' });
    expect(await intakeBatch(deps, [aRecord('1', unknown, 3)])).toEqual(failures(['1']));
    expect(await intakeBatch(deps, [aRecord('1', unknown, 4)])).toEqual(failures([]));
    expect(aside.map(({ body }) => body)).toEqual([JSON.stringify(unknown)]);
    expect(aside[0]?.reason).toContain('not in the catalog');
  });

  test('a message that cannot even be put aside comes again', async () => {
    const { deps } = start({ deadLetters: { put: () => Promise.reject(new Error('SQS is down')) } });
    expect(await intakeBatch(deps, [aRecord('1', 'nonsense'), aRecord('2', anAlarmEvent(firing))])).toEqual(
      failures(['1']),
    );
  });

  test('messages that come again while the store is down do not page the same alarm raw again for ten minutes', async () => {
    const { deps, incidents, pager } = start();
    incidents.failure = new Error('store is down');
    const batch = [aRecord('1', anAlarmEvent(firing))];
    await intakeBatch(deps, batch);
    await intakeBatch(deps, batch);
    expect(pager.raws).toHaveLength(1);
    expect(pager.raws[0]?.text).toContain('store is down');
    await intakeBatch({ ...deps, clock: { ...deps.clock, nowMs: () => NOW + 11 * 60_000 } }, batch);
    expect(pager.raws).toHaveLength(2);
  });

  test('the store is down: only the messages of that system fail, and the raw alarm is paged once for all', async () => {
    const { deps, incidents, pager } = start();
    incidents.failure = new Error('500');
    const batch = ['1', '2'].map((id) => aRecord(id, anAlarmEvent(firing)));
    expect(await intakeBatch(deps, [...batch, aRecord('3', 'nonsense')])).toEqual(failures(['1', '2']));
    expect(pager.raws).toHaveLength(1);
  });
});

describe('the direct road', () => {
  test('wakes people at once, and writes nothing that the queue will bring as well', async () => {
    const { deps, incidents, pager } = start();
    await intakeOne(deps, anAlarmAction(firing));
    expect(pager.pages).toHaveLength(2);
    await intakeOne(deps, anAlarmAction({ ...firing, attributes: { job: 'inventory', instance: 'b:80' } }));
    expect(await incidents.read('shop', 1, 9)).toHaveLength(1);
    await intakeBatch(deps, [aRecord('1', anAlarmEvent(firing))]);
    expect(await incidents.read('shop', 1, 9)).toHaveLength(1);
  });

  test('what nobody understands is put aside', async () => {
    const { deps, aside } = start();
    await intakeOne(deps, { hello: 'world' });
    expect(aside[0]?.body).toBe('{"hello":"world"}');
  });

  test('an alarm of a deployment under way is left to the queue, which has the patience', async () => {
    const { deps, aside, log } = start();
    await intakeOne(deps, anAlarmAction({ ...firing, alarm: 'homeostat-shop-x-y-1' }));
    expect(aside).toEqual([]);
    expect(log.lines[0]?.level).toBe('warn');
  });

  test('the store is down: the raw alarm is paged, and Lambda tries again', async () => {
    const { deps, incidents, pager } = start();
    incidents.failure = new Error('500');
    await expect(intakeOne(deps, anAlarmAction(firing))).rejects.toThrow('500');
    expect(pager.raws).toHaveLength(1);
  });
});

describe('law 4: the raw alarm', () => {
  const down = async (rules: ReturnType<typeof aRule>[], events: Record<string, unknown>[]) => {
    const { deps, incidents, pager, log } = start({
      catalog: aCatalog(aSystem({ rules }), anOrganization()),
    });
    incidents.failure = new Error('500');
    await intakeBatch(
      deps,
      events.map((event, at) => aRecord(String(at), event)),
    );
    return { raws: pager.raws, log, pager, deps };
  };

  test('says what fires, ten by name; a subject that SNS takes, whatever the rule is called', async () => {
    const rule = aRule({ alert: `Lager überläuft ${'x'.repeat(200)}` });
    const events = Array.from({ length: 12 }, (_, at) =>
      anAlarmEvent({ ...firing, alarm: rule.alarmName, attributes: { job: `j${String(at)}` } }),
    );
    const { raws } = await down([rule], events);
    expect(raws[0]?.subject).toMatch(
      /^\[critical\] shop: raw alarm Lager berl uft x+$|^\[critical\][\x20-\x7e]+$/,
    );
    expect(raws[0]?.subject.length).toBeLessThan(100);
    expect(raws[0]?.text).toContain('j9 does not answer');
    expect(raws[0]?.text).not.toContain('j10');
    expect(raws[0]?.text).toContain('and 2 more');
  });

  test('of a warning goes to the teams, not to people', async () => {
    const { raws } = await down([aRule({ severity: 'warning' })], [anAlarmEvent(firing)]);
    expect(raws.map(({ people, team }) => [people, team])).toEqual([[[], 'shop']]);
  });

  test('of an OK does not go out', async () => {
    const { raws } = await down([aRule()], [anAlarmEvent({ ...firing, value: 'OK' })]);
    expect(raws).toEqual([]);
  });

  test('that cannot be paged either is at least in the log', async () => {
    const { deps, incidents, pager, log } = start();
    incidents.failure = new Error('500');
    pager.outage = new Error('SNS is down');
    await intakeBatch(deps, [aRecord('1', anAlarmEvent(firing))]);
    expect(log.lines.map(({ message }) => message)).toEqual([
      'Alarms could not be recorded',
      'Nor could they be paged',
    ]);
  });
});
