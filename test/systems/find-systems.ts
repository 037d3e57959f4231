import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadWorkload } from '../../local/workload/definition.ts';
import type { PlayedModel } from '../../local/workload/played/model.ts';
import { readPlayedModel } from '../../local/workload/played/read-model.ts';
import { readCatalogFolder } from '../../shared/adapters/files/read-catalog.ts';
import { compileCatalog } from '../../shared/domain/catalog/compile.ts';
import type { CompiledOrganization, CompiledSystem } from '../../shared/domain/catalog/compiled.ts';
import { formatProblem } from '../../shared/domain/catalog/problem.ts';

/** A system with everything that it takes to play it. */
export interface PlayedSystem {
  readonly system: CompiledSystem;
  readonly organization: CompiledOrganization;
  readonly model: PlayedModel;
  readonly catalogDir: string;
}

/** A system that is there and cannot be played. */
export interface Unplayable {
  readonly name: string;
  readonly problem: string;
}

/**
 * Every system of the catalogs in a folder, in the order of their names. A catalog whose workload has programs of its
 * own (the quick start) is none of them: nobody knows its faults by alert.
 */
export function findSystems(folder: string): (PlayedSystem | Unplayable)[] {
  return readdirSync(folder)
    .toSorted()
    .filter((name) => existsSync(join(folder, name, 'organization.yaml')))
    .flatMap((name): (PlayedSystem | Unplayable)[] => {
      try {
        return loadSystems(join(folder, name)) ?? [];
      } catch (error) {
        return [{ name, problem: error instanceof Error ? error.message : String(error) }];
      }
    });
}

function loadSystems(catalogDir: string): PlayedSystem[] | undefined {
  const compiled = compileCatalog(readCatalogFolder(catalogDir));
  if (!compiled.ok) throw new Error(compiled.problems.map(formatProblem).join('\n'));
  const file = join(catalogDir, 'workload.yaml');
  if (!existsSync(file)) throw new Error(`${catalogDir} has no workload.yaml.`);
  const { playsFile } = loadWorkload(file, {});
  if (playsFile === undefined) return undefined;
  const model = readPlayedModel(readFileSync(playsFile, 'utf8'), playsFile);
  const { organization, systems } = compiled.catalog;
  return Object.values(systems).map((system) => ({ system, organization, model, catalogDir }));
}
