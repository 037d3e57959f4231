import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** The right of this process to use a state folder. */
export interface StateLock {
  readonly release: () => void;
}

/**
 * Takes a state folder for this cloud alone. The lock is one of the operating system, held through SQLite, so
 * a kill -9 leaves none behind and no process id that was given to somebody else can stand in the way. The id
 * in `cloud.pid` is only for the message.
 *
 * @throws Error if another cloud, of this process or another, has the folder
 */
export function lockState(stateDir: string): StateLock {
  mkdirSync(stateDir, { recursive: true });
  const pidFile = join(stateDir, 'cloud.pid');
  const lock = new DatabaseSync(join(stateDir, 'cloud.lock'));
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    throw new Error(
      `The state in "${stateDir}" is in use by an embedded cloud that runs as process ${pidIn(pidFile)}. ` +
        'Stop that one, or choose another folder with --state.',
      { cause: error },
    );
  }
  writeFileSync(pidFile, `${process.pid}\n`);
  return {
    release: () => {
      rmSync(pidFile, { force: true });
      lock.close();
    },
  };
}

function pidIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return 'unknown';
  }
}
