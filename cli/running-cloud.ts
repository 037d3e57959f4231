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

/** Any key that no role has is the person at the machine. */
const OWNER = { accessKeyId: 'owner', secretAccessKey: 'owner' };

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

/**
 * The same for a shell: any AWS CLI or SDK that is started from it works on the embedded cloud. The Region
 * stands twice, because older tools know only the second name.
 */
export function clientEnvironment({ endpoint, region }: CloudFile): string {
  const variables = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: OWNER.accessKeyId,
    AWS_SECRET_ACCESS_KEY: OWNER.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
  };
  return `export ${Object.entries(variables)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')}`;
}

/** What an SDK client needs to speak to the embedded cloud instead of AWS, as the machine's owner. */
export function clientSettings(cloud: CloudFile) {
  return {
    endpoint: cloud.endpoint,
    region: cloud.region,
    credentials: OWNER,
    maxAttempts: 2,
  };
}
