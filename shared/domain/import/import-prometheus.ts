import { posix } from 'node:path';
import { compileCatalog } from '../catalog/compile.ts';
import { parseDurationS } from '../catalog/duration.ts';
import { formatProblem, type Problem } from '../catalog/problem.ts';
import type { CatalogFiles } from '../catalog/read-catalog-file.ts';
import { evaluationInterval } from '../catalog/rule-interval.ts';
import type { OwnSeverities } from '../catalog/severity.ts';
import type { ImportedRule } from '../rules/import-rules.ts';
import { carryRules, type CarriedRules } from './carry-rules.ts';
import type { SdFiles } from './discovery.ts';
import { isEnvironment, organizationFile, systemFile } from './catalog-text.ts';
import { GLOBAL_KEYS, isConfiguration, leaveKeys, leaveMisshapen, TOP_KEYS } from './left-keys.ts';
import { entriesOf, listOf, readConfig, textOf, under, type NotCarried, type Notes } from './notes.ts';
import { readJobs } from './read-jobs.ts';

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
  /** What the rules' severities mean that are not the catalog's own. */
  readonly severities: OwnSeverities;
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
  if (!isConfiguration(value)) return { ok: false, problems: [`${file}:1:1: ${NO_CONFIGURATION}`] };
  leaveMisshapen(value, notes);
  leaveKeys(value, [], TOP_KEYS, notes);
  leaveKeys(under(value, 'global'), ['global'], GLOBAL_KEYS, notes);
  leaveExternal(under(under(value, 'global'), 'external_labels'), notes);
  const { services, cadence } = readJobs(value, sources.discovery, notes);
  if (services.length === 0)
    notes.leave(
      [],
      'a system',
      'no job could be carried, and a system without services watches nothing',
      'describe services in homeostat.yaml',
    );
  const { system, severities } = sources;
  const catalogWith = (texts: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
    new Map([
      ['organization.yaml', organizationFile(severities)],
      [`${system}/homeostat.yaml`, systemFile(system, value, services, cadence, [...texts.keys()])],
      ...[...texts].map(([name, content]) => [`${system}/${name}`, content] as const),
    ]);
  const every = evaluationOf(value, notes);
  // A catalog sees what only shows in the whole; a file that it refuses is left, and what reads its recordings.
  const first = readRules(sources, every, new Set());
  const refusals = problemsIn(catalogWith(first.ruleFiles)).flatMap((problem) => {
    const path = first.pathOf.get(problem.file.slice(system.length + 1));
    return path === undefined ? [] : [{ ...problem, file: path }];
  });
  const refused = new Set(refusals.map(({ file: path }) => path));
  const { rules, unreadable, ruleFiles } = refused.size === 0 ? first : readRules(sources, every, refused);
  leaveRules(rules, [...unreadable, ...refusals.map(asUnreadable)], notes);
  const files = catalogWith(ruleFiles);
  const problems = problemsIn(files);
  if (problems.length > 0) return { ok: false, problems: problems.map(formatProblem) };
  const notCarried = notes.notCarried.toSorted(
    (a, b) =>
      Number(a.file !== file) - Number(b.file !== file) || a.file.localeCompare(b.file) || a.line - b.line,
  );
  return { ok: true, files, carried: notes.carried, notCarried, rules };
}

interface RulesRead extends Omit<CarriedRules, 'files'> {
  /** As they will stand in the catalog, by their path in the system's folder. */
  readonly ruleFiles: ReadonlyMap<string, string>;
  /** Where each of them was. */
  readonly pathOf: ReadonlyMap<string, string>;
}

function readRules(
  { rules: texts, severities }: ImportSources,
  every: string | undefined,
  refused: ReadonlySet<string>,
): RulesRead {
  const { files, rules, unreadable } = carryRules([...texts.keys()], texts, { every, refused, severities });
  const paths = [...files.keys()];
  const pathOf = new Map(paths.map((path) => [ruleFileName(path, paths), path]));
  const ruleFiles = new Map([...pathOf].map(([name, path]) => [name, files.get(path) ?? '']));
  return { rules, unreadable, ruleFiles, pathOf };
}

function asUnreadable({ file, line, column, message }: Problem): { file: string; reason: string } {
  return { file, reason: `line ${String(line)}, column ${String(column)}: ${message}` };
}

/** `evaluation_interval`, where CloudWatch can evaluate so seldom. */
function evaluationOf(config: unknown, notes: Notes): string | undefined {
  const written = textOf(under(under(config, 'global'), 'evaluation_interval'));
  const seconds = parseDurationS(written ?? '');
  const leave = (reason: string): void =>
    notes.leave(['global', 'evaluation_interval'], `evaluation every ${written ?? ''}`, reason);
  if (written !== undefined && seconds === undefined) leave('this is no duration: one minute is taken');
  if (seconds === undefined || evaluationInterval(seconds).problem?.severity !== 'error')
    return seconds === undefined ? undefined : written;
  leave('CloudWatch evaluates at least once an hour: every hour is taken');
  return '1h';
}

const NO_CONFIGURATION =
  'this is no Prometheus configuration; for a rule file, there is "homeostat rules import"';

function leaveExternal(labels: unknown, notes: Notes): void {
  for (const [name] of entriesOf(labels))
    if (!isEnvironment(name))
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
  const leave = (file: string, line: number, what: string, reason: string): void => {
    notes.notCarried.push({ file, line, column: 1, what, reason, instead: 'mend it, and import again' });
  };
  for (const [file, reasons] of Map.groupBy(unreadable, (one) => one.file)) {
    const more = reasons.length > 1 ? `, and ${String(reasons.length - 1)} more like it` : '';
    leave(file, 1, 'the rule file', `${reasons[0]?.reason ?? ''}${more}`);
  }
  const left = new Set(unreadable.map(({ file }) => file));
  for (const { file, line, group, alert, record, status, reason } of rules) {
    if (left.has(file)) continue;
    const what = alert === undefined ? `the recording ${record ?? ''}` : `the alert ${alert}`;
    if (status !== 'ok') leave(file, line, `${what} of group ${group}`, reason);
  }
  const ok = rules.filter(({ status }) => status === 'ok');
  if (rules.length > 0) notes.carried.push(`${String(ok.length)} of ${String(rules.length)} rules`);
}

/**
 * The file's own name; with its folder in it where two have the same. What a pattern would read otherwise is `-`, and
 * a name that a catalog folder would not be searched for ends with `.yaml`.
 */
function ruleFileName(path: string, all: readonly string[]): string {
  const name = plainName(posix.basename(path));
  const isShared = all.filter((other) => plainName(posix.basename(other)) === name).length > 1;
  return `rules/${isShared ? plainName(path) : name}`;
}

function plainName(text: string): string {
  const plain = text.replaceAll(/[^A-Za-z0-9_.-]+/g, '-').replace(/^[-.]+/, '');
  return /\.ya?ml$/.test(plain) ? plain : `${plain || 'rules'}.yaml`;
}

/** What is wrong with the catalog that was made. */
function problemsIn(files: ReadonlyMap<string, string>): readonly Problem[] {
  const compiled = compileCatalog(files);
  return compiled.ok ? [] : compiled.problems.filter(({ severity }) => severity === 'error');
}
