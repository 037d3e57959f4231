import { expect, test } from 'vitest';
import { aSignal, startDecisions } from '../../../../builders/timeline-of-decisions.ts';

/** Whoever takes over from the automation hears what it tried, and when it is at its end. */

const MIN = 60_000;

function startFailing(attempts: number) {
  const shop = startDecisions();
  shop.give(0, aSignal());
  for (let number = 1; number <= attempts; number += 1) {
    const atMs = (number - 1) * 11 * MIN + MIN;
    shop.tickUntil(0, atMs);
    const attempt = `shop-1-r${String(number)}`;
    shop.give(atMs, { type: 'end-attempt', attempt, outcome: 'failed', reason: 'still fires' });
    shop.tickUntil(atMs, atMs + 10 * MIN);
  }
  return shop;
}

test('the second level is told of the restart that did not help', () => {
  const shop = startFailing(1);
  const toMax = shop.pages().find(({ to }) => to === 'max');
  expect(toMax?.kind).toBe('escalated');
  expect(toMax?.text).toContain('* tried restart on inventory (shop-1-r1): failed, still fires');
});

test('that the attempts are used up is paged once, to everybody at work on it', () => {
  const shop = startFailing(3);
  const usedUp = () => shop.pages().filter(({ text }) => text.includes('no more attempts'));
  expect(usedUp().map(({ to }) => to)).toEqual(['ana', 'raj', 'max']);
  expect(usedUp()[0]?.text).toContain('no more attempts until 1970-01-01 01:00 (UTC); it needs you');
  // Held for another reason in between, it is no news.
  shop.give(34 * MIN, { type: 'acknowledge', incident: 'shop-1', by: 'ana' });
  shop.tickUntil(34 * MIN, 96 * MIN);
  expect(usedUp()).toHaveLength(3);
});
