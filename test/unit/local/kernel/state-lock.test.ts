import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockState } from '../../../../local/kernel/state-lock.ts';

const MODULE = new URL('../../../../local/kernel/state-lock.ts', import.meta.url).href;

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'homeostat-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

test('a lock of another process is respected, and gone when that process is killed', async () => {
  const script =
    `const { lockState } = await import(${JSON.stringify(MODULE)});` +
    `lockState(${JSON.stringify(dir)}); console.log('locked'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  await once(child.stdout, 'data');
  expect(() => lockState(dir)).toThrow(`runs as process ${child.pid ?? 0}. Stop that one`);
  child.kill('SIGKILL');
  await exited;
  lockState(dir).release();
});

test('a lock that was released can be taken again', () => {
  const state = join(dir, 'made', 'here');
  lockState(state).release();
  const lock = lockState(state);
  expect(() => lockState(state)).toThrow(`runs as process ${process.pid}.`);
  lock.release();
});
