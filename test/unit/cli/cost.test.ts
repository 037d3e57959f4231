import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { addCost, tellCost } from '../../../cli/cost.ts';
import { measureSweeps } from '../../../cli/measure-sweeps.ts';
import { run } from '../../../cli/program.ts';
import type { CostStatement } from '../../../shared/domain/cost/statement.ts';
import { aCatalog, aService, aSystem } from '../../builders/catalog.ts';
import { aTemporaryFolder } from '../../builders/temporary-folder.ts';
import { serve, type LoopbackServer } from '../../fakes/bad-target.ts';
import { aTerminal } from './fake-terminal.ts';

const QUICKSTART = new URL('../../../examples/quickstart', import.meta.url).pathname;
const METRICS = `# TYPE http_requests_total counter
http_requests_total{status="200"} 7
http_requests_total{status="500"} 2
# TYPE orders_total counter
orders_total 5
`;

const servers: LoopbackServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

/** The quick start, with inventory at a target that answers and checkout at one that is not there. */
async function aShop(): Promise<string> {
  const server = await serve((request, response) => {
    response.end(request.url === '/metrics' ? METRICS : 'ok');
  });
  servers.push(server);
  const folder = join(aTemporaryFolder(), 'catalog');
  cpSync(QUICKSTART, folder, { recursive: true });
  const file = join(folder, 'shop/homeostat.yaml');
  const text = readFileSync(file, 'utf8').replaceAll('127.0.0.1:9101', server.hostPort);
  writeFileSync(file, text.replaceAll('127.0.0.1:9102', '127.0.0.1:1'));
  return folder;
}

async function cost(...args: string[]) {
  const terminal = aTerminal();
  const exitCode = await run(['cost', ...args], terminal, [addCost]);
  return { exitCode, out: terminal.stdout(), err: terminal.stderr() };
}
const statementIn = (out: string): CostStatement => JSON.parse(out) as CostStatement;

test('the bill has a total, a line for each system, and what others charge', async () => {
  const { exitCode, out, err } = await cost('--catalog', QUICKSTART, '--state', aTemporaryFolder());
  expect([exitCode, err]).toEqual([0, '']);
  expect(out).toMatch(/^shop +2 targets .* assumed$/m);
  expect(out).toMatch(/^total +\d+\.\d\d +\d+\.\d\d +\d+\.\d\d +\d+\.\d\d$/m);
  expect(out).toMatch(/^shared +\d+\.\d\d +\d+\.\d\d$/m);
  expect(out).toMatch(/^PagerDuty Professional +63\.00 /m);
  expect(out).toContain('not verified');
});

test('--measure counts what the targets send, names those that are down, and is remembered', async () => {
  const [catalog, state] = [await aShop(), aTemporaryFolder()];
  const { exitCode, out, err } = await cost('--catalog', catalog, '--state', state, '--measure', '--json');
  expect(exitCode).toBe(0);
  expect(err).toBe(
    'warning: shop: 1 of 2 targets did not answer (127.0.0.1:1); what they send is not counted\n',
  );
  const { sizes } = statementIn(out);
  expect(sizes['shop']).toMatchObject({ how: 'measured', targets: 2, everyS: 10 });
  expect(sizes['shop']?.series).toMatchObject({ http_requests_total: 2, up: 2 });
  // No rule and no chart of the quick start reads orders_total: it is not sent.
  expect(sizes['shop']?.series).not.toHaveProperty('orders_total');
  expect(sizes['shop']?.everything.points).toBe((sizes['shop']?.points ?? 0) + 1);
  const { sent, everything } = statementIn(out).collection['shop'] ?? {};
  expect(sent?.usdAMonth).toBeLessThan(everything?.usdAMonth ?? 0);
  expect(sent?.bytesADay).toBe((sizes['shop']?.bytes ?? 0) * 8_640);
  expect(sizes['shop']?.bytes).toBeGreaterThan(1_000);
  const again = statementIn((await cost('--catalog', catalog, '--state', state, '--json')).out);
  expect(again.sizes['shop']).toMatchObject({ how: 'measured', bytes: sizes['shop']?.bytes });
});

test('a service whose tasks cannot be listed is named too', async () => {
  const till = aService('till', {
    ecs: { cluster: 'c', service: 'till' },
    scrape: { kind: 'tasks', port: 1, path: '/metrics' },
    health: { url: 'http://127.0.0.1:1/health', timeoutS: 1 },
  });
  const fleet = { tasks: () => Promise.reject(new Error('no credentials')) };
  const { shop } = await measureSweeps(aCatalog(aSystem({ services: { till } })), fleet);
  expect(shop).toMatchObject({ targets: 1, down: ['c/till'] });
});

test('a record that cannot be read counts as none', async () => {
  const state = aTemporaryFolder();
  writeFileSync(join(state, 'sweep-sizes.json'), '{"shop": {"bytes": "many"}}');
  const { out } = await cost('--catalog', QUICKSTART, '--state', state, '--json');
  expect(statementIn(out).sizes['shop']?.how).toBe('assumed');
});

test('a busy month is as busy as it is said to be', async () => {
  const busyUsd = async (...args: string[]): Promise<number> =>
    statementIn((await cost('--catalog', QUICKSTART, '--state', aTemporaryFolder(), '--json', ...args)).out)
      .busy.usd;
  const [few, many] = [
    await busyUsd('--incidents', '1'),
    await busyUsd('--incidents', '1000', '--pages', '5'),
  ];
  expect(many).toBeGreaterThan(few + 10);
  const { out } = await cost(
    '--catalog',
    QUICKSTART,
    '--state',
    aTemporaryFolder(),
    '--hosts',
    '20',
    '--json',
  );
  expect(statementIn(out).rivals[0]?.usd).toBe(300);
});

test('a catalog with errors ends with 2 and says how to see them', async () => {
  const { exitCode, err } = await cost('--catalog', '/nowhere/at/all');
  expect(exitCode).toBe(2);
  expect(err).toContain('is not valid; see why with `npx homeostat validate /nowhere/at/all`');
});

test.each(['-1', 'many', 'NaN', ''])('--incidents "%s" is refused', async (incidents) => {
  const { exitCode, err } = await cost(`--incidents=${incidents}`);
  expect(exitCode).toBe(2);
  expect(err).toContain('Expected a number from 0.');
});

test('prices of more than a year ago are warned of, in the answer too', async () => {
  const terminal = aTerminal();
  const options = { catalog: QUICKSTART, state: aTemporaryFolder(), json: true };
  const month = { incidents: 0, openMinutes: 0, pages: 0, recoveries: 0 };
  await tellCost({ ...options, ...month }, terminal, Date.parse('2028-01-01'));
  expect(terminal.stderr()).toContain(
    'warning: the price of "CloudWatch, series over OTLP" was read on 2026-10-07',
  );
  const { warnings } = JSON.parse(terminal.stdout()) as { warnings: string[] };
  expect(warnings.length).toBeGreaterThan(20);
});
