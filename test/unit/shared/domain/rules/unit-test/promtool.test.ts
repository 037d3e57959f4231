import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  hasPassed,
  runTestFile,
  verdictLines,
  type RunOptions,
} from '../../../../../../shared/domain/rules/unit-test/run-test-file.ts';

const DATA = resolve(import.meta.dirname, '../../../../../../../shared/data/promtool');

/** promtool's own test files, with the rule files they name. */
function verdictOn(name: string, options: RunOptions = {}) {
  const text = readFileSync(join(DATA, name), 'utf8');
  const ruleFiles = [...text.matchAll(/^ {2}- (\S+\.yml)$/gm)].map(([, file]) => file ?? '');
  const files = new Map([name, ...ruleFiles].map((file) => [file, readFileSync(join(DATA, file), 'utf8')]));
  return runTestFile(name, files, ruleFiles, options);
}

describe.skipIf(!existsSync(DATA))("promtool's own test files get promtool's verdict", () => {
  test.each([
    'unittest.yml',
    'at-modifier-test.yml',
    'negative-offset-test.yml',
    'long-period.yml',
    'no-test-group-interval.yml',
    'start-time-test.yml',
  ])('%s passes', (name) => {
    expect(verdictLines(verdictOn(name))).toEqual([expect.stringContaining('SUCCESS')]);
  });

  test.each([
    ['failing.yml', '+ got:      {__name__="test"} 0'],
    ['bad-input-series.yml', 'series up{job="prometheus", instance="localhost:9090"'],
    ['bad-promql.yml', 'many-to-many matching not allowed'],
    ['bad-rules-error-test.yml', 'rule joined, after 0 s'],
    ['bad-rules-syntax-test.yml', 'bad-rules-syntax.yml:7:'],
    ['rules_run.yml', 'wrong test'],
    ['rules_run_fuzzy.yml', 'wrong fuzzy match'],
    ['rules_run_no_fuzzy.yml', 'correct fuzzy match'],
    ['rules_run_extrafields.yml', 'namespace'],
  ])('%s fails', (name, reason) => {
    const verdict = verdictOn(name);
    expect(hasPassed(verdict)).toBe(false);
    expect(verdictLines(verdict).join('\n')).toContain(reason);
  });

  test.each(['rules_run.yml', 'rules_run_fuzzy.yml'])('%s passes for the group that is right', (name) => {
    expect(hasPassed(verdictOn(name, { wanted: (group) => group.startsWith('correct') }))).toBe(true);
  });
});
