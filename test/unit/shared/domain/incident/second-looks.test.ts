import { describe, expect, test } from 'vitest';
import { aRule, aSystem } from '../../../../builders/catalog.ts';
import { aSignal, aTruth, FRESH, STALE, startDecisions } from '../../../../builders/timeline-of-decisions.ts';
import { LISTED_ALERTS } from '../../../../../shared/domain/incident/state.ts';

/** What a night under the virtual clock showed to be wrong once. */

const MIN = 60_000;
const HOUR = 60 * MIN;
const latency = (over = {}) => aSignal({ alarm: aRule({ alert: 'HighLatency' }).alarmName, ...over });
const instance = (number: number) => ({ job: 'inventory', instance: `10.0.0.${String(number)}:80` });

describe('a recovery', () => {
  test('the first page names the alert and the recovery that is configured for it', () => {
    const shop = startDecisions();
    shop.give(0, aSignal());
    expect(shop.pages()[0]?.text).toContain('- ServiceDown firing');
    expect(shop.pages()[0]?.text).toContain('Recovery "restart" is configured.');
  });

  test('no attempt of an incident has the name of an earlier one, however long it is open', () => {
    const shop = startDecisions();
    shop.give(0, aSignal());
    const names: string[] = [];
    for (let hour = 0; hour < 24 * 9; hour += 1) {
      const running = Object.values(shop.state().attempts).find(({ ended }) => ended === undefined);
      if (running !== undefined) {
        names.push(running.id);
        shop.give(hour * HOUR, {
          type: 'end-attempt',
          attempt: running.id,
          outcome: 'failed',
          reason: 'no',
        });
      }
      shop.give(hour * HOUR + 59 * MIN, { type: 'tick' });
    }
    expect(names.length).toBeGreaterThan(100);
    expect(new Set(names).size).toBe(names.length);
    // Those that no guard counts any more are forgotten.
    expect(Object.keys(shop.state().attempts).length).toBeLessThan(names.length);
  });

  test('is not begun when the service is calm again between the claim and the action', () => {
    const shop = startDecisions();
    shop.give(0, aSignal());
    shop.give(0, { type: 'claim-attempt', attempt: 'shop-1-r1' });
    shop.give(1000, aSignal({ value: 'OK', atMs: 1000 }));
    expect(shop.state().incidents).toEqual({});
    const intent = { action: 'restart_service', target: 'inventory', atMs: 0, knownDeployments: ['d1'] };
    shop.give(2000, { type: 'intend-action', attempt: 'shop-1-r1', step: '0', intent });
    expect(shop.state().attempts['shop-1-r1']).toMatchObject({
      intents: {},
      taken: [],
      ended: { outcome: 'not-needed' },
    });
  });

  test('of one service is ordered by the very commit that closes the incident which held it back', () => {
    const shop = startDecisions();
    shop.give(0, aSignal({ attributes: { job: 'inventory', instance: 'a' } }));
    shop.give(0, { type: 'claim-attempt', attempt: 'shop-1-r1' });
    shop.give(1, aSignal({ attributes: { job: 'checkout', instance: 'b' }, atMs: 1 }));
    const events = shop.give(
      MIN,
      aSignal({ attributes: { job: 'inventory', instance: 'a' }, value: 'OK', atMs: MIN }),
    );
    expect(events.map(({ type }) => type)).toContain('incident-resolved');
    expect(events.at(-1)).toMatchObject({ type: 'recovery-ordered', attempt: 'shop-2-r1' });
  });

  test('that is verified is not tried again for a contributor that lingers, but for one that fires anew', () => {
    const shop = startDecisions();
    shop.give(0, aSignal());
    shop.give(MIN, { type: 'end-attempt', attempt: 'shop-1-r1', outcome: 'recovered', reason: 'verified' });
    shop.tickUntil(MIN, 40 * MIN);
    expect(Object.keys(shop.state().attempts)).toEqual(['shop-1-r1']);
    shop.give(40 * MIN, aSignal({ attributes: instance(2), atMs: 40 * MIN }));
    expect(Object.keys(shop.state().attempts)).toEqual(['shop-1-r1', 'shop-1-r2']);
  });
});

