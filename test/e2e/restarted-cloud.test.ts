import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { injectFault } from '../../cli/fault/service-fault.ts';
import { requireCloud } from '../../cli/running-cloud.ts';
import { withOperator } from '../../cli/operator.ts';
import type { OutboxMessage } from '../../local/sns/outbox.ts';
import type { SystemState } from '../../shared/domain/incident/state.ts';
import { aShopFolder, lostPages, until } from './a-shop.ts';

const BIN = resolve(import.meta.dirname, '../../cli/bin.mjs');
const started: ChildProcess[] = [];
const folders: string[] = [];
afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

test('the whole cloud is killed in mid-incident; started again on its state, the incident goes on to its end', async () => {
  const { folder, catalogDir, stateDir } = await aShopFolder();
  folders.push(folder);
  const state = (): Promise<SystemState> =>
    withOperator({ state: stateDir }, ({ incidents }) => incidents.load('shop'));
  const first = await start(catalogDir, stateDir);
  await until('checkout is up', async () => isUp(catalogDir), 60_000);
  await injectFault(requireCloud(stateDir), 'checkout', 'crash');
  await until('the incident is open', async () => Object.keys((await state()).incidents).length === 1);
  first.kill('SIGKILL');
  await once(first, 'exit');
  const second = await start(catalogDir, stateDir);
  await until('the incident is resolved', async () => (await state()).resolved.length === 1, 180_000);
  const events = await withOperator({ state: stateDir }, async ({ incidents }) =>
    (await incidents.read('shop', 1, 1e9)).flatMap((commit) => commit.events),
  );
  const outbox = (): OutboxMessage[] =>
    readFileSync(join(stateDir, 'outbox.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as OutboxMessage);
  expect(events.filter(({ type }) => type === 'action-intended')).toHaveLength(1);
  expect(await lostPages({ events: () => Promise.resolve(events), outbox })).toEqual([]);
  second.kill('SIGTERM');
  await once(second, 'exit');
}, 600_000);

/** `homeostat local` as its own process, so that it can be killed. */
async function start(catalogDir: string, stateDir: string): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    [BIN, 'local', '--json', '--catalog', catalogDir, '--state', stateDir],
    { stdio: 'ignore' },
  );
  started.push(child);
  await until('the cloud is up', () => isAnnounced(stateDir, child.pid), 90_000);
  return child;
}

function isAnnounced(stateDir: string, pid: number | undefined): boolean {
  try {
    return requireCloud(stateDir).pid === pid;
  } catch {
    return false;
  }
}

async function isUp(catalogDir: string): Promise<boolean> {
  const url = /url: (http:\S+)\/health/.exec(
    readFileSync(join(catalogDir, 'shop/homeostat.yaml'), 'utf8').split('checkout:')[1] ?? '',
  )?.[1];
  return fetch(`${url ?? ''}/health`).then(
    ({ ok }) => ok,
    () => false,
  );
}
