import { expect, test } from 'vitest';
import { carryOut, openOrders, ORDER_GRACE_MS } from '../../../../shared/application/carry-out.ts';
import type { IncidentEvent, Page } from '../../../../shared/domain/incident/events.ts';
import type { StoredCommit } from '../../../../shared/ports/incident-log.ts';
import { FakeClock } from '../../../fakes/fake-clock.ts';
import { FakeLog } from '../../../fakes/fake-log.ts';

/** Law 3: delivered at least once, and not again what has a receipt. */

const AT = 1_000_000;
const page = (id: string, to: string): IncidentEvent => ({
  type: 'paged',
  incident: 'shop-1',
  because: '',
  page: { id, to, kind: 'opened', severity: 'high', subject: 's', text: 't' } satisfies Page,
});
const notice: IncidentEvent = {
  type: 'noticed',
  incident: 'shop-1',
  because: '',
  notice: { id: '1.0', kind: 'opened', severity: 'high', team: 'shop', subject: 's', text: 't' },
};
const recovery: IncidentEvent = {
  type: 'recovery-ordered',
  incident: 'shop-1',
  attempt: 'shop-1-r1',
  recovery: 'restart',
  targets: ['inventory'],
  deadlineMs: 0,
  because: '',
};
const events = [notice, page('1.1', 'ana'), page('1.2', 'raj'), recovery];
const aCommit = (receipts: Record<string, string> = {}): StoredCommit => ({
  seq: 1,
  atMs: AT,
  by: 'intake',
  catalogHash: '',
  events,
  receipts,
});

function start(nowMs: number, refuses: (what: string) => boolean = () => false) {
  const confirmed: unknown[] = [];
  const send = (what: string): Promise<string> =>
    refuses(what) ? Promise.reject(new Error(`${what} refused`)) : Promise.resolve(`receipt of ${what}`);
  const log = new FakeLog();
  const outlets = {
    clock: new FakeClock(nowMs),
    log,
    pager: {
      page: (_: string, __: string, { to }: Page) => send(to),
      notice: () => send('teams'),
      raw: () => Promise.resolve(),
    },
    recoveries: { start: (_: string, { attempt }: { attempt: string }) => send(attempt) },
    incidents: {
      confirm: (...all: unknown[]) => {
        confirmed.push(all);
        return Promise.resolve();
      },
    } as never,
  };
  return { outlets, confirmed, log };
}

test('everything goes out, and each order has its receipt', async () => {
  const { outlets, confirmed } = start(AT);
  expect(await carryOut(outlets, 'shop', aCommit(), 77)).toBe(true);
  const receipts = {
    '1.0': 'receipt of teams',
    '1.1': 'receipt of ana',
    '1.2': 'receipt of raj',
    'shop-1-r1': 'receipt of shop-1-r1',
  };
  expect(confirmed).toEqual([['shop', 1, receipts, 77]]);
});

test('what fails does not keep the rest back: its receipts are kept, and it is looked at again', async () => {
  const { outlets, confirmed, log } = start(AT, (what) => what === 'ana');
  expect(await carryOut(outlets, 'shop', aCommit(), undefined)).toBe(false);
  expect(confirmed).toEqual([
    [
      'shop',
      1,
      { '1.0': 'receipt of teams', '1.2': 'receipt of raj', 'shop-1-r1': 'receipt of shop-1-r1' },
      AT + ORDER_GRACE_MS,
    ],
  ]);
  expect(log.lines.map(({ fields }) => fields)).toMatchObject([
    { order: '1.1', type: 'paged', error: 'Error: ana refused' },
  ]);
});

test('what has a receipt does not go out again', async () => {
  const before = { '1.0': 'm', '1.1': 'm', 'shop-1-r1': 'm' };
  expect(openOrders(aCommit(before))).toHaveLength(1);
  const { outlets, confirmed } = start(AT);
  await carryOut(outlets, 'shop', aCommit(before), undefined);
  expect(confirmed).toEqual([['shop', 1, { '1.2': 'receipt of raj' }, undefined]]);
});

test.each([
  { ageS: 0, pauseS: 20 },
  { ageS: 60, pauseS: 20 },
  { ageS: 120, pauseS: 30 },
  { ageS: 3_600, pauseS: 300 },
])('after $ageS s without success the next try comes in $pauseS s', async ({ ageS, pauseS }) => {
  const nowMs = AT + ageS * 1000;
  const { outlets, confirmed } = start(nowMs, () => true);
  await carryOut(outlets, 'shop', aCommit(), undefined);
  expect(confirmed).toEqual([['shop', 1, {}, nowMs + pauseS * 1000]]);
});

test('a step of the state that is due sooner does not bring the next try forward', async () => {
  const { outlets, confirmed } = start(AT, () => true);
  await carryOut(outlets, 'shop', aCommit(), AT + 5);
  expect(confirmed).toEqual([['shop', 1, {}, AT + ORDER_GRACE_MS]]);
});
