import { afterAll, beforeAll, expect, test } from 'vitest';
import { SELF_TOPIC } from '../../shared/contract/names.ts';
import { incidentStatus } from '../../shared/domain/incident/state.ts';
import type { Shop } from './a-shop.ts';
import { startShop, until } from './a-shop.ts';

/** Law 2: silence is not recovery. */

let shop: Shop;
beforeAll(async () => {
  shop = await startShop();
}, 120_000);
afterAll(() => shop.stop());

test('without collect an incident turns unknown, does not resolve, and a person is told by the classic alarm', async () => {
  await shop.fault('checkout', 'slow');
  await until('the incident is open', async () => Object.keys((await shop.state()).incidents).length === 1);
  const killer = killCollect();
  await until('the incident is unknown', async () => (await statuses())[0] === 'unknown', 120_000);
  // The fault is gone, but nobody can see that.
  await shop.fault('checkout', 'none');
  await until('a person is told by the classic alarm', () => shop.outbox().some(isClassicPage), 420_000);
  expect(await statuses()).toEqual(['unknown']);
  expect((await shop.state()).resolved).toEqual([]);
  clearInterval(killer);
  await until(
    'collect is back and the incident is resolved',
    async () => (await shop.state()).resolved.length === 1,
    180_000,
  );
  expect(
    (await shop.events()).some(
      (event) => event.type === 'alert-ok' && event.because.includes('has samples newer'),
    ),
  ).toBe(true);
}, 900_000);

const isClassicPage = ({
  topic,
  subject,
}: {
  topic?: string | undefined;
  subject?: string | undefined;
}): boolean => topic?.endsWith(SELF_TOPIC) === true && subject?.includes('homeostat-collect') === true;

async function statuses(): Promise<string[]> {
  return Object.values((await shop.state()).incidents).map(incidentStatus);
}

/** Kill -9, as soon as it is started again. */
function killCollect(): NodeJS.Timeout {
  return setInterval(() => {
    for (const { functionName, pid } of shop.run.cloud.services.lambda.processes()) {
      if (functionName === 'homeostat-collect' && pid !== undefined) process.kill(pid, 'SIGKILL');
    }
  }, 20);
}
