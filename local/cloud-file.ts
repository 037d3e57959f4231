import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** `cloud.json` in the state folder: how the commands find the cloud that runs on it. */
const CloudFile = z.object({
  endpoint: z.url(),
  pid: z.int().positive(),
  region: z.string(),
  catalogDir: z.string(),
  /** The catalog's own intervals, not a laptop's. */
  cloudLike: z.boolean().default(false),
  /** Where a person reads what would have been sent. */
  outbox: z.string(),
  faultsDir: z.string(),
  /** Where the web page is served. */
  console: z.url().optional(),
});
export type CloudFile = z.infer<typeof CloudFile>;

const pathIn = (stateDir: string) => join(stateDir, 'cloud.json');

/** Announces a running cloud; the file appears whole or not at all. */
export function writeCloudFile(stateDir: string, cloud: CloudFile): void {
  writeFileSync(`${pathIn(stateDir)}.new`, `${JSON.stringify(cloud, null, 2)}\n`);
  renameSync(`${pathIn(stateDir)}.new`, pathIn(stateDir));
}

export function removeCloudFile(stateDir: string): void {
  rmSync(pathIn(stateDir), { force: true });
}

/**
 * The cloud that runs on a state folder, or null. A file left behind by a cloud that was killed counts
 * as none: its process is gone.
 */
export function findCloud(stateDir: string): CloudFile | null {
  let text: string;
  try {
    text = readFileSync(pathIn(stateDir), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const cloud = CloudFile.parse(JSON.parse(text));
  return isAlive(cloud.pid) ? cloud : null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
