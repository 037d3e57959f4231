import { describe, expect, test } from 'vitest';
import { aRecovery, aRule, aSystem } from '../../../../builders/catalog.ts';
import { aSignal, startDecisions } from '../../../../builders/timeline-of-decisions.ts';

/** A verified attempt says nothing about alerts that its recovery is not for. */

const MIN = 60_000;
const latency = (over = {}) => aSignal({ alarm: aRule({ alert: 'HighLatency' }).alarmName, ...over });
const forLatency = aRecovery({ name: 'for-latency', match: { alertname: ['HighLatency'] } });

/** ServiceDown and HighLatency fire together; the restart for the first is verified while the second fires on. */
function startVerified(recoveries = [aRecovery(), forLatency]) {
  const shop = startDecisions(aSystem({ recoveries }));
  shop.give(0, aSignal(), latency());
  shop.give(MIN, aSignal({ value: 'OK', atMs: MIN }));
  shop.give(MIN, { type: 'end-attempt', attempt: 'shop-1-r1', outcome: 'recovered', reason: 'verified' });
  return shop;
}

describe('what fires on after a verified attempt for something else', () => {
  test('is held by the cool-down, which is told, and then has its own recovery', () => {
    const shop = startVerified();
    expect(shop.state().incidents['shop-1']?.held?.reason).toBe(
      'inventory cools down for 10 min after the last attempt',
    );
    shop.tickUntil(MIN, 12 * MIN);
    expect(shop.state().attempts['shop-1-r2']).toMatchObject({
      recovery: 'for-latency',
      orderedAtMs: 11 * MIN,
    });
  });

  test('wakes the next level at its time', () => {
    const shop = startVerified([aRecovery()]);
    expect(shop.state().incidents['shop-1']?.escalation.nextAtMs).toBe(5 * MIN);
  });

  test('but waits if it is one that the recovery is for', () => {
    const shop = startVerified([aRecovery({ match: { alertname: ['ServiceDown', 'HighLatency'] } })]);
    // The look-back of five minutes and two evaluations, from the verification on.
    expect(shop.state().incidents['shop-1']?.escalation.nextAtMs).toBe(8 * MIN);
  });
});
