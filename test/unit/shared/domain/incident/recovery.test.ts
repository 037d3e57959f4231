import { expect, test } from 'vitest';
import { aRecovery, aRule, aService, aSystem } from '../../../../builders/catalog.ts';
import { aSignal, startDecisions, STALE } from '../../../../builders/timeline-of-decisions.ts';

const MIN = 60_000;
const ordered = (shop: ReturnType<typeof startDecisions>) =>
  shop
    .events()
    .flatMap((event) => (event.type === 'recovery-ordered' ? [[event.attempt, event.targets.join()]] : []));
const held = (shop: ReturnType<typeof startDecisions>) =>
  shop.events().flatMap((event) => (event.type === 'recovery-held' ? [event.reason] : []));
const intent = { action: 'restart_service', target: 'inventory', atMs: 0, knownDeployments: ['d1'] };

test('a critical alert with a recovery orders one attempt, however many alerts follow (A3)', () => {
  const shop = startDecisions();
  shop.give(0, aSignal());
  shop.give(1000, aSignal({ attributes: { job: 'inventory', instance: '10.0.0.2:80' }, atMs: 1000 }));
  expect(ordered(shop)).toEqual([['shop-1-r1', 'inventory']]);
});

test('a warning is never acted on by itself (A3)', () => {
  const system = aSystem({ rules: [aRule({ severity: 'warning' })] });
  const shop = startDecisions(system);
  shop.give(0, aSignal());
  expect(ordered(shop)).toEqual([]);
});

test('a failed attempt is told with its log, cools down (R3), and after three attempts no more follow within the hour', () => {
  const shop = startDecisions();
  shop.give(0, aSignal());
  for (let number = 1; number <= 3; number += 1) {
    const startMs = (number - 1) * 11 * MIN;
    const attempt = `shop-1-r${String(number)}`;
    shop.give(startMs, { type: 'claim-attempt', attempt });
    shop.give(startMs, { type: 'intend-action', attempt, step: '0', intent });
    shop.give(startMs + MIN, {
      type: 'end-attempt',
      attempt,
      outcome: 'failed',
      reason: 'ServiceDown still fires',
    });
    shop.tickUntil(startMs + MIN, startMs + 11 * MIN);
  }
  expect(ordered(shop).map(([attempt]) => attempt)).toEqual(['shop-1-r1', 'shop-1-r2', 'shop-1-r3']);
  expect(held(shop)).toContain('inventory cools down for 10 min after the last attempt');
  expect(held(shop)).toContain('inventory had 3 attempts within 60 min, the most allowed');
  expect(shop.pages().find(({ kind }) => kind === 'recovery')?.text).toContain('ServiceDown still fires');
});

test('the cool-down holds for the next incident of the same service too', () => {
  const shop = startDecisions();
  shop.give(0, aSignal());
  shop.give(1000, { type: 'claim-attempt', attempt: 'shop-1-r1' });
  shop.give(1000, { type: 'intend-action', attempt: 'shop-1-r1', step: '0', intent });
  shop.give(MIN, aSignal({ value: 'OK', atMs: MIN }));
  shop.give(MIN, { type: 'end-attempt', attempt: 'shop-1-r1', outcome: 'recovered', reason: 'verified' });
  expect(shop.state().incidents).toEqual({});
  shop.give(2 * MIN, aSignal({ atMs: 2 * MIN }));
  expect(ordered(shop)).toHaveLength(1);
  shop.tickUntil(2 * MIN, 12 * MIN);
  expect(ordered(shop)).toHaveLength(2);
});

test('an execution that dies and begins again reports everything twice, and the log says it once', () => {
  const shop = startDecisions();
  const attempt = 'shop-1-r1';
  shop.give(0, aSignal());
  for (const input of [
    { type: 'claim-attempt', attempt },
    { type: 'intend-action', attempt, step: '0', intent },
    { type: 'action-taken', attempt, step: '0', result: 'inventory restarted with deployment d2' },
    { type: 'end-attempt', attempt, outcome: 'recovered', reason: 'verified' },
  ] as const) {
    const before = shop.events().length;
    shop.give(1000, input);
    const said = shop.events().length;
    expect(said).toBeGreaterThan(before);
    shop.give(2000, input);
    expect(shop.events()).toHaveLength(said);
  }
});

