import type { Command } from 'commander';
import { formatProblem, sortProblems, type Problem } from '../../shared/domain/catalog/problem.ts';
import { readScrape } from '../../shared/domain/collection/read-scrape.ts';
import { checkRuleFile, type RuleFileCheck } from '../../shared/domain/rules/check-rule-file.ts';
import { knownMetrics, type KnownMetrics } from '../../shared/domain/rules/lint/known-metrics.ts';
import { answer, CommandFailed, counted, EXIT, type ExitCode, type Terminal } from '../output.ts';
import { examples, JSON_OPTION } from '../program.ts';
import { IGNORE_UNKNOWN_OPTION, readTextFile } from './rule-paths.ts';

export interface CheckOptions {
  readonly json?: boolean;
  /** Saved scrapes of the targets. */
  readonly metrics?: readonly string[];
  /** Doubts end with 1 too. */
  readonly strict?: boolean;
  readonly ignoreUnknownFields?: boolean;
}

interface CheckAnswer {
  readonly ok: boolean;
  readonly files: readonly RuleFileCheck[];
}

/**
 * Checks rule files and prints errors and doubts as `file:line:column: message`.
 *
 * @returns 0 if every file can be used, 1 if not (or, with `strict`, if there is any doubt)
 */
export function checkRules(paths: readonly string[], options: CheckOptions, terminal: Terminal): ExitCode {
  const known = options.metrics === undefined ? undefined : knownIn(options.metrics);
  const files = paths.map((path) => {
    const check = checkRuleFile(path, new Map([[path, readTextFile(path)]]), known, {
      ignoreUnknown: options.ignoreUnknownFields,
    });
    return { ...check, problems: sortProblems(check.problems) };
  });
  const isBad = ({ severity }: Problem): boolean => severity === 'error' || options.strict === true;
  const result: CheckAnswer = { ok: !files.some(({ problems }) => problems.some(isBad)), files };
  answer(terminal, options.json === true, result, linesOf);
  return result.ok ? EXIT.ok : EXIT.notSo;
}

function linesOf({ files }: CheckAnswer): string[] {
  return files.flatMap(({ file, rules, problems }) => {
    const errors = problems.filter(({ severity }) => severity === 'error').length;
    const doubts = problems.length - errors;
    const told = [
      counted(rules, 'rule'),
      ...(errors === 0 ? [] : [counted(errors, 'error')]),
      ...(doubts === 0 ? [] : [counted(doubts, 'warning')]),
    ].join(', ');
    return [...problems.map(formatProblem), `${file}: ${errors === 0 ? 'SUCCESS' : 'FAILED'}: ${told}`];
  });
}

function knownIn(paths: readonly string[]): KnownMetrics {
  return knownMetrics(
    paths.map((path) => {
      const text = readTextFile(path);
      if (typeof text !== 'string')
        throw new CommandFailed(EXIT.cannot, `--metrics ${path}: the file ${text.unreadable}`);
      const read = readScrape({
        status: 200,
        contentType: 'text/plain',
        body: new TextEncoder().encode(text),
      });
      if (!read.ok) throw new CommandFailed(EXIT.cannot, `--metrics ${path}: ${read.detail}`);
      // Collection gives every series these two.
      return { samples: read.samples, types: read.types, added: { job: '?', instance: path } };
    }),
  );
}

/** Hangs `homeostat rules check` into `homeostat rules`. */
export function addRulesCheck(rules: Command, terminal: Terminal, endWith: (code: ExitCode) => void): void {
  rules
    .command('check')
    .description('check rule files: what is wrong, and what is likely not meant')
    .argument('<file...>', 'rule files')
    .option('--metrics <file...>', 'saved scrapes of the targets: labels and series are looked up in them')
    .option('--strict', 'warnings end with exit code 1 too')
    .option(...IGNORE_UNKNOWN_OPTION)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples(
        ['homeostat rules check rules.yaml', 'exit code 0 if it can be used, 1 if not'],
        [
          'homeostat rules check rules.yaml --metrics scrape.txt',
          'also what no target has, and how many series',
        ],
      ),
    )
    .action((paths: string[], options: CheckOptions) => {
      endWith(checkRules(paths, options, terminal));
    });
}
