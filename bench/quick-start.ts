import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { copyWithOwnPorts } from '../local/workload/private-copy.ts';

export const PROJECT = resolve(import.meta.dirname, '..');
const QUICK_START = join(PROJECT, 'examples/quickstart');

export interface QuickStart {
  readonly catalogDir: string;
  readonly stateDir: string;
  readonly remove: () => void;
}

/** A copy of the quick start on free ports and an empty state folder. Without its workload no service runs. */
export async function aQuickStart({ workload }: { workload: boolean }): Promise<QuickStart> {
  const folder = mkdtempSync(join(tmpdir(), 'homeostat-bench-'));
  const catalogDir = join(folder, 'catalog');
  if (workload) await copyWithOwnPorts(QUICK_START, catalogDir);
  else {
    cpSync(QUICK_START, catalogDir, { recursive: true });
    rmSync(join(catalogDir, 'workload.yaml'));
  }
  return {
    catalogDir,
    stateDir: join(folder, 'state'),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
