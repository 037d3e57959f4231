import { expect, test } from 'vitest';
import { act } from '../../../console/act.ts';
import type { Operator } from '../../../shared/application/operate.ts';
import { foldCommit } from '../../../shared/domain/incident/commit.ts';
import { EMPTY_STATE } from '../../../shared/domain/incident/state.ts';
import { alertOf } from '../../../shared/domain/alert/alert.ts';
import { aCatalog, aRule } from '../../builders/catalog.ts';
import { FakeClock } from '../../fakes/fake-clock.ts';
import { fakeIncidentLog } from '../../fakes/fake-incident-log.ts';

/** An operator on a log with shop-1 open, and how often `escalate` was asked to look. */
async function anOperator() {
  const [clock, incidents] = [new FakeClock(), fakeIncidentLog()];
  let looks = 0;
  const operator: Operator = {
    catalog: aCatalog(),
    clock,
    incidents,
    lookNow: () => {
      looks += 1;
      return Promise.resolve();
    },
  };
  const because = 'test';
  const commit = {
    seq: 1,
    atMs: clock.nowMs(),
    by: 'intake',
    catalogHash: '',
    events: [
      {
        type: 'incident-opened' as const,
        incident: 'shop-1',
        subject: { kind: 'service' as const, name: 'inventory' },
        severity: 'critical' as const,
        because,
      },
      {
        type: 'alert-fired' as const,
        incident: 'shop-1',
        alert: alertOf(aRule(), { job: 'inventory' }),
        atMs: clock.nowMs(),
        because,
      },
    ],
  };
  await incidents.append('shop', commit, foldCommit(EMPTY_STATE, commit), undefined);
  return { operator, incidents, clock, looks: () => looks };
}

test('an acknowledgement stands in the log under the person, and goes out at once', async () => {
  const { operator, incidents, looks } = await anOperator();
  expect(await act(operator, 'acknowledge', { incident: 'shop-1', by: 'ana' })).toMatchObject({
    status: 200,
    answer: { done: true },
  });
  const state = await incidents.load('shop');
  expect(state.incidents['shop-1']?.acknowledgement?.by).toBe('ana');
  expect((await incidents.read('shop', 2, 2))[0]?.by).toBe('person:ana');
  expect(looks()).toBe(1);
});

test('a silence holds for as long as was said, with its reason', async () => {
  const { operator, incidents, clock } = await anOperator();
  const body = { system: 'shop', match: { job: 'inventory' }, forS: 1800, by: 'raj', reason: ' moving it ' };
  expect(await act(operator, 'silence', body)).toMatchObject({ status: 200 });
  expect(Object.values((await incidents.load('shop')).silences)).toMatchObject([
    { match: { job: 'inventory' }, by: 'raj', reason: 'moving it', untilMs: clock.nowMs() + 1_800_000 },
  ]);
});

test('what fires cannot be closed: 409, with the reason', async () => {
  const { operator } = await anOperator();
  const acted = await act(operator, 'resolve', { incident: 'shop-1', by: 'ana', reason: 'enough' });
  expect(acted).toMatchObject({ status: 409, answer: { done: false } });
  expect(acted?.answer.message).toContain('still fires (ServiceDown)');
});

const said = { system: 'shop', match: { job: 'a' }, forS: 1800, by: 'ana', reason: 'x' };

test.each([
  ['acknowledge', {}, 400],
  ['acknowledge', null, 400],
  ['acknowledge', [], 400],
  ['acknowledge', { incident: 'shop-1', by: 'ana', more: 1 }, 400],
  ['acknowledge', { incident: 'shop-1', by: 'mallory' }, 404],
  ['acknowledge', { incident: 'shop-1', by: '__proto__' }, 404],
  ['acknowledge', { incident: 'warehouse-1', by: 'ana' }, 404],
  ['acknowledge', { incident: 'shop-99', by: 'ana' }, 409],
  ['acknowledge', { incident: 'x'.repeat(300), by: 'ana' }, 400],
  ['resolve', { incident: 'shop-1', by: 'ana', reason: '   ' }, 400],
  ['silence', { ...said, reason: '' }, 400],
  ['silence', { ...said, match: {} }, 400],
  ['silence', { ...said, match: { job: 1 } }, 400],
  ['silence', { ...said, forS: -1 }, 400],
  ['silence', { ...said, forS: 1e12 }, 400],
  ['silence', { ...said, system: 'warehouse' }, 404],
] as const)(
  '%s with %j is refused with %i, whatever else becomes due, and nothing is said',
  async (name, body, status) => {
    const { operator, incidents } = await anOperator();
    expect(await act(operator, name, body)).toMatchObject({ status, answer: { done: false } });
    const state = await incidents.load('shop');
    expect(state).toMatchObject({ silences: {}, resolved: [] });
    expect(state.incidents['shop-1']).not.toHaveProperty('acknowledgement');
  },
);

test.each(['drop', 'constructor', '__proto__', ''])('there is no action "%s"', async (name) => {
  const { operator } = await anOperator();
  expect(await act(operator, name, {})).toBeUndefined();
});

test('a store that is down is an error, not an answer', async () => {
  const { operator, incidents } = await anOperator();
  incidents.failure = new Error('the table is gone');
  await expect(act(operator, 'acknowledge', { incident: 'shop-1', by: 'ana' })).rejects.toThrow(
    'the table is gone',
  );
});
