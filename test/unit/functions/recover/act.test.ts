import { describe, expect, test } from 'vitest';
import { act } from '../../../../functions/recover/act.ts';
import { record } from '../../../../shared/application/record.ts';
import { aSystem } from '../../../builders/catalog.ts';
import { aSignal } from '../../../builders/timeline-of-decisions.ts';
import { order, startAttempt } from './attempt-bench.ts';

describe('act', () => {
  test('however often it is called, it restarts once; the later calls adopt', async () => {
    const { deps, system, step, restarted, incidents } = await startAttempt();
    expect(await act(deps, system, order, step)).toEqual({
      isDone: true,
      because: 'inventory restarted with deployment d2',
    });
    expect(await act(deps, system, order, step)).toEqual({
      isDone: true,
      because: 'inventory: adopted deployment d2, which an earlier try began',
    });
    expect(restarted).toEqual(['inventory']);
    // The first one died before its checkpoint: what it took is in the log once.
    const events = (await incidents.read('shop', 1, 99)).flatMap((commit) => commit.events);
    expect(events.filter(({ type }) => type === 'action-taken')).toHaveLength(1);
  });

  test('does not begin when the attempt is over, also if its intent is in the log', async () => {
    const { deps, system, step, restarted, clock, incidents } = await startAttempt();
    const intent = { action: 'restart_service', target: 'inventory', atMs: 0, knownDeployments: ['d1'] };
    await record(deps, 'shop', [{ type: 'intend-action', attempt: order.attempt, step: '0', intent }]);
    await clock.forward(600_000);
    const over = {
      isDone: false,
      because: 'restart_service on inventory was not begun: the attempt was over',
    };
    expect(await act(deps, system, order, step)).toEqual(over);
    await record(deps, 'shop', [{ type: 'tick' }]);
    expect((await incidents.load('shop')).attempts[order.attempt]?.ended?.outcome).toBe('failed');
    expect(await act(deps, system, order, step)).toEqual(over);
    expect(restarted).toEqual([]);
  });

  test('does not begin when its incident was closed, also if its intent is in the log', async () => {
    const { deps, system, step, restarted } = await startAttempt();
    const intent = { action: 'restart_service', target: 'inventory', atMs: 0, knownDeployments: ['d1'] };
    await record(deps, 'shop', [{ type: 'intend-action', attempt: order.attempt, step: '0', intent }]);
    await record(deps, 'shop', [
      aSignal({ value: 'OK', atMs: 1, evidence: { isFresh: false, because: '' } }),
    ]);
    await record(deps, 'shop', [{ type: 'resolve', incident: 'shop-1', by: 'ana', reason: 'mended' }]);
    expect((await act(deps, system, order, step)).isDone).toBe(false);
    expect(restarted).toEqual([]);
  });

  test('a service that runs on ECS no more is not acted on', async () => {
    const { deps, step } = await startAttempt();
    expect(await act(deps, aSystem({ services: {} }), order, step)).toEqual({
      isDone: false,
      because: 'inventory names no ECS service in the catalog any more',
    });
  });
});
