import { compileRule } from '../catalog/compile-rule.ts';
import { failure, type Finding, type Path } from '../catalog/problem.ts';
import type { CatalogFiles } from '../catalog/read-catalog-file.ts';
import { readRecordings } from '../catalog/read-recordings.ts';
import { readRuleFile, type RuleFileOptions } from '../catalog/read-rule-file.ts';
import { rulesOf, type RuleSource } from '../catalog/rule-source.ts';
import { PRICES } from '../cost/prices.ts';

/** What becomes of one rule in CloudWatch. */
export interface ImportedRule {
  readonly file: string;
  /** Where the rule stands in it, from 1. */
  readonly line: number;
  readonly group: string;
  readonly alert?: string;
  readonly record?: string;
  readonly status: 'ok' | 'unsupported';
  /** Why it is not supported; for a recording, what becomes of it; else empty. */
  readonly reason: string;
  /** The price of its alarm; what its evaluations read comes to that. */
  readonly usdPerMonth: number;
}

/** What cannot be read at all, as `file:line:column: message`. */
export interface ImportedFiles {
  readonly rules: readonly ImportedRule[];
  readonly unreadable: readonly { readonly file: string; readonly reason: string }[];
}

/** Looks at every rule of some rule files, which may use each other's recordings, as a catalog would. */
export function importRules(
  paths: readonly string[],
  files: CatalogFiles,
  options: RuleFileOptions = {},
): ImportedFiles {
  const unreadable: { file: string; reason: string }[] = [];
  const places = new Map<string, (path: Path) => number>();
  const sound = paths.flatMap((file) => {
    const { sound: content, problems, locate } = readRuleFile(files, file, options);
    places.set(file, (path) => locate([failure(path, '')])[0]?.line ?? 1);
    for (const { line, column, message } of problems)
      unreadable.push({ file, reason: `line ${line}, column ${column}: ${message}` });
    return content === undefined ? [] : [{ file, groups: content.groups }];
  });
  const sources = sound.flatMap(rulesOf);
  const recordings = readRecordings(sources);
  const faultsOf = ({ file, path }: RuleSource): string[] =>
    recordings.findings
      .filter((one) => one.file === file && path.every((part, at) => one.finding.path[at] === part))
      .map(({ finding }) => finding.message);
  return {
    rules: sources.map((source) => ({
      line: places.get(source.file)?.(source.path) ?? 1,
      ...imported(source, recordings.exprs, faultsOf(source)),
    })),
    unreadable,
  };
}

function imported(
  source: RuleSource,
  recordings: ReturnType<typeof readRecordings>['exprs'],
  broken: readonly string[],
): Omit<ImportedRule, 'line'> {
  const { file, group, rule } = source;
  const where = { file, group: group.name ?? '' };
  if (rule.alert === undefined) {
    return {
      ...where,
      record: rule.record ?? '',
      status: broken.length === 0 ? 'ok' : 'unsupported',
      reason: broken.length === 0 ? 'put in place of its name where an alert reads it' : broken.join('; '),
      usdPerMonth: 0,
    };
  }
  const { rule: compiled, findings } = compileRule(source, rule.alert, {
    system: 'imported',
    services: new Set(),
    recordings,
  });
  const faults = findings.filter(isError).map(({ message }) => message);
  const isOk = compiled !== undefined && faults.length === 0;
  return {
    ...where,
    alert: rule.alert,
    status: isOk ? 'ok' : 'unsupported',
    reason: isOk ? '' : [...new Set(faults)].join('; ') || 'something in the rule is broken',
    usdPerMonth: isOk ? alarmUsd(compiled.everyS) : 0,
  };
}

const isError = ({ severity }: Finding): boolean => severity === 'error';

/** An alarm that is evaluated more than once a minute costs more. */
function alarmUsd(everyS: number): number {
  return everyS < 60 ? PRICES.fastAlarms.usd : PRICES.alarms.usd;
}
