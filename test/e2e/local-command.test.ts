import { execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { main } from '../../cli/main.ts';
import { copyWithOwnPorts } from '../../local/workload/private-copy.ts';
import { aTemporaryFolder } from '../builders/temporary-folder.ts';
import { aTerminal } from '../unit/cli/fake-terminal.ts';

const BIN = fileURLToPath(new URL('../../cli/bin.mjs', import.meta.url));

const QUICKSTART = fileURLToPath(new URL('../../examples/quickstart', import.meta.url));

/** The first line of `--json`, as far as this test reads it. */
const Started = z.object({
  endpoint: z.url(),
  pid: z.int(),
  console: z.url(),
  prometheus: z.url(),
  catalogDir: z.string(),
  services: z.array(z.object({ service: z.string(), port: z.int().optional() })).length(3),
});

/** `homeostat local --json` as its own process; its lines are read one by one. */
function startCommand(catalogDir: string, stateDir: string) {
  const child = spawn(
    process.execPath,
    [BIN, 'local', '--json', '--catalog', catalogDir, '--state', stateDir],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
  });
  return {
    child,
    exited,
    /** The next line of one kind; lines of other kinds are passed over. */
    next: async (event: string): Promise<object> => {
      for (;;) {
        const { value, done } = await lines.next();
        if (done === true) throw new Error(`The command ended without "${event}".`);
        const line = JSON.parse(value) as { readonly event: string };
        if (line.event === event) return line;
      }
    },
  };
}

/** All processes below one, children of children too. */
function descendantsOf(pid: number): number[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const parents = rows.map((row) => row.trim().split(/\s+/).map(Number) as [number, number]);
  const below = (parent: number): number[] =>
    parents.filter(([, ppid]) => ppid === parent).flatMap(([child]) => [child, ...below(child)]);
  return below(pid);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function fault(...args: string[]) {
  const terminal = aTerminal();
  return { exitCode: await main(['fault', ...args], terminal), stderr: terminal.stderr() };
}

test('homeostat local runs the shop, can be broken, and leaves no process behind on Ctrl-C', async () => {
  const catalogDir = aTemporaryFolder();
  await copyWithOwnPorts(QUICKSTART, catalogDir);
  const stateDir = aTemporaryFolder();
  const command = startCommand(catalogDir, stateDir);
  const started = Started.parse(await command.next('started'));
  expect(started).toMatchObject({ pid: command.child.pid, catalogDir });
  const portOf = (name: string) => started.services.find(({ service }) => service === name)?.port ?? 0;
  const statusOf = (service: string, path: string) =>
    fetch(`http://127.0.0.1:${portOf(service)}${path}`, { signal: AbortSignal.timeout(3_000) }).then(
      (answer) => answer.status,
      () => 0,
    );
  await expect.poll(() => statusOf('checkout', '/checkout'), { timeout: 30_000 }).toBe(200);

  const page = await fetch(started.console);
  expect(page.headers.get('content-type')).toContain('text/html');

  const metrics = async () => {
    const answer = await fetch(`${started.prometheus}/api/v1/metadata`);
    return ((await answer.json()) as { data: object }).data;
  };
  const known = { up: [{ type: 'gauge' }], http_requests_total: [{ type: 'counter' }] };
  await expect.poll(metrics, { timeout: 30_000 }).toMatchObject(known);

  expect(await fault('inventory', 'crash', '--state', stateDir)).toEqual({ exitCode: 0, stderr: '' });
  await expect.poll(() => statusOf('inventory', '/health'), { timeout: 10_000 }).toBe(0);

  const second = aTerminal();
  expect(await main(['local', '--catalog', catalogDir, '--state', stateDir, '--fresh'], second)).toBe(2);
  expect(second.stderr()).toContain('in use by an embedded cloud');

  const children = descendantsOf(command.child.pid ?? 0);
  // Checkout and the shopper with a watcher each, the inventory that comes and goes, and functions.
  expect(children.length).toBeGreaterThanOrEqual(4);
  command.child.kill('SIGINT');
  command.child.kill('SIGINT');
  await command.next('stopped');
  expect(await command.exited).toBe(0);
  expect(children.filter(isAlive)).toEqual([]);
  expect(await fault('inventory', 'none', '--state', stateDir)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('no embedded cloud runs') as unknown,
  });
});
