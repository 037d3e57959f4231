import type { Expr } from '../../promql/ast.ts';
import { compileRule } from '../catalog/compile-rule.ts';
import { standsTwice } from '../catalog/compile-rules.ts';
import type { CompiledRule } from '../catalog/compiled.ts';
import { failure, isError, type Path } from '../catalog/problem.ts';
import type { CatalogFiles } from '../catalog/read-catalog-file.ts';
import { readRecordings } from '../catalog/read-recordings.ts';
import { readRuleFile, type RuleFileOptions } from '../catalog/read-rule-file.ts';
import { evaluationInterval } from '../catalog/rule-interval.ts';
import { rulesOf, type RuleSource } from '../catalog/rule-source.ts';
import type { OwnSeverities } from '../catalog/severity.ts';
import { PRICES } from '../cost/prices.ts';
import { brokenRead, brokenRecordings } from './broken-recordings.ts';

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

export interface ImportOptions extends RuleFileOptions {
  /** Files that will not be there: nothing of them can be used, nor what reads their recordings. */
  readonly without?: ReadonlySet<string>;
  /** None if not given. */
  readonly severities?: OwnSeverities | undefined;
}

/** Looks at every rule of some rule files, which may use each other's recordings, as a catalog would. */
export function importRules(
  paths: readonly string[],
  files: CatalogFiles,
  options: ImportOptions = {},
): ImportedFiles {
  const unreadable: { file: string; reason: string }[] = [];
  const places = new Map<string, (path: Path) => number>();
  const sound = paths.flatMap((file) => {
    const { sound: content, problems, locate } = readRuleFile(files, file, options);
    places.set(file, (path) => locate([failure(path, '')])[0]?.line ?? 1);
    for (const { line, column, message } of problems.filter(isError))
      unreadable.push({ file, reason: `line ${line}, column ${column}: ${message}` });
    return content === undefined ? [] : [{ file, groups: content.groups }];
  });
  const sources = sound.flatMap(rulesOf);
  const recordings = readRecordings(sources);
  const isLost = ({ file }: RuleSource): boolean => options.without?.has(file) === true;
  const losses = sources
    .filter(isLost)
    .map(({ file, path }) => ({ file, finding: failure(path, FILE_LEFT) }));
  const broken = brokenRecordings(sources, [...recordings.findings, ...losses]);
  const alarms = new Map<string, CompiledRule>();
  const { severities = new Map() } = options;
  const becomes = (source: RuleSource): Becomes => {
    if (isLost(source)) return { status: 'unsupported', reason: FILE_LEFT, usdPerMonth: 0 };
    const { alert } = source.rule;
    return alert === undefined
      ? recordingBecomes(source, broken)
      : alertBecomes(source, alert, { recordings: recordings.exprs, severities, broken, alarms });
  };
  return {
    rules: sources.map((source) => {
      const { file, group, rule, path } = source;
      const name = rule.alert === undefined ? { record: rule.record ?? '' } : { alert: rule.alert };
      const line = places.get(file)?.(path) ?? 1;
      return { file, line, group: group.name ?? '', ...name, ...becomes(source) };
    }),
    unreadable,
  };
}

const FILE_LEFT = 'its file cannot be used';

type Becomes = Pick<ImportedRule, 'status' | 'reason' | 'usdPerMonth'>;

function recordingBecomes(source: RuleSource, broken: ReadonlyMap<RuleSource, string>): Becomes {
  const reason = broken.get(source);
  return reason === undefined
    ? { status: 'ok', reason: 'put in place of its name where an alert reads it', usdPerMonth: 0 }
    : { status: 'unsupported', reason, usdPerMonth: 0 };
}

interface Surroundings {
  readonly recordings: ReadonlyMap<string, Expr>;
  readonly severities: OwnSeverities;
  readonly broken: ReadonlyMap<RuleSource, string>;
  /** Those of the rules before, by name; the rule's own is added. */
  readonly alarms: Map<string, CompiledRule>;
}

function alertBecomes(
  source: RuleSource,
  alert: string,
  { recordings, severities, broken, alarms }: Surroundings,
): Becomes {
  const { rule, findings } = compileRule(source, alert, {
    system: 'imported',
    services: new Set(),
    severities,
    recordings,
  });
  const { problem } = evaluationInterval(source.group.interval);
  const twin = rule === undefined ? undefined : alarms.get(rule.alarmName);
  const faults = [...findings, ...(problem === undefined ? [] : [problem])].filter(isError);
  const reasons = [
    ...faults.map(({ message }) => message),
    brokenRead(source, broken),
    twin && standsTwice(twin),
  ].filter((reason) => reason !== undefined);
  if (rule === undefined || reasons.length > 0) {
    const reason = [...new Set(reasons)].join('; ') || 'something in the rule is broken';
    return { status: 'unsupported', reason, usdPerMonth: 0 };
  }
  alarms.set(rule.alarmName, rule);
  return { status: 'ok', reason: '', usdPerMonth: alarmUsd(rule.everyS) };
}

/** An alarm that is evaluated more than once a minute costs more. */
function alarmUsd(everyS: number): number {
  return everyS < 60 ? PRICES.fastAlarms.usd : PRICES.alarms.usd;
}
