import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prepareStateDir } from '../../../local/state-dir.ts';
import { aTemporaryFolder } from '../../builders/temporary-folder.ts';

const aDir = () => aTemporaryFolder();

test('a folder that is not there is made, with everything above it', () => {
  const dir = join(aDir(), 'a', 'b');
  prepareStateDir(dir, true);
  expect(readdirSync(dir)).toHaveLength(1);
});

test('the state is kept, unless a fresh start is asked for', () => {
  const dir = aDir();
  prepareStateDir(dir, false);
  mkdirSync(join(dir, 'outbox'));
  prepareStateDir(dir, false);
  expect(existsSync(join(dir, 'outbox'))).toBe(true);
  prepareStateDir(dir, true);
  expect(existsSync(join(dir, 'outbox'))).toBe(false);
});

test.each([true, false])('somebody else’s folder is refused and left as it is (fresh: %s)', (isFresh) => {
  const dir = aDir();
  writeFileSync(join(dir, 'thesis.txt'), 'years of work');
  expect(() => prepareStateDir(dir, isFresh)).toThrow(/thesis\.txt.*--state; nothing was touched/s);
  expect(readdirSync(dir)).toEqual(['thesis.txt']);
});
