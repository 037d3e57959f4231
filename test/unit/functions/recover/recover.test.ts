import { describe, expect, test } from 'vitest';
import { recover } from '../../../../functions/recover/recover.ts';
import { aRecovery, aService, aSystem } from '../../../builders/catalog.ts';
import { aSignal } from '../../../builders/timeline-of-decisions.ts';
import { durableEngine } from '../../../fakes/fake-durable.ts';
import { order, startAttempt } from './attempt-bench.ts';

describe('the whole attempt', () => {
  const both = (mode: 'first' | 'all') => {
    const actions = [
      { action: 'restart_service' as const },
      { action: 'restart_service' as const, service: 'checkout' },
    ];
    const services = { inventory: aService('inventory'), checkout: aService('checkout') };
    return aSystem({ services, recoveries: [aRecovery({ mode, actions })] });
  };

  test.each([
    { mode: 'first' as const, helps: 'inventory', restarted: ['inventory'] },
    { mode: 'first' as const, helps: 'checkout', restarted: ['inventory', 'checkout'] },
    { mode: 'all' as const, helps: 'inventory', restarted: ['inventory', 'checkout'] },
  ])('R2: $mode, and $helps helps: $restarted', async ({ mode, helps, restarted }) => {
    const attempt = await startAttempt(both(mode));
    const { deps, clock, world } = attempt;
    const health = {
      ask: () => Promise.resolve({ isHealthy: attempt.restarted.includes(helps), because: 'no' }),
    };
    const engine = durableEngine(clock);
    world.firing = [];
    engine.start(order.attempt, (durable) => recover({ ...deps, health }, order, durable));
    for (let turn = 0; turn < 70; turn += 1) {
      attempt.seen(aSignal().attributes);
      await clock.forward(10_000);
    }
    expect(attempt.restarted).toEqual(restarted);
    expect(engine.endings.get(order.attempt)).toMatch(/^recovered: /);
  });

  test('a day of deadline fits into the operations of one execution', async () => {
    const guards = { ...aRecovery().guards, settleS: 0, deadlineS: 86_400 };
    const { deps, clock, world } = await startAttempt(aSystem({ recoveries: [aRecovery({ guards })] }));
    world.isHealthy = false;
    const engine = durableEngine(clock);
    engine.start(order.attempt, (durable) => recover(deps, order, durable));
    await clock.forward(90_000_000);
    expect(engine.endings.get(order.attempt)).toMatch(/^failed: /);
    const steps = engine.passed.filter(
      (passing) => passing.endsWith('recorded') && !passing.endsWith('unrecorded'),
    );
    expect(steps.length * 2).toBeLessThan(3_000);
  });
});
