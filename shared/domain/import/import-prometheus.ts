import { posix } from 'node:path';
import { stringify } from 'yaml';
import { compileCatalog } from '../catalog/compile.ts';
import { formatProblem, type Problem } from '../catalog/problem.ts';
import type { CatalogFiles } from '../catalog/read-catalog-file.ts';
import type { ImportedRule } from '../rules/import-rules.ts';
import { carryRules } from './carry-rules.ts';
import type { SdFiles } from './discovery.ts';
import { GLOBAL_KEYS, TOP_KEYS } from './left-keys.ts';
import { entriesOf, listOf, readConfig, textOf, under, type NotCarried, type Notes } from './notes.ts';
import { readJobs, type Cadence, type ImportedService } from './read-jobs.ts';

/** Other files that a configuration names, as patterns relative to it. */
export interface NamedFiles {
  readonly rules: readonly string[];
  readonly discovery: readonly string[];
}

/** What importing needs besides the configuration itself. */
export interface ImportSources {
  /** The name that the system is to have. */
  readonly system: string;
  /** Rule files by path. */
  readonly rules: CatalogFiles;
  /** By pattern as it is written. */
  readonly discovery: SdFiles;
}

export type ImportResult =
  | {
      readonly ok: true;
      /** The catalog's files, by path in its folder. */
      readonly files: ReadonlyMap<string, string>;
      readonly carried: readonly string[];
      readonly notCarried: readonly NotCarried[];
      readonly rules: readonly ImportedRule[];
    }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Which other files a configuration names; nothing if it cannot be read. */
export function filesNamedBy(file: string, text: string): NamedFiles {
  const read = readConfig(file, text);
  if (!read.ok) return { rules: [], discovery: [] };
  const texts = (list: unknown): string[] => listOf(list).flatMap((one) => textOf(one) ?? []);
  return {
    rules: texts(under(read.value, 'rule_files')),
    discovery: listOf(under(read.value, 'scrape_configs')).flatMap((job) =>
      listOf(under(job, 'file_sd_configs')).flatMap((config) => texts(under(config, 'files'))),
    ),
  };
}

/** Makes a catalog of a Prometheus configuration, and tells what of it a catalog does not have. */
export function importPrometheus(file: string, text: string, sources: ImportSources): ImportResult {
  const read = readConfig(file, text);
  if (!read.ok) return { ok: false, problems: read.problems.map(formatProblem) };
  const { value, notes } = read;
  if (value !== null && (typeof value !== 'object' || Array.isArray(value)))
    return { ok: false, problems: [`${file}:1:1: found no map, expected a Prometheus configuration`] };
  const keys = entriesOf(value).map(([key]) => key);
  if (keys.length > 0 && !keys.some((key) => KEYS.has(key) || Object.hasOwn(TOP_KEYS, key)))
    return { ok: false, problems: [`${file}:1:1: ${NO_CONFIGURATION}`] };
  leaveKeys(value, notes);
  const { services, cadence } = readJobs(value, sources.discovery, notes);
  const evaluation = textOf(under(under(value, 'global'), 'evaluation_interval'));
  const {
    files: texts,
    rules,
    unreadable,
  } = carryRules([...sources.rules.keys()], sources.rules, evaluation);
  leaveRules(rules, unreadable, notes);
  const ruleFiles = new Map(
    [...texts].map(([path, content]) => [ruleFileName(path, [...texts.keys()]), content]),
  );
  const { system } = sources;
  const files = new Map([
    ['organization.yaml', ORGANIZATION],
    [`${system}/homeostat.yaml`, systemFile(system, value, services, cadence, [...ruleFiles.keys()])],
    ...[...ruleFiles].map(([name, content]) => [`${system}/${name}`, content] as const),
  ]);
  if (services.length === 0)
    notes.leave(
      [],
      'a system',
      'no job could be carried, and a system without services watches nothing',
      'describe services in homeostat.yaml',
    );
  const problems = problemsIn(files);
  if (problems.length > 0) return { ok: false, problems: problems.map(formatProblem) };
  const notCarried = notes.notCarried.toSorted(
    (a, b) => Number(a.file !== file) - Number(b.file !== file) || a.line - b.line,
  );
  return { ok: true, files, carried: notes.carried, notCarried, rules };
}

