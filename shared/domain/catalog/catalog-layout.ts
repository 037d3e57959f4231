import { didYouMean } from './nearest.ts';
import type { Problem } from './problem.ts';
import type { CatalogFiles } from './read-catalog-file.ts';

export const ORGANIZATION_FILE = 'organization.yaml';
export const SYSTEM_FILE = 'homeostat.yaml';

/** A folder of the catalog that holds a system. */
export interface SystemFolder {
  readonly name: string;
  /** Its other files, relative to the folder, sorted: what `rules` may name. */
  readonly files: readonly string[];
}

export interface CatalogLayout {
  readonly hasOrganization: boolean;
  readonly systems: readonly SystemFolder[];
  readonly problems: readonly Problem[];
}

/** Finds out what a catalog folder consists of, by the names of its files. */
export function catalogLayout(files: CatalogFiles): CatalogLayout {
  const names = [...files.keys()].sort();
  const folders = new Map<string, string[]>();
  const rootFiles: string[] = [];
  for (const name of names) {
    const [folder = '', ...rest] = name.split('/');
    if (rest.length === 0) rootFiles.push(name);
    else folders.set(folder, [...(folders.get(folder) ?? []), rest.join('/')]);
  }
  const systems: SystemFolder[] = [];
  const problems: Problem[] = [];
  for (const [name, inside] of folders) {
    if (inside.includes(SYSTEM_FILE)) {
      systems.push({ name, files: inside.filter((file) => file !== SYSTEM_FILE) });
    } else {
      problems.push(
        missing(`${name}/${SYSTEM_FILE}`, inside, `${name}/`, 'every folder with YAML files is a system'),
      );
    }
  }
  const hasOrganization = rootFiles.includes(ORGANIZATION_FILE);
  if (!hasOrganization)
    problems.push(missing(ORGANIZATION_FILE, rootFiles, '', 'it says who can be reached'));
  // Of a folder that cannot be read at all, its one complaint says enough.
  if (folders.size === 0 && typeof files.get(ORGANIZATION_FILE) !== 'object') {
    const message = `no system found; expected a folder for each system with a ${SYSTEM_FILE} in it`;
    problems.push({ file: ORGANIZATION_FILE, line: 1, column: 1, severity: 'error', message });
  }
  return { hasOrganization, systems, problems };
}

function missing(file: string, present: readonly string[], folder: string, why: string): Problem {
  const name = file.slice(folder.length);
  const near = didYouMean(name, present).replace('did you mean', 'is it').replace('?', '? Then rename it');
  return { file, line: 1, column: 1, severity: 'error', message: `this file is missing; ${why}${near}` };
}
