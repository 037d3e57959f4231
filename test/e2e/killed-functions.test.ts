import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ECSClient } from '@aws-sdk/client-ecs';
import { seededRandom } from '../../local/chaos/seeded-random.ts';
import { ecsServiceControl } from '../../shared/adapters/ecs/service-control.ts';
import type { Shop } from './a-shop.ts';
import { lostPages, startShop, until } from './a-shop.ts';

/** Kill -9 of any function in the middle of its work, five times in a row (issue: what it must hold). */

const VICTIMS = ['intake', 'recover', 'escalate', 'recover', 'intake'] as const;
const SEED = Number(process.env['HOMEOSTAT_SEED'] ?? Date.now() % 1_000_000);

let shop: Shop;
beforeAll(async () => {
  // Each round needs its own attempt: no cool-down here, it has its own tests.
  shop = await startShop((text) =>
    text.replaceAll('coolDown: 10m', 'coolDown: 1s').replaceAll('attempts: 3', 'attempts: 20'),
  );
}, 120_000);
afterAll(() => shop.stop());

test(`the incident ends resolved, no attempt acts twice, no page is lost (seed ${String(SEED)})`, async () => {
  const random = seededRandom(SEED);
  const deployments = watchDeployments();
  let kills = 0;
  for (const [round, victim] of VICTIMS.entries()) {
    const resolvedBefore = (await shop.state()).resolved.length;
    await shop.fault('checkout', 'crash');
    kills += await killOnce(`homeostat-${victim}`, random);
    await until(
      `round ${String(round + 1)} is resolved after ${victim} was killed`,
      async () => (await shop.state()).resolved.length > resolvedBefore,
      180_000,
    );
  }
  const seen = await deployments.stop();
  const events = await shop.events();
  const attempts = new Set(
    events.flatMap((event) => (event.type === 'recovery-ordered' ? [event.attempt] : [])),
  );
  const acted = new Set(events.flatMap((event) => (event.type === 'action-intended' ? [event.attempt] : [])));
  expect(kills).toBe(VICTIMS.length);
  expect(Object.keys((await shop.state()).incidents)).toEqual([]);
  expect(attempts.size).toBeGreaterThanOrEqual(VICTIMS.length);
  // One new deployment for each attempt that acted, and never a second one.
  expect(seen.size - 1).toBe(acted.size);
  expect(await lostPages(shop)).toEqual([]);
}, 900_000);

/** Waits until the function is at work, then a random moment more, and kills it. */
async function killOnce(functionName: string, random: () => number): Promise<number> {
  const untilMs = Date.now() + 90_000;
  // Not the work that goes on all the time: what begins once the alarm has fired.
  await until('the fault is noticed', async () => (await shop.query('up == 0')).length > 0, 60_000);
  await setTimeout(random() * 2_000);
  while (Date.now() < untilMs) {
    const busy = shop.run.cloud.services.lambda
      .processes()
      .find((one) => one.functionName === functionName && one.isBusy);
    if (busy?.pid !== undefined) {
      await setTimeout(random() * 150);
      process.kill(busy.pid, 'SIGKILL');
      return 1;
    }
    await setTimeout(2);
  }
  return 0;
}

/** All primary deployments of checkout that there ever were while it watched. */
function watchDeployments(): { stop: () => Promise<Set<string>> } {
  const ecs = new ECSClient({
    endpoint: shop.run.endpoint,
    region: shop.run.cloud.region,
    credentials: { accessKeyId: 'owner', secretAccessKey: 'owner' },
  });
  const seen = new Set<string>();
  const watch = new AbortController();
  const watching = (async () => {
    while (!watch.signal.aborted) {
      for (const { id } of await ecsServiceControl(ecs).deployments('shop', 'checkout')) seen.add(id);
      await setTimeout(50);
    }
  })();
  return {
    stop: async () => {
      watch.abort();
      await watching;
      ecs.destroy();
      return seen;
    },
  };
}
