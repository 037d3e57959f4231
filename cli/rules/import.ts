import type { Command } from 'commander';
import type { OwnSeverities } from '../../shared/domain/catalog/severity.ts';
import {
  importRules,
  type ImportedFiles,
  type ImportedRule,
} from '../../shared/domain/rules/import-rules.ts';
import { counted, answer, EXIT, table, type ExitCode, type Terminal } from '../output.ts';
import { examples, JSON_OPTION } from '../program.ts';
import { SEVERITY_OPTION } from '../severity-option.ts';
import { IGNORE_UNKNOWN_OPTION, readTextFile } from './rule-paths.ts';

export interface ImportOptions {
  readonly json?: boolean;
  readonly ignoreUnknownFields?: boolean;
  readonly severity?: OwnSeverities;
}

/**
 * Tells of every rule of some rule files whether it becomes an alarm, why not, and what it costs. With `json`, an array.
 *
 * @returns 0 if every rule can be used, 1 if not
 */
export function tellImport(paths: readonly string[], options: ImportOptions, terminal: Terminal): ExitCode {
  const imported = importRules(paths, new Map(paths.map((path) => [path, readTextFile(path)])), {
    ignoreUnknown: options.ignoreUnknownFields,
    severities: options.severity,
  });
  for (const { file, reason } of imported.unreadable) terminal.err(`${file}: ${reason}\n`);
  answer(terminal, options.json === true, imported.rules, () => linesOf(imported));
  const isWhole = imported.unreadable.length === 0 && imported.rules.every(({ status }) => status === 'ok');
  return isWhole ? EXIT.ok : EXIT.notSo;
}

function linesOf({ rules }: ImportedFiles): string[] {
  const rows = rules.map((rule) => [rule.status, rule.file, rule.group, nameOf(rule), rule.reason]);
  const alarms = rules.filter(({ alert, status }) => alert !== undefined && status === 'ok');
  const usd = alarms.reduce((sum, { usdPerMonth }) => sum + usdPerMonth, 0);
  const unsupported = rules.filter(({ status }) => status !== 'ok').length;
  return [
    ...table(rows),
    `${counted(rules.length, 'rule')}: ${counted(alarms.length, 'alarm')} for ${usd.toFixed(2)} USD a month, ${unsupported} unsupported`,
  ];
}

function nameOf({ alert, record }: ImportedRule): string {
  return alert ?? record ?? '';
}

/** Hangs `homeostat rules import` into `homeostat rules`. */
export function addRulesImport(rules: Command, terminal: Terminal, endWith: (code: ExitCode) => void): void {
  rules
    .command('import')
    .description('tell which rules become alarms, why others do not, and what they cost')
    .argument('<file...>', 'rule files; they may use each other’s recordings')
    .option(...SEVERITY_OPTION)
    .option(...IGNORE_UNKNOWN_OPTION)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples(
        ['homeostat rules import rules/*.yaml', 'a line for each rule; exit code 1 if one cannot be used'],
        ['homeostat rules import rules.yaml --severity page=critical', 'where rules have a severity "page"'],
        ['homeostat rules import rules.yaml --json', 'an array for a program'],
      ),
    )
    .action((paths: string[], options: ImportOptions) => {
      endWith(tellImport(paths, options, terminal));
    });
}
