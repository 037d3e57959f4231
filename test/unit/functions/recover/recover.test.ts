import { describe, expect, test } from 'vitest';
import { act } from '../../../../functions/recover/act.ts';
import { claim } from '../../../../functions/recover/claim.ts';
import type { RecoverDeps } from '../../../../functions/recover/attempt-plan.ts';
import { recover } from '../../../../functions/recover/recover.ts';
import { verify } from '../../../../functions/recover/verify.ts';
import { record } from '../../../../shared/application/record.ts';
import type { CompiledSystem } from '../../../../shared/domain/catalog/compiled.ts';
import type { ServiceDeployment } from '../../../../shared/ports/service-control.ts';
import { aCatalog, aRecovery, aRule, aService, aSystem } from '../../../builders/catalog.ts';
import { aSignal } from '../../../builders/timeline-of-decisions.ts';
import { durableEngine } from '../../../fakes/fake-durable.ts';
import { fakeIncidentLog } from '../../../fakes/fake-incident-log.ts';
import { FakeLog } from '../../../fakes/fake-log.ts';
import { fakePager } from '../../../fakes/fake-pager.ts';
import { fakePrometheus } from '../../../fakes/fake-prometheus.ts';
import { virtualClock } from '../../../fakes/virtual-clock.ts';

const order = { system: 'shop', attempt: 'shop-1-r1' };
const deployment = (id: string, over: Partial<ServiceDeployment> = {}): ServiceDeployment => ({
  id,
  isPrimary: true,
  rollout: 'COMPLETED',
  createdAtMs: 0,
  ...over,
});

async function start(system: CompiledSystem = aSystem()) {
  const clock = virtualClock(1_000_000);
  const incidents = fakeIncidentLog();
  const pager = fakePager(clock);
  const series = fakePrometheus();
  const restarted: string[] = [];
  const world = {
    deployments: [deployment('d1')] as ServiceDeployment[],
    firing: [] as Record<string, string>[],
    isHealthy: true,
  };
  const deps: RecoverDeps = {
    catalog: aCatalog(system),
    clock,
    incidents,
    pager,
    series,
    log: new FakeLog(),
    writer: 'recover',
    recoveries: { start: () => Promise.resolve('e') },
    alarms: {
      inAlarm: () => Promise.resolve([]),
      contributors: () => Promise.resolve(world.firing.map((attributes) => ({ attributes, sinceMs: 0 }))),
    },
    health: { ask: (url) => Promise.resolve({ isHealthy: world.isHealthy, because: `${url} asked` }) },
    services: {
      deployments: () => Promise.resolve(world.deployments),
      restart: (_, service) => {
        restarted.push(service);
        world.deployments = [
          deployment(`d${String(restarted.length + 1)}`),
          ...world.deployments.map((one) => ({ ...one, isPrimary: false })),
        ];
        return Promise.resolve(world.deployments[0]?.id ?? '');
      },
    },
  };
  await record(deps, 'shop', [aSignal()]);
  const seen = (labels: Readonly<Record<string, string>>) => {
    series.write('up', { ...labels, '@resource.homeostat.system': 'shop' }, 1, clock.nowMs());
  };
  const step = { name: '0', action: 'restart_service', target: 'inventory' };
  return { deps, system, clock, incidents, pager, world, restarted, seen, step };
}

describe('claim', () => {
  test('tells what to do', async () => {
    const { deps, system } = await start();
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
    const { deps, system } = await start(aSystem({ services, recoveries: [aRecovery({ actions })] }));
    const plan = await claim(deps, system, order);
    expect(plan?.steps.map(({ target }) => target)).toEqual(['checkout', 'inventory']);
  });

  test('nothing, of an attempt that has ended or that nobody ordered', async () => {
    const { deps, system } = await start();
    expect(await claim(deps, system, { system: 'shop', attempt: 'shop-9-r1' })).toBeNull();
    await record(deps, 'shop', [
      { type: 'end-attempt', attempt: order.attempt, outcome: 'failed', reason: '' },
    ]);
    expect(await claim(deps, system, order)).toBeNull();
  });

  test('a recovery that the catalog has lost ends the attempt with that reason', async () => {
    const { deps, incidents } = await start();
    expect(await claim(deps, aSystem({ recoveries: [] }), order)).toBeNull();
    expect((await incidents.load('shop')).attempts[order.attempt]?.ended?.reason).toBe(
      'recovery "restart" is no longer in the catalog 0123456789abcdef',
    );
  });
});