describe('people', () => {
  test('everybody who was woken hears of the end, not only who acknowledged', () => {
    const shop = startDecisions();
    shop.give(0, latency());
    shop.give(MIN, { type: 'acknowledge', incident: 'shop-1', by: 'ana' });
    shop.give(2 * MIN, latency({ value: 'OK', atMs: 2 * MIN }));
    const ended = shop.pages().filter(({ kind }) => kind === 'resolved');
    expect(ended.map(({ to }) => to)).toEqual(['ana', 'raj']);
  });

  test.each([
    ['ana', ['ana']],
    ['somebody else', ['ana', 'raj']],
  ])('an incident that %s acknowledged gets worse: %j are paged', (by, people) => {
    const shop = startDecisions();
    shop.give(0, latency());
    shop.give(MIN, { type: 'acknowledge', incident: 'shop-1', by });
    shop.give(2 * MIN, aSignal({ atMs: 2 * MIN }));
    const worse = shop.pages().filter(({ kind }) => kind === 'escalated');
    expect(worse.map(({ to }) => to)).toEqual(people);
  });
});

describe('a silence', () => {
  const silence = (untilMs: number) =>
    ({ type: 'silence', match: { job: 'inventory' }, by: 'ana', reason: 'move', untilMs }) as const;

  test('that is prolonged by another one goes on holding what it held', () => {
    const shop = startDecisions();
    shop.give(0, silence(30 * MIN));
    shop.give(MIN, latency({ atMs: MIN }));
    shop.give(20 * MIN, silence(60 * MIN));
    shop.tickUntil(20 * MIN, 59 * MIN);
    expect(shop.pages()).toEqual([]);
    shop.tickUntil(59 * MIN, 61 * MIN);
    expect(shop.pages().map(({ to }) => to)).toEqual(['ana', 'raj']);
  });
});

describe('a rule that is no longer in the catalog', () => {
  const rules = [aRule({ alert: 'HighLatency', severity: 'high' })];

  test('closes its alerts and lets go of what was silenced', () => {
    const shop = startDecisions(aSystem({ rules }));
    shop.give(0, latency());
    shop.give(0, { type: 'silence', match: { job: 'checkout' }, by: 'ana', reason: 'x', untilMs: HOUR });
    shop.give(1, latency({ attributes: { job: 'checkout', instance: 'b' }, atMs: 1 }));
    const after = startDecisions(aSystem({ rules: [] }), undefined, shop.state());
    after.give(MIN, { type: 'tick' });
    expect(after.state()).toMatchObject({ incidents: {}, muted: {} });
    expect(after.state().resolved[0]?.id).toBe('shop-1');
    expect(after.events().find(({ type }) => type === 'incident-resolved')).toMatchObject({
      because: 'its rules are no longer in the catalog',
    });
  });
});

describe('a list that is full', () => {
  test('makes room for an alert that fires by forgetting one that is OK', () => {
    const shop = startDecisions(aSystem({ recoveries: [] }));
    for (let number = 0; number < LISTED_ALERTS; number += 1)
      shop.give(number, latency({ attributes: instance(number), atMs: number }));
    shop.give(1000, latency({ attributes: instance(7), value: 'OK', atMs: 1000 }));
    shop.give(2000, latency({ attributes: instance(500), atMs: 2000 }));
    const incident = shop.state().incidents['shop-1'];
    expect(Object.keys(incident?.alerts ?? {})).toHaveLength(LISTED_ALERTS);
    expect(incident?.counted).toEqual({});
    const sights = Object.values(incident?.alerts ?? {}).map(({ sight }) => sight);
    expect(new Set(sights)).toEqual(new Set(['firing']));
  });
});

describe('out of sight', () => {
  test('an alert fires since it first did, however often it goes out of sight', () => {
    const shop = startDecisions();
    shop.give(0, latency());
    const [key = ''] = Object.keys(shop.state().incidents['shop-1']?.alerts ?? {});
    const reading = (atMs: number, evidence: typeof FRESH) =>
      shop.give(
        atMs,
        aTruth({
          alarm: latency().alarm,
          atMs,
          firing: [{ attributes: latency().attributes, sinceMs: 0 }],
          evidence: { [key]: evidence },
        }),
      );
    reading(MIN, STALE);
    expect(shop.state().incidents['shop-1']?.alerts[key]).toMatchObject({ sinceMs: MIN, firedAtMs: 0 });
    reading(2 * MIN, FRESH);
    expect(shop.state().incidents['shop-1']?.alerts[key]).toMatchObject({ sinceMs: 2 * MIN, firedAtMs: 0 });
  });

  test('an ALARM that comes late, after an OK without evidence, is no news', () => {
    const shop = startDecisions();
    shop.give(0, latency());
    shop.give(MIN, latency({ value: 'OK', atMs: MIN, evidence: STALE }));
    shop.give(3 * MIN, latency({ value: 'OK', atMs: 3 * MIN, evidence: STALE }));
    expect(shop.give(4 * MIN, latency({ atMs: 2 * MIN }))).toEqual([]);
  });
});
