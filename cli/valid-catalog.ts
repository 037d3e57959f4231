import { readCatalogFolder } from '../shared/adapters/files/read-catalog.ts';
import { compileCatalog } from '../shared/domain/catalog/compile.ts';
import type { CompiledCatalog } from '../shared/domain/catalog/compiled.ts';
import { CommandFailed, EXIT } from './output.ts';

/**
 * The catalog in a folder.
 *
 * @throws CommandFailed if it is not valid, with the way to see why
 */
export function validCatalog(folder: string): CompiledCatalog {
  const compiled = compileCatalog(readCatalogFolder(folder));
  if (compiled.ok) return compiled.catalog;
  throw new CommandFailed(
    EXIT.cannot,
    `the catalog in ${folder} is not valid; see why with \`npx homeostat validate ${folder}\``,
  );
}
