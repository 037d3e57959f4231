import { expect, test } from 'vitest';
import { recover } from '../../../../functions/recover/recover.ts';
import { record } from '../../../../shared/application/record.ts';
import { aSignal, STALE } from '../../../builders/timeline-of-decisions.ts';
import { durableEngine } from '../../../fakes/fake-durable.ts';
import { order, startAttempt } from './attempt-bench.ts';

test('a person closes the incident in mid-attempt: it ends at once, and not as "recovered"', async () => {
  const { deps, clock, world, restarted } = await startAttempt();
  world.isHealthy = false;
  const engine = durableEngine(clock);
  engine.start(order.attempt, (durable) => recover(deps, order, durable));
  await clock.forward(5_000);
  expect(restarted).toEqual(['inventory']);
  await record(deps, 'shop', [
    aSignal({ value: 'OK', atMs: clock.nowMs(), evidence: STALE }),
    { type: 'resolve', incident: 'shop-1', by: 'ana', reason: 'taken down for good' },
  ]);
  await clock.forward(30_000);
  expect(engine.endings.get(order.attempt)).toMatch(/^not-needed: .*ana closed the incident in mid-attempt/);
});
