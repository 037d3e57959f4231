import { canonicalJson, hexHash } from './catalog-hash.ts';
import { catalogLayout, ORGANIZATION_FILE, SYSTEM_FILE, type SystemFolder } from './catalog-layout.ts';
import { checkOrganization, type OrganizationNames } from './check-organization.ts';
import { checkRecoveries } from './check-recoveries.ts';
import { checkSystem } from './check-system.ts';
import { compileObjectives } from './compile-objectives.ts';
import { compileOrganization } from './compile-organization.ts';
import { compileRules } from './compile-rules.ts';
import { compileSystem } from './compile-system.ts';
import type { CompiledCatalog, CompiledOrganization, CompiledSystem } from './compiled.ts';
import { sortProblems, type Problem } from './problem.ts';
import { keysOf, readCatalogFile, type CatalogFiles } from './read-catalog-file.ts';
import type { Salvaged } from './salvage.ts';
import type { OwnSeverities } from './severity.ts';
import { readRuleFile } from './read-rule-file.ts';
import { OrganizationFile } from './schema/organization.ts';
import { SystemFile } from './schema/system.ts';
import { selectRuleFiles } from './select-rule-files.ts';

/** Intervals that a machine of one's own may shorten. */
export interface CompileOptions {
  /** Takes the place of every system's `collection.every`. */
  readonly scrapeEveryS?: number;
  /** Takes the place of every rule group's `interval`. */
  readonly evaluateEveryS?: number;
}

export type CompileResult =
  | { readonly ok: true; readonly catalog: CompiledCatalog; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] };

/**
 * Validates a catalog and makes the one value that every function reads. Pure; never throws: all that
 * is wrong comes back at once, each with file, line and column.
 *
 * @param files text by path relative to the catalog folder, with `/`; other files than the catalog's
 *   own are passed over
 */
export function compileCatalog(files: CatalogFiles, options: CompileOptions = {}): CompileResult {
  const layout = catalogLayout(files);
  const found: Problem[] = [...layout.problems];
  const organization = layout.hasOrganization
    ? readCatalogFile(files, ORGANIZATION_FILE, OrganizationFile, 'typed')
    : undefined;
  const severities = organization?.sound && ownSeverities(organization.sound.severities);
  const names = organization?.sound && organizationNames(organization.raw);
  if (organization?.sound !== undefined && names !== undefined) {
    const systems = new Set(layout.systems.map(({ name }) => name));
    found.push(...organization.locate(checkOrganization(organization.sound, names, systems)));
  }
  found.push(...(organization?.problems ?? []));
  const systems = layout.systems.map((folder) => readSystem(files, folder, { names, severities }, options));
  found.push(...systems.flatMap(({ problems }) => problems));
  const problems = sortProblems(found.filter(({ severity }) => severity === 'error'));
  const warnings = sortProblems(found.filter(({ severity }) => severity === 'warning'));
  const compiled = systems.flatMap(({ system }) => system ?? []);
  if (problems.length > 0 || organization?.value === undefined) return { ok: false, problems, warnings };
  return { ok: true, catalog: sealed(compileOrganization(organization.value), compiled), warnings };
}

function organizationNames(raw: unknown): OrganizationNames {
  return { people: keysOf(raw, 'people'), teams: keysOf(raw, 'teams') };
}

/** Undefined if the whole is broken, so that it is not known which there are. */
function ownSeverities(written: Salvaged<OrganizationFile>['severities']): OwnSeverities | undefined {
  return written && new Map(Object.entries(written));
}

/** What systems take from `organization.yaml`; undefined where that is broken. */
interface OfOrganization {
  readonly names: OrganizationNames | undefined;
  readonly severities: OwnSeverities | undefined;
}

interface SystemRead {
  readonly system?: CompiledSystem;
  readonly problems: readonly Problem[];
}

function readSystem(
  files: CatalogFiles,
  folder: SystemFolder,
  { names: organization, severities }: OfOrganization,
  options: CompileOptions,
): SystemRead {
  const file = readCatalogFile(files, `${folder.name}/${SYSTEM_FILE}`, SystemFile, 'typed');
  const { sound } = file;
  if (sound === undefined) return { problems: file.problems };
  const services = keysOf(file.raw, 'services');
  const selection = selectRuleFiles(sound.rules, folder);
  const ruleFiles = new Map(selection.files.map((path) => [path, readRuleFile(files, path)]));
  const groups = [...ruleFiles].map(([path, read]) => ({ file: path, groups: read.sound?.groups }));
  const { evaluateEveryS, scrapeEveryS } = options;
  const compiled = compileRules(groups, { system: folder.name, services, severities, evaluateEveryS });
  const objectives = compileObjectives(sound, {
    system: folder.name,
    services,
    recordings: compiled.recordings,
  });
  const alerts = selection.isComplete ? compiled.alerts : undefined;
  const problems = [
    ...file.problems,
    ...file.locate(selection.findings),
    ...file.locate(checkSystem(sound, { folder: folder.name, organization, services })),
    ...file.locate(objectives.findings),
    ...file.locate(checkRecoveries(sound, { services, alerts })),
    ...[...ruleFiles.values()].flatMap((read) => read.problems),
    ...compiled.findings.flatMap(({ file: path, finding }) => ruleFiles.get(path)?.locate([finding]) ?? []),
  ];
  if (file.value === undefined) return { problems };
  return {
    system: compileSystem(file.value, { ...objectives, ...compiled }, { scrapeEveryS, severities }),
    problems,
  };
}

/** Adds the hash that every commit of the log records. */
function sealed(organization: CompiledOrganization, systems: readonly CompiledSystem[]): CompiledCatalog {
  const content = {
    organization,
    systems: Object.fromEntries(systems.map((system) => [system.system, system])),
  };
  return { hash: hexHash(canonicalJson(content), 16), ...content };
}