describe('act', () => {
  test('however often it is called, it restarts once; the later calls adopt', async () => {
    const { deps, system, step, restarted } = await start();
    expect(await act(deps, system, order, step)).toEqual({
      isDone: true,
      because: 'inventory restarted with deployment d2',
    });
    expect(await act(deps, system, order, step)).toEqual({
      isDone: true,
      because: 'inventory: adopted deployment d2, which an earlier try began',
    });
    expect(restarted).toEqual(['inventory']);
  });

  test('does not begin when the attempt is over, also if its intent is in the log', async () => {
    const { deps, system, step, restarted, clock, incidents } = await start();
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
    const { deps, system, step, restarted } = await start();
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
    const { deps, step } = await start();
    expect(await act(deps, aSystem({ services: {} }), order, step)).toEqual({
      isDone: false,
      because: 'inventory names no ECS service in the catalog any more',
    });
  });
});

describe('verify', () => {
  const attributes = aSignal().attributes as Record<string, string>;

  test('alarm, deployment and health, and what is missing in words', async () => {
    const { deps, system, step, world, seen } = await start();
    await act(deps, system, order, step);
    seen(attributes);
    world.firing = [attributes];
    world.isHealthy = false;
    world.deployments = [deployment('d2', { rollout: 'IN_PROGRESS' })];
    expect(await verify(deps, system, order)).toEqual({
      isRecovered: false,
      because:
        'ServiceDown still fires; the deployment of inventory is IN_PROGRESS; http://inventory.test/health asked',
    });
    world.firing = [];
    world.isHealthy = true;
    world.deployments = [deployment('d2')];
    expect(await verify(deps, system, order)).toEqual({
      isRecovered: true,
      because: 'verified: alarms OK with fresh samples, deployment complete, health check good',
    });
  });

  test('an alarm that is OK because its series stopped is no recovery', async () => {
    const { deps, system, step } = await start();
    await act(deps, system, order, step);
    expect(await verify(deps, system, order)).toEqual({
      isRecovered: false,
      because: 'ServiceDown is out of sight',
    });
  });

  test('what fires for an instance that no longer runs does not count', async () => {
    const { deps, system, step, world, seen } = await start();
    await act(deps, system, order, step);
    world.firing = [attributes];
    seen({ job: 'inventory', instance: 'new:80' });
    expect((await verify(deps, system, order)).isRecovered).toBe(true);
  });

  test('nor does an alert that the recovery is not for', async () => {
    const disk = aRule({ alert: 'DiskFilling', severity: 'warning' });
    const { deps, system, step, seen } = await start(aSystem({ rules: [aRule(), disk] }));
    await record(deps, 'shop', [aSignal({ alarm: disk.alarmName })]);
    await act(deps, system, order, step);
    seen(attributes);
    const alarms = {
      ...deps.alarms,
      contributors: (alarm: string) =>
        Promise.resolve(alarm === disk.alarmName ? [{ attributes, sinceMs: 0 }] : []),
    };
    expect((await verify({ ...deps, alarms }, system, order)).isRecovered).toBe(true);
  });

  test('an incident that a person closed needs no more', async () => {
    const { deps, system } = await start();
    expect(await verify(deps, system, { system: 'shop', attempt: 'shop-7-r1' })).toEqual({
      isRecovered: true,
      because: 'the incident is over',
    });
  });
});

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
    const attempt = await start(both(mode));
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
    const { deps, clock, world } = await start(aSystem({ recoveries: [aRecovery({ guards })] }));
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
