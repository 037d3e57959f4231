import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOG_FILE } from '../contract/names.ts';
import type { CompiledCatalog } from '../domain/catalog/compiled.ts';

/**
 * Reads the compiled catalog that travels in a function's bundle. It was validated when it was compiled;
 * here only the wrong file is told from the right one.
 *
 * @param dir the bundle's folder, `LAMBDA_TASK_ROOT`
 */
export function readCatalog(dir: string): CompiledCatalog {
  const file = join(dir, CATALOG_FILE);
  const catalog = JSON.parse(readFileSync(file, 'utf8')) as Partial<CompiledCatalog>;
  if (catalog.hash === undefined || catalog.systems === undefined || catalog.organization === undefined) {
    throw new Error(
      `${file} is no compiled catalog: it needs hash, organization and systems. Synthesize the app anew.`,
    );
  }
  return { hash: catalog.hash, organization: catalog.organization, systems: catalog.systems };
}
