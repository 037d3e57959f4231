import type { Command } from 'commander';
import { readCatalogFile, type CatalogFiles } from '../../shared/domain/catalog/read-catalog-file.ts';
import {
  hasPassed,
  runTestFile,
  verdictLines,
  type FileVerdict,
  type RunOptions,
} from '../../shared/domain/rules/unit-test/run-test-file.ts';
import { TestFile } from '../../shared/domain/rules/unit-test/schema.ts';
import { compileSearch, PatternError } from '../../shared/promql/pattern.ts';
import { answer, CommandFailed, EXIT, type ExitCode, type Terminal } from '../output.ts';
import { examples, JSON_OPTION } from '../program.ts';
import { filesNamedIn, IGNORE_UNKNOWN_OPTION, readTextFile } from './rule-paths.ts';

export interface TestOptions {
  readonly json?: boolean;
  /** A regular expression for the names of groups of tests. */
  readonly run?: string;
  readonly ignoreUnknownFields?: boolean;
}

interface TestAnswer {
  readonly ok: boolean;
  readonly files: readonly FileVerdict[];
}

/**
 * Runs files of promtool's unit tests and tells what does not hold.
 *
 * @returns 0 if everything holds, 1 if not
 */
export function testRules(paths: readonly string[], options: TestOptions, terminal: Terminal): ExitCode {
  const wanted = options.run === undefined ? () => true : namesLike(options.run);
  const files = paths.map((path) => testFile(path, { wanted, ignoreUnknown: options.ignoreUnknownFields }));
  const result: TestAnswer = { ok: files.every(hasPassed), files };
  answer(terminal, options.json === true, result, ({ files: verdicts }) => verdicts.flatMap(verdictLines));
  return result.ok ? EXIT.ok : EXIT.notSo;
}

function testFile(path: string, options: RunOptions): FileVerdict {
  const own: CatalogFiles = new Map([[path, readTextFile(path)]]);
  const { value } = readCatalogFile(own, path, TestFile, 'text');
  const ruleFiles = filesNamedIn(path, value?.rule_files ?? []);
  const files: CatalogFiles = new Map([
    ...own,
    ...ruleFiles.map((file) => [file, readTextFile(file)] as const),
  ]);
  return runTestFile(path, files, ruleFiles, options);
}

function namesLike(pattern: string): (name: string) => boolean {
  try {
    const search = compileSearch(pattern);
    return (name) => search.test(name);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new CommandFailed(EXIT.cannot, `--run ${pattern}: ${error.message}`);
  }
}

/** Hangs `homeostat rules test` into `homeostat rules`. */
export function addRulesTest(rules: Command, terminal: Terminal, endWith: (code: ExitCode) => void): void {
  rules
    .command('test')
    .description("run promtool's unit-test files: same files, same verdicts")
    .argument('<file...>', 'files of unit tests; the rule files they name are found beside them')
    .option('--run <regex>', 'only groups of tests whose name it finds')
    .option(...IGNORE_UNKNOWN_OPTION)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples(
        ['homeostat rules test rules.test.yaml', 'exit code 0 if everything holds, 1 if not'],
        ['homeostat rules test *.test.yaml --run checkout --json', 'one line of JSON for a program'],
      ),
    )
    .action((paths: string[], options: TestOptions) => {
      endWith(testRules(paths, options, terminal));
    });
}
