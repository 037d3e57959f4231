import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { check } from '../../../../shared/promql/check.ts';
import { print } from '../../../../shared/promql/print.ts';
import { readScript } from '../../../promqltest/script.ts';
import { plain } from './plain.ts';

/** Prometheus' own engine tests, kept beside the project and never copied into it. */
const FOLDER = join(import.meta.dirname, '../../../../../shared/data/promqltest');
const isThere = existsSync(FOLDER);
const skipped = isThere ? '' : ' (skipped: no folder shared/data/promqltest beside the project)';

const evals = isThere
  ? readdirSync(FOLDER)
      .filter((file) => file.endsWith('.test'))
      .flatMap((file) => readScript(readFileSync(join(FOLDER, file), 'utf8')))
      .filter((command) => command.kind === 'eval')
  : [];

/** What is wrong with an expression: refused, or printed as something else. */
function problemOf(text: string): string | undefined {
  const first = check(text);
  if (!first.ok) return first.errors.map(({ message }) => message).join('; ');
  const printed = print(first.expr);
  const second = check(printed);
  if (!second.ok) return `${printed}: ${second.errors.map(({ message }) => message).join('; ')}`;
  expect(plain(second.expr)).toEqual(plain(first.expr));
  return print(second.expr) === printed ? undefined : `${printed} is printed as ${print(second.expr)}`;
}

describe.skipIf(!isThere)(`The expressions of Prometheus' engine tests${skipped}`, () => {
  test('are all there', () => {
    expect(evals.length).toBeGreaterThanOrEqual(2_210);
  });

  test('are accepted and printed as what they are, those that must not fail', () => {
    const problems = evals
      .filter(({ expected }) => expected.failure === undefined)
      .flatMap(({ expr }) => {
        const problem = problemOf(expr);
        return problem === undefined ? [] : [`${expr}: ${problem}`];
      });
    expect(problems).toEqual([]);
  });
});
