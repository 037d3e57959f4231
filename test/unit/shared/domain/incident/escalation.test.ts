import { expect, test } from 'vitest';
import {
  aSignal,
  aTruth,
  FRESH,
  pagesIn,
  STALE,
  startDecisions,
} from '../../../../builders/timeline-of-decisions.ts';
import { aRule } from '../../../../builders/catalog.ts';

const MIN = 60_000;
const latency = (over = {}) => aSignal({ alarm: aRule({ alert: 'HighLatency' }).alarmName, ...over });

test('a new incident pages the first level at once, each person once', () => {
  const shop = startDecisions();
  shop.give(0, aSignal());
  expect(shop.pages().map(({ to, kind }) => [to, kind])).toEqual([
    ['ana', 'opened'],
    ['raj', 'opened'],
  ]);
});

test('levels follow after their wait, rounds repeat, then everybody is paged for as long as nobody answers (law 6)', () => {
  const shop = startDecisions();
  shop.give(0, latency());
  const at: [number, string][] = [];
  for (let minute = 1; minute <= 140; minute += 1) {
    for (const page of pagesIn(shop.give(minute * MIN, { type: 'tick' }))) at.push([minute, page.to]);
  }
  const round = (start: number): [number, string][] => [
    [start, 'ana'],
    [start, 'raj'],
    [start + 5, 'max'],
  ];
  const all = (start: number): [number, string][] => [
    [start, 'ana'],
    [start, 'raj'],
    [start, 'max'],
  ];
  expect(at).toEqual([
    [5, 'max'],
    ...round(15),
    ...round(30),
    ...round(45),
    ...all(60),
    ...all(90),
    ...all(120),
  ]);
  expect(shop.events().some(({ type }) => type === 'nobody-reached')).toBe(true);
});

test('an acknowledgement stops the paging until it expires', () => {
  const shop = startDecisions();
  shop.give(0, latency());
  shop.give(1 * MIN, { type: 'acknowledge', incident: 'shop-1', by: 'ana' });
  shop.tickUntil(1 * MIN, 60 * MIN);
  expect(shop.pages()).toHaveLength(2);
  shop.tickUntil(60 * MIN, 61 * MIN);
  expect(
    shop
      .pages()
      .slice(2)
      .map(({ to, kind }) => [to, kind]),
  ).toEqual([
    ['ana', 'reminder'],
    ['raj', 'reminder'],
  ]);
});

test('a warning tells the teams and pages nobody; a worse alert of the same service pages then', () => {
  const shop = startDecisions();
  shop.give(0, aSignal({ alarm: aRule({ alert: 'DiskFilling' }).alarmName }));
  expect(shop.pages()).toEqual([]);
  expect(shop.events().filter(({ type }) => type === 'noticed')).toHaveLength(1);
  shop.give(1000, latency({ atMs: 1000 }));
  expect(shop.pages().map(({ to, severity }) => [to, severity])).toEqual([
    ['ana', 'high'],
    ['raj', 'high'],
  ]);
  expect(Object.keys(shop.state().incidents)).toEqual(['shop-1']);
});

test('who was paged hears of the end, and only they', () => {
  const shop = startDecisions();
  shop.give(0, latency());
  shop.give(MIN, latency({ value: 'OK', atMs: MIN }));
  expect(
    shop
      .pages()
      .slice(2)
      .map(({ to, kind }) => [to, kind]),
  ).toEqual([
    ['ana', 'resolved'],
    ['raj', 'resolved'],
  ]);
  expect(shop.state().incidents).toEqual({});
  expect(shop.state().resolved[0]).toMatchObject({ id: 'shop-1', resolvedAtMs: MIN, by: 'homeostat' });
});

