import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CRASH_EXIT_CODE } from '../../../../examples/workload/fault-watch.ts';
import { clearFault, writeFault } from '../../../../local/workload/fault-file.ts';
import { aTemporaryFolder } from '../../../builders/temporary-folder.ts';
import type { FaultKind } from '../../../../local/workload/fault-file.ts';
import { startService } from './workload-process.ts';
import type { WorkloadProcess } from './workload-process.ts';

const get = (url: string) => fetch(url, { signal: AbortSignal.timeout(10_000) });

async function aService(role: 'inventory' | 'checkout', over: { dependsOn?: string } = {}) {
  const service = await startService({ role, ...over });
  await service.logged('listens on');
  return service;
}

async function inject(
  service: WorkloadProcess,
  fault: FaultKind,
  deploymentId: string | null = service.deploymentId,
) {
  writeFault(service.faultsDir, 'inventory', { fault, deploymentId });
  if (fault !== 'crash') await service.logged(`fault ${fault} begins`);
}

/** The value of one series of a Prometheus text page. */
async function readSeries(service: WorkloadProcess, series: string): Promise<number> {
  const text = await (await get(`${service.url}/metrics`)).text();
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? Number.NaN : Number(line.slice(series.length + 1));
}

describe('a healthy service', () => {
  test('answers its business route and counts it (M1)', async () => {
    const service = await aService('inventory');
    const answer = await get(`${service.url}/items`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ items: [{ sku: 'tea-01' }, {}, {}] });
    const labels = '{method="GET",route="/items",status="200"}';
    expect(await readSeries(service, `http_requests_total${labels}`)).toBe(1);
    expect(await readSeries(service, `http_request_duration_seconds_count${labels}`)).toBe(1);
  });

  test('exposes the text format with its start time and zeros for errors not yet made', async () => {
    const service = await aService('inventory');
    const answer = await get(`${service.url}/metrics`);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const startedS = await readSeries(service, 'process_start_time_seconds');
    expect(Math.abs(Date.now() / 1000 - startedS)).toBeLessThan(60);
    expect(await readSeries(service, 'http_requests_total{method="GET",route="/items",status="500"}')).toBe(
      0,
    );
  });

  test('puts every unknown path under one label, so that a scanner makes no series', async () => {
    const service = await aService('inventory');
    for (const path of ['/a', '/b?c=1', '/admin.php'])
      expect((await get(service.url + path)).status).toBe(404);
    expect(await readSeries(service, 'http_requests_total{method="GET",route="other",status="404"}')).toBe(3);
  });

  test('says how it is, with checks, version and time (M6)', async () => {
    const service = await aService('inventory');
    const health = await (await get(`${service.url}/health`)).json();
    expect(health).toEqual({
      status: 'healthy',
      checks: { memory: { status: 'healthy', memory_usage: expect.stringMatching(/^\d+%$/) as unknown } },
      version: '1.0.0',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as unknown,
    });
  });

  test('ends by itself on SIGTERM after answering what is under way', async () => {
    const service = await aService('inventory');
    await inject(service, 'slow', null);
    const underWay = get(`${service.url}/items`);
    expect((await get(`${service.url}/health`)).status).toBe(200);
    service.signal('SIGTERM');
    expect((await underWay).status).toBe(200);
    expect(await service.exited).toEqual({ code: 0, signal: null });
  });
});