test('an action under way is verified before the incident is closed', () => {
  const shop = startDecisions();
  shop.give(0, aSignal());
  shop.give(0, { type: 'claim-attempt', attempt: 'shop-1-r1' });
  shop.give(0, { type: 'intend-action', attempt: 'shop-1-r1', step: '0', intent });
  shop.give(MIN, aSignal({ value: 'OK', atMs: MIN }));
  expect(Object.keys(shop.state().incidents)).toEqual(['shop-1']);
  shop.give(2 * MIN, { type: 'end-attempt', attempt: 'shop-1-r1', outcome: 'recovered', reason: 'verified' });
  expect(shop.state().incidents).toEqual({});
});

test('an attempt that is not needed any more ends before anything is done, and costs no cool-down', () => {
  const shop = startDecisions();
  shop.give(0, aSignal());
  shop.give(1000, aSignal({ value: 'OK', atMs: 1000 }));
  expect(shop.state().incidents).toEqual({});
  shop.give(2000, { type: 'claim-attempt', attempt: 'shop-1-r1' });
  expect(shop.state().attempts['shop-1-r1']?.ended?.outcome).toBe('not-needed');
  shop.give(3000, aSignal({ atMs: 3000 }));
  expect(ordered(shop)).toHaveLength(2);
});

test('after a failed attempt an alarm that is OK is not enough: the health check must answer', () => {
  const shop = startDecisions();
  shop.give(0, aSignal());
  shop.give(0, { type: 'claim-attempt', attempt: 'shop-1-r1' });
  shop.give(MIN, {
    type: 'end-attempt',
    attempt: 'shop-1-r1',
    outcome: 'failed',
    reason: 'health check does not answer',
  });
  shop.give(2 * MIN, aSignal({ value: 'OK', atMs: 2 * MIN }));
  expect(Object.keys(shop.state().incidents)).toEqual(['shop-1']);
  shop.give(3 * MIN, { type: 'health-confirmed', incident: 'shop-1', because: 'healthy' });
  expect(shop.state().incidents).toEqual({});
});

test('an attempt past its deadline is decided by the clock', () => {
  const shop = startDecisions();
  shop.give(0, aSignal());
  shop.tickUntil(0, 10 * MIN);
  expect(shop.state().attempts['shop-1-r1']?.ended).toMatchObject({
    outcome: 'failed',
    reason: 'it was ordered and never began',
  });
});

test('whoever acknowledges has it in hand: no new attempt begins', () => {
  const shop = startDecisions();
  shop.give(0, aSignal());
  shop.give(1000, { type: 'acknowledge', incident: 'shop-1', by: 'ana' });
  shop.give(MIN, { type: 'end-attempt', attempt: 'shop-1-r1', outcome: 'failed', reason: 'no' });
  shop.tickUntil(MIN, 30 * MIN);
  expect(ordered(shop)).toHaveLength(1);
  expect(held(shop)).toContain('ana acknowledged and has it in hand');
});

test('a service whose dependency is down is not restarted; when the dependency is back and it still fires, it is', () => {
  const shop = startDecisions();
  shop.give(0, aSignal());
  shop.give(1000, aSignal({ attributes: { job: 'checkout', instance: '10.0.0.9:80' }, atMs: 1000 }));
  expect(ordered(shop)).toEqual([['shop-1-r1', 'inventory']]);
  expect(held(shop)).toEqual(['checkout depends on inventory, which has shop-1: that comes first']);
  shop.give(2000, aSignal({ value: 'OK', atMs: 2000 }));
  expect(ordered(shop)).toEqual([
    ['shop-1-r1', 'inventory'],
    ['shop-2-r1', 'checkout'],
  ]);
});

test('one lease a target: two recoveries of one service do not run at once', () => {
  const recoveries = [
    aRecovery({
      name: 'both',
      actions: [{ action: 'restart_service' }, { action: 'restart_service', service: 'inventory' }],
    }),
  ];
  const services = { inventory: aService('inventory'), checkout: aService('checkout') };
  const shop = startDecisions(aSystem({ recoveries, services }));
  shop.give(0, aSignal({ attributes: { job: 'checkout', instance: 'a' } }));
  shop.give(1000, aSignal({ attributes: { job: 'inventory', instance: 'b' }, atMs: 1000 }));
  expect(ordered(shop)).toEqual([['shop-1-r1', 'checkout,inventory']]);
  expect(held(shop)).toEqual(['shop-1-r1 is at work on inventory']);
});

test('what cannot be seen is not acted on', () => {
  const shop = startDecisions(
    aSystem({ recoveries: [aRecovery({ match: { alertname: ['HighLatency'] } })] }),
  );
  shop.give(0, aSignal());
  shop.give(1000, aSignal({ value: 'OK', atMs: 1000, evidence: STALE }));
  expect(ordered(shop)).toEqual([]);
});
