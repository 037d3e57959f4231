import { describe, expect, test } from 'vitest';
import { claim } from '../../../../functions/recover/claim.ts';
import { record } from '../../../../shared/application/record.ts';
import { aRecovery, aService, aSystem } from '../../../builders/catalog.ts';
import { order, startAttempt } from './attempt-bench.ts';

describe('claim', () => {
  test('tells what to do', async () => {
    const { deps, system } = await startAttempt();
    expect(await claim(deps, system, order)).toMatchObject({
      mode: 'first',
      steps: [{ action: 'restart_service', target: 'inventory' }],
    });
  });

  test("actions that name no service act on the alert's, whatever the others name", async () => {
    const actions = [
      { action: 'restart_service' as const, service: 'checkout' },
      { action: 'restart_service' as const },
    ];
    const services = { inventory: aService('inventory'), checkout: aService('checkout') };
    const { deps, system } = await startAttempt(aSystem({ services, recoveries: [aRecovery({ actions })] }));
    const plan = await claim(deps, system, order);
    expect(plan?.steps.map(({ target }) => target)).toEqual(['checkout', 'inventory']);
  });

  test('nothing, of an attempt that has ended or that nobody ordered', async () => {
    const { deps, system } = await startAttempt();
    expect(await claim(deps, system, { system: 'shop', attempt: 'shop-9-r1' })).toBeNull();
    await record(deps, 'shop', [
      { type: 'end-attempt', attempt: order.attempt, outcome: 'failed', reason: '' },
    ]);
    expect(await claim(deps, system, order)).toBeNull();
  });

  test('a recovery that the catalog has lost ends the attempt with that reason', async () => {
    const { deps, incidents } = await startAttempt();
    expect(await claim(deps, aSystem({ recoveries: [] }), order)).toBeNull();
    expect((await incidents.load('shop')).attempts[order.attempt]?.ended?.reason).toBe(
      'recovery "restart" is no longer in the catalog 0123456789abcdef',
    );
  });
});