describe('faults on demand', () => {
  test('crash ends the process, and every new task of that deployment, but not of the next', async () => {
    const faultsDir = aTemporaryFolder();
    const first = await startService({ role: 'inventory', faultsDir, deploymentId: 'ecs-svc/1' });
    await first.logged('listens on');
    await inject(first, 'crash');
    expect(await first.exited).toEqual({ code: CRASH_EXIT_CODE, signal: null });
    const again = await startService({ role: 'inventory', faultsDir, deploymentId: 'ecs-svc/1' });
    expect(await again.exited).toEqual({ code: CRASH_EXIT_CODE, signal: null });
    expect(again.output()).not.toContain('listens on');
    const next = await startService({ role: 'inventory', faultsDir, deploymentId: 'ecs-svc/2' });
    await next.logged('listens on');
    expect((await get(`${next.url}/items`)).status).toBe(200);
  });

  test('hang accepts and never answers, not even metrics and health; it still stops on SIGTERM', async () => {
    const service = await aService('inventory');
    await inject(service, 'hang');
    const asked = ['/items', '/metrics', '/health'].map((path) =>
      fetch(service.url + path, { signal: AbortSignal.timeout(500) }).then(
        (answer) => answer.status,
        (error: unknown) => (error as Error).name,
      ),
    );
    expect(await Promise.all(asked)).toEqual(['TimeoutError', 'TimeoutError', 'TimeoutError']);
    service.signal('SIGTERM');
    expect(await service.exited).toEqual({ code: 0, signal: null });
  });

  test('errors fail most business requests, and the health stays good', async () => {
    const service = await aService('inventory');
    await inject(service, 'errors');
    const answers = await Promise.all(Array.from({ length: 60 }, () => get(`${service.url}/items`)));
    const failed = answers.filter((answer) => answer.status === 500).length;
    expect(failed).toBeGreaterThan(30);
    expect(await readSeries(service, 'http_requests_total{method="GET",route="/items",status="500"}')).toBe(
      failed,
    );
    expect((await get(`${service.url}/health`)).status).toBe(200);
  });

  test('slow lasts for any deployment until it is cleared', async () => {
    const service = await aService('inventory');
    await inject(service, 'slow', null);
    const startedMs = performance.now();
    expect((await get(`${service.url}/items`)).status).toBe(200);
    expect(performance.now() - startedMs).toBeGreaterThan(1_900);
    clearFault(service.faultsDir, 'inventory');
    await service.logged('fault slow is over');
    const duration = 'http_request_duration_seconds_sum{method="GET",route="/items",status="200"}';
    expect(await readSeries(service, duration)).toBeGreaterThan(1.9);
  });

  test('the fault of an older deployment is none, and a broken file is reported and ignored', async () => {
    const service = await aService('inventory');
    writeFault(service.faultsDir, 'inventory', { fault: 'hang', deploymentId: 'ecs-svc/0' });
    writeFileSync(join(service.faultsDir, 'inventory.json'), '{"fault":"explode"}');
    await service.logged('is not a fault and is ignored');
    expect((await get(`${service.url}/items`)).status).toBe(200);
  });
});

describe('checkout', () => {
  test('sells what the inventory has', async () => {
    const inventory = await aService('inventory');
    const checkout = await aService('checkout', { dependsOn: inventory.url });
    const answer = await get(`${checkout.url}/checkout`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      item: { sku: expect.any(String) as unknown },
      totalCents: expect.any(Number) as unknown,
    });
    expect(await (await get(`${checkout.url}/health`)).json()).toMatchObject({
      status: 'healthy',
      checks: { inventory: { status: 'healthy' } },
    });
  });

  test('answers 502 and says why when the inventory fails; its own health is a warning', async () => {
    const inventory = await aService('inventory');
    const checkout = await aService('checkout', { dependsOn: inventory.url });
    inventory.signal('SIGKILL');
    await inventory.exited;
    const answer = await get(`${checkout.url}/checkout`);
    expect(answer.status).toBe(502);
    expect(await answer.json()).toEqual({ error: expect.stringContaining('ECONNREFUSED') as unknown });
    expect(
      await readSeries(checkout, 'http_requests_total{method="GET",route="/checkout",status="502"}'),
    ).toBe(1);
    const health = await get(`${checkout.url}/health`);
    expect(health.status).toBe(200);
    expect(await health.json()).toMatchObject({
      status: 'warning',
      checks: {
        inventory: { status: 'unhealthy', error: expect.stringContaining('ECONNREFUSED') as unknown },
      },
    });
  });
});

test('the shopper loads checkout, stops buying under hang, and ends on SIGTERM', async () => {
  const inventory = await aService('inventory');
  const shopper = await startService({
    role: 'shopper',
    dependsOn: inventory.url,
    env: { REQUESTS_PER_S: '200' },
  });
  const sold = () => readSeries(inventory, 'http_requests_total{method="GET",route="other",status="404"}');
  await expect.poll(sold, { timeout: 10_000 }).toBeGreaterThan(5);
  writeFault(shopper.faultsDir, 'shopper', { fault: 'hang', deploymentId: shopper.deploymentId });
  await shopper.logged('fault hang begins');
  shopper.signal('SIGTERM');
  expect(await shopper.exited).toEqual({ code: 0, signal: null });
});

test.each([
  { role: 'checkout', says: 'DEPENDS_ON is missing' },
  { role: 'shopkeeper', says: 'role' },
] as const)('a wrong setting of $role ends the start and says "$says"', async ({ role, says }) => {
  const service = await startService({ role: role as 'checkout' });
  expect((await service.exited).code).toBe(1);
  expect(service.output()).toContain(says);
});