test('silence is not recovery (law 2): OK without fresh samples is unknown, told after a minute, and ends with evidence', () => {
  const shop = startDecisions();
  shop.give(0, latency());
  shop.give(MIN, latency({ value: 'OK', atMs: MIN, evidence: STALE }));
  expect(Object.values(shop.state().incidents['shop-1']?.alerts ?? {})[0]?.sight).toBe('unknown');
  shop.tickUntil(MIN, 2 * MIN);
  expect(
    shop
      .pages()
      .filter(({ kind }) => kind === 'unknown')
      .map(({ to }) => to),
  ).toEqual(['ana', 'raj']);
  shop.give(
    3 * MIN,
    aTruth({ alarm: aRule({ alert: 'HighLatency' }).alarmName, atMs: 3 * MIN, evidenceForRest: FRESH }),
  );
  expect(shop.state().incidents).toEqual({});
});

test('an incident that goes out of sight alert by alert is told once', () => {
  const shop = startDecisions();
  for (const [at, instance] of ['a', 'b', 'c'].entries()) {
    const one = { attributes: { job: 'inventory', instance } };
    shop.give(at, latency({ ...one, atMs: at }));
    shop.give((at + 1) * MIN, latency({ ...one, value: 'OK', atMs: (at + 1) * MIN, evidence: STALE }));
  }
  shop.tickUntil(3 * MIN, 5 * MIN - 1);
  expect(shop.pages().filter(({ kind }) => kind === 'unknown')).toHaveLength(2);
});

test('an alert that fires goes out of sight when its series stop, and is back when they do', () => {
  const shop = startDecisions();
  shop.give(0, latency());
  const key = Object.keys(shop.state().incidents['shop-1']?.alerts ?? {})[0] ?? '';
  const { alarm, attributes } = latency();
  const reading = (atMs: number, evidence: typeof FRESH) =>
    aTruth({ alarm, atMs, firing: [{ attributes, sinceMs: 0 }], evidence: { [key]: evidence } });
  shop.give(MIN, reading(MIN, STALE));
  expect(shop.state().incidents['shop-1']?.alerts[key]?.sight).toBe('unknown');
  shop.give(2 * MIN, reading(2 * MIN, FRESH));
  expect(shop.state().incidents['shop-1']?.alerts[key]?.sight).toBe('firing');
});

test('a person resolves what is out of sight, but not what fires', () => {
  const shop = startDecisions();
  shop.give(0, latency());
  const resolve = { type: 'resolve' as const, incident: 'shop-1', by: 'ana', reason: 'looked myself' };
  expect(shop.give(MIN, resolve)).toEqual([]);
  shop.give(2 * MIN, latency({ value: 'OK', atMs: 2 * MIN, evidence: STALE }));
  shop.give(3 * MIN, resolve);
  expect(shop.state().resolved[0]).toMatchObject({ id: 'shop-1', by: 'ana' });
});

test('a silence holds alerts back with a count, and what still fires at its end is an alert again', () => {
  const shop = startDecisions();
  shop.give(0, {
    type: 'silence',
    match: { job: 'inventory' },
    by: 'ana',
    reason: 'move',
    untilMs: 30 * MIN,
  });
  shop.give(MIN, latency({ atMs: MIN }));
  expect(shop.state().incidents).toEqual({});
  expect(shop.pages()).toEqual([]);
  shop.tickUntil(MIN, 31 * MIN);
  expect(shop.pages().map(({ to }) => to)).toEqual(['ana', 'raj']);
  expect(shop.events().find(({ type }) => type === 'silence-ended')).toMatchObject({
    because: 'it hid 1 alerts that have not recovered',
  });
});

test('a silence over a running incident takes its alerts out and closes it', () => {
  const shop = startDecisions();
  shop.give(0, latency());
  shop.give(MIN, {
    type: 'silence',
    match: { job: 'inventory' },
    by: 'ana',
    reason: 'known',
    untilMs: 30 * MIN,
  });
  expect(shop.state().incidents).toEqual({});
  expect(Object.keys(shop.state().muted)).toHaveLength(1);
});
