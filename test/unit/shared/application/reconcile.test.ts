import { describe, expect, test } from 'vitest';
import { readTruths, reconcile } from '../../../../shared/application/reconcile.ts';
import { alertKey } from '../../../../shared/domain/alert/alert.ts';
import type { SystemState } from '../../../../shared/domain/incident/state.ts';
import { EMPTY_STATE } from '../../../../shared/domain/incident/state.ts';
import type { Contributor } from '../../../../shared/ports/alarm-reader.ts';
import { aRule, aSystem } from '../../../builders/catalog.ts';
import { anIncident, anIncidentAlert } from '../../../builders/incident.ts';
import { FakeClock } from '../../../fakes/fake-clock.ts';
import { fakePrometheus } from '../../../fakes/fake-prometheus.ts';

/** Law 1: the alarms are read as they are. */

const NOW = 10_000_000;
const alarm = aRule().alarmName;
const attributes = { job: 'inventory', instance: 'a:80' };
const key = alertKey(alarm, attributes);
const contributor: Contributor = { attributes, sinceMs: NOW - 5_000 };

/** Alarms as the test says: names in ALARM at each asking, and contributors by alarm. */
function start(
  inAlarm: readonly (readonly string[])[],
  contributors: Record<string, Contributor[] | undefined>,
) {
  const asked: string[] = [];
  let turn = 0;
  const series = fakePrometheus();
  return {
    asked,
    series,
    senses: {
      clock: new FakeClock(NOW),
      series,
      alarms: {
        inAlarm: () => {
          turn += 1;
          return Promise.resolve(inAlarm[turn - 1] ?? inAlarm.at(-1) ?? []);
        },
        contributors: (name: string) => {
          asked.push(name);
          return Promise.resolve(contributors[name]);
        },
      },
    },
  };
}

const open = (over = {}): SystemState => ({
  ...EMPTY_STATE,
  incidents: { 'shop-1': anIncident({ alerts: { [key]: anIncidentAlert({ key, ...over }) } }) },
});

test('alarms in ALARM and alarms of open alerts are read, no others', async () => {
  const other = aRule({ alert: 'DiskFilling' }).alarmName;
  const { senses, asked } = start([[other, 'homeostat-shop-eu-x']], { [other]: [contributor], [alarm]: [] });
  const truths = await reconcile(senses, aSystem(), open());
  expect(asked).toEqual([alarm, other]);
  expect(truths.map((truth) => [truth.alarm, truth.firing.length])).toEqual([
    [alarm, 0],
    [other, 1],
  ]);
});

test('nothing open and nothing in ALARM: nothing is read, no series either', async () => {
  const { senses, asked, series } = start([[]], {});
  series.outage = new Error('not to be asked');
  expect(await reconcile(senses, aSystem(), EMPTY_STATE)).toEqual([]);
  expect(asked).toEqual([]);
});

test('muted alerts and those that are only counted are read as well', async () => {
  const muted: SystemState = {
    ...EMPTY_STATE,
    muted: { [key]: { alert: anIncidentAlert(), silence: 's', sinceMs: 0 } },
  };
  const counted: SystemState = {
    ...EMPTY_STATE,
    incidents: { 'shop-1': anIncident({ counted: { [alarm]: 3 } }) },
  };
  for (const state of [muted, counted]) {
    const { senses, asked } = start([[]], { [alarm]: [] });
    await reconcile(senses, aSystem(), state);
    expect(asked).toEqual([alarm]);
  }
});

describe('evidence', () => {
  const fresh = (series: ReturnType<typeof fakePrometheus>) => {
    series.write('up', { ...attributes, '@resource.homeostat.system': 'shop' }, 1, NOW - 1_000);
  };

  test('of recovery for an alert that no longer fires, of sight for one that does', async () => {
    for (const found of [[], [contributor]]) {
      const { senses, series } = start([[]], { [alarm]: found });
      fresh(series);
      const [truth] = await reconcile(senses, aSystem(), open());
      expect(truth?.evidence[key]).toEqual({
        isFresh: true,
        because:
          found.length === 0
            ? 'no longer in alarm, and up has samples newer than 60 s'
            : 'in alarm, and up is seen',
      });
    }
  });

  test('a process that began anew counts from when the alert fired, not from when it went out of sight', async () => {
    const system = aSystem({ rules: [aRule({ reads: [{ metric: 'errors_total', absent: false }] })] });
    const { senses, series } = start([[]], { [alarm]: [] });
    fresh(series);
    const labels = { ...attributes, '@resource.homeostat.system': 'shop' };
    series.write('process_start_time_seconds', labels, (NOW - 60_000) / 1000, NOW - 1_000);
    const state = open({ sight: 'unknown', firedAtMs: NOW - 90_000, sinceMs: NOW - 30_000 });
    const [truth] = await reconcile(senses, system, state);
    expect(truth?.evidence[key]?.isFresh).toBe(true);
  });
});

describe('what a reading proves', () => {
  test('a hundred contributors may be more', async () => {
    const many = Array.from({ length: 100 }, (_, at) => ({ attributes: { at: String(at) }, sinceMs: 0 }));
    const { senses } = start([[alarm]], { [alarm]: many });
    const [full] = await reconcile(senses, aSystem(), EMPTY_STATE);
    expect(full?.isComplete).toBe(false);
    const { senses: fewer } = start([[alarm]], { [alarm]: many.slice(1) });
    expect((await reconcile(fewer, aSystem(), EMPTY_STATE))[0]?.isComplete).toBe(true);
  });

  test('an alarm in ALARM that shows no contributors proves nothing about those that are open', async () => {
    const { senses } = start([[alarm]], { [alarm]: [] });
    expect(await reconcile(senses, aSystem(), open())).toEqual([]);
    expect(await readTruths(senses, aSystem(), open(), [{ rule: aRule(), value: 'ALARM' }])).toEqual([]);
  });

  test('one in ALARM of which nothing is known is taken as one alert without labels', async () => {
    const { senses } = start([[alarm]], { [alarm]: [] });
    const truths = await reconcile(senses, aSystem(), EMPTY_STATE);
    expect(truths.map(({ firing }) => firing)).toEqual([[{ attributes: {}, sinceMs: NOW }]]);
  });

  test('but not if it turned OK between the two readings: nobody is woken for that', async () => {
    const { senses } = start([[alarm], []], { [alarm]: [] });
    expect(await reconcile(senses, aSystem(), EMPTY_STATE)).toEqual([]);
  });

  test('an alarm that does not exist any more is no recovery, fresh samples or not', async () => {
    const { senses, series } = start([[]], { [alarm]: undefined });
    series.write('up', { ...attributes, '@resource.homeostat.system': 'shop' }, 1, NOW);
    const [truth] = await reconcile(senses, aSystem(), open());
    expect(truth).toMatchObject({ firing: [], isComplete: true, evidence: {} });
    expect(truth?.evidenceForRest).toEqual({
      isFresh: false,
      because: `alarm ${alarm} does not exist any more: deploy the alarm stacks again`,
    });
  });
});

test('alarms are read a handful at a time, and all of them', async () => {
  const rules = Array.from({ length: 13 }, (_, at) => aRule({ alert: `Rule${String(at)}` }));
  const names = rules.map(({ alarmName }) => alarmName);
  const { senses, asked } = start([names], Object.fromEntries(names.map((name) => [name, [contributor]])));
  expect(await reconcile(senses, aSystem({ rules }), EMPTY_STATE)).toHaveLength(13);
  expect(asked).toEqual(names);
});
