import { expect, test } from 'vitest';
import { storyOf } from '../../../../../shared/domain/incident/explain.ts';
import { aSignal, startDecisions } from '../../../../builders/timeline-of-decisions.ts';

test('the story of an incident names alerts as people do, says why, and leaves other incidents out', () => {
  const shop = startDecisions();
  shop.give(0, aSignal());
  shop.give(1_000, aSignal({ attributes: { job: 'checkout', instance: 'b' }, atMs: 1_000 }));
  shop.give(60_000, aSignal({ value: 'OK', atMs: 60_000 }));
  const commits = [{ seq: 1, atMs: 0, by: 'intake', catalogHash: 'abc', events: shop.events() }];
  const story = storyOf('shop-1', commits).map(({ what, why }) => `${what}: ${why}`);
  expect(story[0]).toMatch(
    /^opened as critical for service inventory: ServiceDown fires for service inventory/,
  );
  expect(story).toContain('ServiceDown {instance="10.0.0.1:80", job="inventory"} is OK: seen');
  expect(story.at(-1)).toMatch(/^resolved by homeostat: /);
  expect(story.join()).not.toContain('checkout');
});
