import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockState } from '../../../local/kernel/state-lock.ts';
import { prepareStateDir } from '../../../local/state-dir.ts';
import { aTemporaryFolder } from '../../builders/temporary-folder.ts';

test('a folder that is not there is made, with everything above it, and is ours', () => {
  const dir = join(aTemporaryFolder(), 'a', 'b');
  prepareStateDir(dir, true);
  expect(readdirSync(dir)).toContain('homeostat-state');
  expect(() => {
    prepareStateDir(dir, true);
  }).not.toThrow();
});

test('the state is kept, unless a fresh start is asked for', () => {
  const dir = aTemporaryFolder();
  prepareStateDir(dir, false);
  mkdirSync(join(dir, 'outbox'));
  prepareStateDir(dir, false);
  expect(existsSync(join(dir, 'outbox'))).toBe(true);
  prepareStateDir(dir, true);
  expect(existsSync(join(dir, 'outbox'))).toBe(false);
});

test.each([true, false])('somebody else’s folder is refused and left as it is (fresh: %s)', (isFresh) => {
  const dir = aTemporaryFolder();
  writeFileSync(join(dir, 'thesis.txt'), 'years of work');
  expect(() => {
    prepareStateDir(dir, isFresh);
  }).toThrow(/thesis\.txt.*--state; nothing was touched/s);
  expect(readdirSync(dir)).toEqual(['thesis.txt']);
});

test.each([true, false])('the state of a running cloud is not touched (fresh: %s)', (isFresh) => {
  const dir = aTemporaryFolder();
  prepareStateDir(dir, false);
  writeFileSync(join(dir, 'outbox'), '');
  const running = lockState(dir);
  expect(() => {
    prepareStateDir(dir, isFresh);
  }).toThrow(/in use by an embedded cloud/);
  running.release();
  expect(existsSync(join(dir, 'outbox'))).toBe(true);
});
