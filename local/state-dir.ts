import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lockState } from './kernel/state-lock.ts';

/** Shows that the folder is ours, so that `--fresh` never empties somebody else's. */
const MARKER = 'homeostat-state';

/**
 * Makes the state folder ready for a cloud that is about to start.
 *
 * @param isFresh forget everything first: the folder is emptied, which only happens to a folder of ours
 * @throws Error if the folder holds something and is not one of ours, or a cloud runs on it; nothing is
 * touched then
 */
export function prepareStateDir(stateDir: string, isFresh: boolean): void {
  if (existsSync(stateDir)) refuseForeign(stateDir);
  makeFolder(stateDir);
  const lock = lockState(stateDir);
  try {
    if (isFresh) empty(stateDir);
    const note = 'State of the embedded cloud of Homeostat. `homeostat local --fresh` empties it.\n';
    writeFileSync(join(stateDir, MARKER), note);
  } finally {
    lock.release();
  }
}

/** Step by step: Node's own recursive mkdir never ends where a folder cannot be made, as under /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

function refuseForeign(stateDir: string): void {
  const names = readdirSync(stateDir);
  if (names.length === 0 || names.includes(MARKER)) return;
  const shown = `${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}`;
  throw new Error(
    `${stateDir} holds files that are not Homeostat's (${shown}). Name another folder with --state; nothing was touched.`,
  );
}

/** All but the marker and the lock that is held while it runs: a kill in the middle leaves a folder of ours. */
function empty(stateDir: string): void {
  for (const name of readdirSync(stateDir)) {
    if (name === MARKER || name.startsWith('cloud.lock')) continue;
    rmSync(join(stateDir, name), { recursive: true, force: true });
  }
}
