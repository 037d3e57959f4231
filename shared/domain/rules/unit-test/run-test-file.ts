import { failure, formatProblem, isError, type Problem } from '../../catalog/problem.ts';
import { readCatalogFile, type CatalogFiles } from '../../catalog/read-catalog-file.ts';
import { readRuleFile, type RuleFileOptions } from '../../catalog/read-rule-file.ts';
import { readGroups } from '../read-groups.ts';
import type { RuleGroup } from '../rule-group.ts';
import { evaluationIntervalOf, runTestGroup } from './run-test-group.ts';
import { TestFile } from './schema.ts';

/** The verdict on one group of tests. */
export interface TestVerdict {
  readonly name: string;
  /** What does not hold, in words; empty if all does. */
  readonly failures: readonly string[];
}

/** The verdict on a file. It passed if there are neither problems nor failures. */
export interface FileVerdict {
  readonly file: string;
  /** What is wrong with the file itself, or with a rule file it names; then no test was run. */
  readonly problems: readonly Problem[];
  readonly tests: readonly TestVerdict[];
}

export interface RunOptions extends RuleFileOptions {
  /** Only groups of tests whose name it finds. */
  readonly wanted?: (name: string) => boolean;
}

/**
 * Runs a file of promtool's unit tests.
 *
 * @param files the test file and every rule file, by the path that a message should show
 * @param ruleFiles the paths of the rule files that the test file names, globs resolved
 */
export function runTestFile(
  file: string,
  files: CatalogFiles,
  ruleFiles: readonly string[],
  { wanted = () => true, ignoreUnknown }: RunOptions = {},
): FileVerdict {
  const { value, problems } = readCatalogFile(files, file, TestFile, 'text');
  const rules = ruleFiles.map((path) => readRules(path, files, { ignoreUnknown }));
  const all = [...problems, ...rules.flatMap((one) => one.problems)];
  if (value === undefined || all.length > 0) return { file, problems: all, tests: [] };
  const settings = {
    groups: ordered(
      rules.flatMap(({ groups }) => groups),
      value.group_eval_order ?? [],
    ),
    evaluationIntervalMs: evaluationIntervalOf(value.evaluation_interval),
    isFuzzy: value.fuzzy_compare,
  };
  const tests = (value.tests ?? [])
    .map((test, index) => ({ test, name: test.name ?? `test ${index + 1}` }))
    .filter(({ name }) => wanted(name))
    .map(({ test, name }) => ({ name, failures: runTestGroup(test, settings) }));
  return { file, problems: [], tests };
}

/** True if everything in a file held. */
export function hasPassed({ problems, tests }: FileVerdict): boolean {
  return problems.length === 0 && tests.every(({ failures }) => failures.length === 0);
}

function readRules(
  path: string,
  files: CatalogFiles,
  options: RuleFileOptions,
): { groups: readonly RuleGroup[]; problems: readonly Problem[] } {
  const { value, problems, locate } = readRuleFile(files, path, options);
  if (value === undefined) return { groups: [], problems };
  const { groups, findings } = readGroups(path, value);
  const doubled = doubledGroups(groups).map((name) =>
    failure(['groups'], `groupname: ${JSON.stringify(name)} is repeated in the same file`),
  );
  return { groups, problems: [...problems.filter(isError), ...locate([...findings, ...doubled])] };
}

function doubledGroups(groups: readonly RuleGroup[]): string[] {
  const names = groups.map(({ name }) => name);
  return names.filter((name, index) => names.indexOf(name) !== index);
}

/** The groups that are named come first, in that order. */
function ordered(groups: readonly RuleGroup[], order: readonly string[]): RuleGroup[] {
  const rank = ({ name }: RuleGroup): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return groups.toSorted((a, b) => rank(a) - rank(b));
}

/** The verdict in lines for a person. */
export function verdictLines(verdict: FileVerdict): string[] {
  const { file, problems, tests } = verdict;
  if (hasPassed(verdict))
    return [`${file}: SUCCESS (${tests.length} ${tests.length === 1 ? 'test' : 'tests'})`];
  return [
    `${file}: FAILED`,
    ...problems.map((problem) => `  ${formatProblem(problem)}`),
    ...tests.flatMap(({ name, failures }) =>
      failures.flatMap((text) => [`  ${name}`, ...text.split('\n').map((line) => `    ${line}`)]),
    ),
  ];
}
