import { describe, expect, test } from 'vitest';
import { alertKey } from '../../../../../shared/domain/alert/alert.ts';
import { aSignal, aTruth, FRESH, STALE, startDecisions } from '../../../../builders/timeline-of-decisions.ts';

/** Law 2 holds for silenced alerts too: silence is not recovery. */

const MIN = 60_000;
const key = alertKey(aSignal().alarm, aSignal().attributes);

function startSilenced() {
  const shop = startDecisions();
  const match = { job: 'inventory' };
  shop.give(0, { type: 'silence', match, by: 'ana', reason: 'move', untilMs: 30 * MIN });
  shop.give(MIN, aSignal({ atMs: MIN }));
  return shop;
}

describe('a silenced alert that leaves the alarm', () => {
  test('without evidence is kept, and opens as out of sight when the silence ends', () => {
    const shop = startSilenced();
    shop.give(2 * MIN, aSignal({ value: 'OK', atMs: 2 * MIN, evidence: STALE }));
    expect(Object.keys(shop.state().muted)).toEqual([key]);
    shop.tickUntil(2 * MIN, 30 * MIN);
    expect(shop.state().incidents['shop-1']?.alerts[key]?.sight).toBe('unknown');
    expect(shop.pages().map(({ to }) => to)).toEqual(['ana', 'raj']);
    expect(shop.pages()[0]?.text).toContain('- ServiceDown unknown');
    // The transition that it had is still the newest: an older ALARM is no news.
    expect(shop.give(31 * MIN, aSignal({ atMs: 1.5 * MIN }))).toEqual([]);
    shop.give(32 * MIN, aSignal({ value: 'OK', atMs: 32 * MIN }));
    expect(shop.state().incidents).toEqual({});
  });

  test('is judged by its own evidence, not by that of the alarm as a whole', () => {
    const shop = startSilenced();
    const atMs = 2 * MIN;
    shop.give(atMs, aTruth({ atMs, evidence: { [key]: STALE }, evidenceForRest: FRESH }));
    expect(Object.keys(shop.state().muted)).toEqual([key]);
    expect(shop.give(3 * MIN, aTruth({ atMs: 3 * MIN, evidence: { [key]: STALE } }))).toEqual([]);
    shop.give(4 * MIN, aTruth({ atMs: 4 * MIN, evidence: { [key]: FRESH }, evidenceForRest: STALE }));
    expect(shop.state().muted).toEqual({});
    shop.tickUntil(4 * MIN, 31 * MIN);
    expect(shop.pages()).toEqual([]);
  });

  test('and is read in alarm again fires when the silence ends', () => {
    const shop = startSilenced();
    shop.give(2 * MIN, aSignal({ value: 'OK', atMs: 2 * MIN, evidence: STALE }));
    const firing = [{ attributes: aSignal().attributes, sinceMs: 2.5 * MIN }];
    shop.give(3 * MIN, aTruth({ atMs: 3 * MIN, firing }));
    shop.tickUntil(3 * MIN, 30 * MIN);
    expect(shop.state().incidents['shop-1']?.alerts[key]?.sight).toBe('firing');
  });
});