/** What is read of a configuration. */
const KEYS = new Set(['global', 'rule_files', 'scrape_configs']);

const NO_CONFIGURATION =
  'this is no Prometheus configuration; for a rule file, there is "homeostat rules import"';

function leaveKeys(config: unknown, notes: Notes): void {
  for (const [key] of entriesOf(config)) {
    const left = TOP_KEYS[key];
    if (left !== undefined) notes.leave([key], key, ...left);
    else if (!KEYS.has(key)) notes.leave([key], key, 'this is no key of a Prometheus configuration');
  }
  const read = new Set(['scrape_interval', 'scrape_timeout', 'evaluation_interval', 'body_size_limit']);
  for (const [key, value] of entriesOf(under(config, 'global'))) {
    const left = GLOBAL_KEYS[key];
    if (left !== undefined) notes.leave(['global', key], key, ...left);
    else if (key === 'external_labels') leaveExternal(value, notes);
    else if (!read.has(key)) notes.leave(['global', key], key, 'this is no key of `global`');
  }
}

const ENVIRONMENT = new Set(['environment', 'env']);

function leaveExternal(labels: unknown, notes: Notes): void {
  for (const [name] of entriesOf(labels))
    if (!ENVIRONMENT.has(name))
      notes.leave(
        ['global', 'external_labels', name],
        `the external label ${name}`,
        'series of a system are told apart by the system’s own name',
        'put it into the labels of the rules that need it',
      );
}

function leaveRules(
  rules: readonly ImportedRule[],
  unreadable: readonly { readonly file: string; readonly reason: string }[],
  notes: Notes,
): void {
  const column = 1;
  for (const { file, reason } of unreadable)
    notes.notCarried.push({
      file,
      line: 1,
      column,
      what: 'the rule file',
      reason,
      instead: 'mend it, and import again',
    });
  for (const { file, line, group, alert, record, status, reason } of rules)
    if (status !== 'ok')
      notes.notCarried.push({
        file,
        line,
        column,
        what: `${alert === undefined ? 'the recording' : 'the alert'} ${alert ?? record ?? ''} of group ${group}`,
        reason,
        instead: 'mend it, and import again',
      });
  const ok = rules.filter(({ status }) => status === 'ok');
  if (rules.length > 0) notes.carried.push(`${String(ok.length)} of ${String(rules.length)} rules`);
}

/** The file's own name; with its folder in it where two have the same. */
function ruleFileName(path: string, all: readonly string[]): string {
  const name = posix.basename(path);
  const isShared = all.filter((other) => posix.basename(other) === name).length > 1;
  return `rules/${isShared ? path.replaceAll(/[^A-Za-z0-9_.-]+/g, '-').replace(/^[-.]+/, '') : name}`;
}

function systemFile(
  system: string,
  config: unknown,
  services: readonly ImportedService[],
  { everyS, timeoutS, maxBytes }: Cadence,
  rules: readonly string[],
): string {
  const labels = under(under(config, 'global'), 'external_labels');
  const environment = [...ENVIRONMENT]
    .map((name) => textOf(under(labels, name)))
    .find((one) => one !== undefined);
  const content = {
    system,
    environment: environment ?? 'production',
    owner: 'operations',
    collection: {
      every: `${String(everyS)}s`,
      timeout: `${String(timeoutS)}s`,
      ...(maxBytes !== undefined && { maxBytes }),
    },
    services: Object.fromEntries(services.map(({ name, ...service }) => [name, service])),
    rules,
  };
  return `# Made by "homeostat import prometheus". It is yours: docs/catalog.md explains every key.\n${stringify(content)}`;
}

const ORGANIZATION = `# Made by "homeostat import prometheus". Change it: nobody reads mail at example.com.
people:
  oncall:
    name: Change me
    contacts:
      - email: change-me@example.com
teams:
  operations:
    members: [oncall]
escalation:
  levels:
    - notify: [operations]
`;

/** What is wrong with the catalog that was made; people should never see it. */
function problemsIn(files: ReadonlyMap<string, string>): readonly Problem[] {
  const compiled = compileCatalog(files);
  return compiled.ok ? [] : compiled.problems;
}
