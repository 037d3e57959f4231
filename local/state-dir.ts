import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Shows that the folder is ours, so that `--fresh` never empties somebody else's. */
const MARKER = 'homeostat-state';

/**
 * Makes the state folder ready.
 *
 * @param isFresh forget everything first: the folder is emptied, which only happens to a folder of ours
 * @throws Error if the folder holds something and is not one of ours
 */
export function prepareStateDir(stateDir: string, isFresh: boolean): void {
  if (existsSync(stateDir)) refuseForeign(stateDir);
  if (isFresh) rmSync(stateDir, { recursive: true, force: true });
  mkdirSync(stateDir, { recursive: true });
  writeFileSync(
    join(stateDir, MARKER),
    'State of the embedded cloud of Homeostat. `homeostat local --fresh` empties it.\n',
  );
}

function refuseForeign(stateDir: string): void {
  const names = readdirSync(stateDir);
  if (names.length === 0 || names.includes(MARKER)) return;
  throw new Error(
    `${stateDir} holds files that are not Homeostat's (${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}). ` +
      'Name another folder with --state; nothing was touched.',
  );
}
