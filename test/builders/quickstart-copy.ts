import { once } from 'node:events';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aTemporaryFolder } from './temporary-folder.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));

/** The quick start on ports of its own, so that a test does not meet a shop that runs already. */
export interface QuickstartCopy {
  readonly catalogDir: string;
  readonly inventoryUrl: string;
  readonly checkoutUrl: string;
}

/** Copies the quick start into a temporary folder and moves it to free ports. */
export async function aQuickstartCopy(): Promise<QuickstartCopy> {
  const catalogDir = join(aTemporaryFolder(), 'quickstart');
  cpSync(join(EXAMPLES, 'quickstart'), catalogDir, { recursive: true });
  const [inventory, checkout] = [await freePort(), await freePort()];
  for (const file of ['workload.yaml', 'shop/homeostat.yaml']) {
    const text = readFileSync(join(catalogDir, file), 'utf8')
      .replaceAll('9101', String(inventory))
      .replaceAll('9102', String(checkout))
      .replaceAll('../workload/', `${join(EXAMPLES, 'workload')}/`);
    writeFileSync(join(catalogDir, file), text);
  }
  return {
    catalogDir,
    inventoryUrl: `http://127.0.0.1:${inventory}`,
    checkoutUrl: `http://127.0.0.1:${checkout}`,
  };
}

/** A port that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
