import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findCloud } from '../local/cloud-file.ts';
import type { CloudFile } from '../local/cloud-file.ts';
import { CommandFailed, EXIT } from './output.ts';

/** The folder of Homeostat itself. */
export const PROJECT_DIR = fileURLToPath(new URL('..', import.meta.url));

/** The option of every command that works on the embedded cloud. */
export const STATE_OPTION = [
  '--state <dir>',
  'folder with the state of the embedded cloud',
  join(PROJECT_DIR, '.homeostat'),
] as const;

/**
 * The cloud that runs on a state folder.
 * @throws CommandFailed if none does, with what to start
 */
export function requireCloud(stateDir: string): CloudFile {
  const cloud = findCloud(resolve(stateDir));
  if (cloud !== null) return cloud;
  const place = relative(process.cwd(), resolve(stateDir)) || '.';
  throw new CommandFailed(
    EXIT.cannot,
    `no embedded cloud runs on ${place}. Start one in another terminal with \`npx homeostat local\`` +
      ' (or name its folder with --state).',
  );
}

/** What an SDK client needs to speak to the embedded cloud instead of AWS, as the machine's owner. */
export function clientSettings(cloud: CloudFile) {
  return {
    endpoint: cloud.endpoint,
    region: cloud.region,
    credentials: { accessKeyId: 'owner', secretAccessKey: 'owner' },
    maxAttempts: 2,
  };
}
