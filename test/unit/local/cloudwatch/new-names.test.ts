import { describe, expect, test } from 'vitest';
import { AWS_NEW_NAME_DELAY } from '../../../../local/cloudwatch/new-names.ts';
import { reconcile } from '../../../../shared/application/reconcile.ts';
import { alertKey } from '../../../../shared/domain/alert/alert.ts';
import { EMPTY_STATE } from '../../../../shared/domain/incident/state.ts';
import type { SeriesReader } from '../../../../shared/ports/series.ts';
import { aRule, aSystem } from '../../../builders/catalog.ts';
import { anIncident, anIncidentAlert } from '../../../builders/incident.ts';
import { alarmOf, aPromqlAlarm, startCloud, type Cloud } from './cloud.ts';

/** The minute or two before a new metric name is visible, which `--cloud-like` keeps. */

const cloudLike = async (): Promise<Cloud> =>
  startCloud({ newNameDelay: AWS_NEW_NAME_DELAY, lookbackMs: 300_000 });

interface Answer {
  readonly data: {
    readonly result: readonly { metric: Record<string, string>; value: readonly [number, string] }[];
  };
}

function found(cloud: Cloud, query: string, at?: number): Answer['data']['result'] {
  const time = at === undefined ? '' : `&time=${String(at / 1000)}`;
  const { body } = cloud.http('GET', `/api/v1/query?query=${encodeURIComponent(query)}${time}`);
  return (body as unknown as Answer).data.result;
}

/** Sends every 10 s for so long. */
async function sendFor(cloud: Cloud, seconds: number, samples: Parameters<Cloud['send']>[0]): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 10) {
    cloud.send(samples);
    await cloud.forward(10);
  }
}

describe('a new metric name', () => {
  test('cannot be queried for one to two minutes, and then all of its samples are there', async () => {
    const cloud = await cloudLike();
    await sendFor(cloud, 60, { jobs: [[{ queue: 'a' }, 7]] });
    expect(found(cloud, 'jobs')).toEqual([]);
    expect(cloud.http('GET', '/api/v1/label/__name__/values').body).toMatchObject({ data: [] });
    await sendFor(cloud, 60, { jobs: [[{ queue: 'a' }, 7]] });
    expect(found(cloud, 'count_over_time(jobs[10m])')).toMatchObject([{ value: [expect.anything(), '12'] }]);
  });

  test('raises no alarm before it can be queried', async () => {
    const cloud = await cloudLike();
    cloud.declare(aPromqlAlarm({ query: 'jobs > 5' }));
    await sendFor(cloud, 60, { jobs: [[{}, 7]] });
    expect(alarmOf(cloud)).toMatchObject({ StateValue: 'OK' });
    await sendFor(cloud, 70, { jobs: [[{}, 7]] });
    expect(alarmOf(cloud)).toMatchObject({ StateValue: 'ALARM' });
  });

  test('is a matter of the name: a new series of a known one is there at once', async () => {
    const cloud = await cloudLike();
    await sendFor(cloud, 120, { jobs: [[{ queue: 'a' }, 7]] });
    cloud.send({ jobs: [[{ queue: 'b' }, 8]] });
    expect(found(cloud, 'jobs{queue="b"}')).toHaveLength(1);
  });

  test('is not visible sooner because the cloud was restarted', async () => {
    const cloud = await cloudLike();
    cloud.send({ jobs: [[{}, 7]] });
    // What came in the last second is not on disk yet.
    await cloud.forward(2);
    const soon = await cloud.restart(28);
    expect(found(soon, 'jobs')).toEqual([]);
    expect(found(await soon.restart(90), 'jobs')).toHaveLength(1);
  });

  test('is visible at once where no delay is asked for', async () => {
    const cloud = await startCloud();
    cloud.send({ jobs: [[{}, 7]] });
    expect(found(cloud, 'jobs')).toHaveLength(1);
  });
});

describe('what is decided meanwhile', () => {
  const rule = aRule({ alert: 'JobsFailing', query: 'jobs > 5', reads: [{ metric: 'jobs', absent: false }] });
  const attributes = { job: 'a', instance: '1' };
  const key = alertKey(rule.alarmName, attributes);
  const alert = anIncidentAlert({ key, alarm: rule.alarmName, attributes });
  const state = { ...EMPTY_STATE, incidents: { 'shop-1': anIncident({ alerts: { [key]: alert } }) } };

  /** What escalate sees of the open alert: no alarm in ALARM, and the series as the cloud shows them. */
  const evidenceNow = async (cloud: Cloud) => {
    const series: SeriesReader = {
      instant: (query, atMs) =>
        Promise.resolve(
          found(cloud, query, atMs).map(({ metric: labels, value: [atS, text] }) => ({
            labels,
            value: Number(text),
            atMs: atS * 1000,
          })),
        ),
    };
    const alarms = { inAlarm: () => Promise.resolve([]), contributors: () => Promise.resolve([]) };
    const clock = { nowMs: cloud.kernel.clock.nowMs, sleep: () => Promise.resolve() };
    const [truth] = await reconcile({ clock, alarms, series }, aSystem({ rules: [rule] }), state);
    return truth?.evidence[key];
  };

  test('silence is not recovery: an open alert ends only once its metric is seen again', async () => {
    const cloud = await cloudLike();
    const own = { ...attributes, '@resource.homeostat.system': 'shop' };
    const healthy = { up: [[own, 1]], jobs: [[own, 0]] } as const;
    await sendFor(cloud, 60, healthy);
    expect(await evidenceNow(cloud)).toMatchObject({ isFresh: false });
    await sendFor(cloud, 60, healthy);
    expect(await evidenceNow(cloud)).toMatchObject({ isFresh: true });
  });
});
