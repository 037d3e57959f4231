import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startLocal } from '../local/run.ts';
import type { LocalRun } from '../local/run.ts';
import { aQuickStart } from './quick-start.ts';

export interface ACloud {
  readonly run: LocalRun;
  /** For clients of the SDK. */
  readonly settings: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  readonly stop: () => Promise<void>;
}

/**
 * The quick start without its workload, in this process; its functions run in theirs.
 *
 * @param edit may change or add files of the catalog before it starts
 */
export async function aCloud(edit: (catalogDir: string) => void = () => undefined): Promise<ACloud> {
  const quickStart = await aQuickStart({ workload: false });
  try {
    edit(quickStart.catalogDir);
    const run = await startLocal(quickStart);
    const credentials = { accessKeyId: 'owner', secretAccessKey: 'owner' };
    return {
      run,
      settings: { endpoint: run.endpoint, region: run.cloud.region, credentials },
      stop: async () => {
        await run.stop();
        quickStart.remove();
      },
    };
  } catch (error) {
    quickStart.remove();
    throw error;
  }
}

/** Adds text to a file of the catalog. */
export function append(catalogDir: string, file: string, text: string): void {
  const path = join(catalogDir, file);
  writeFileSync(path, `${readFileSync(path, 'utf8').trimEnd()}\n${text}`);
}
