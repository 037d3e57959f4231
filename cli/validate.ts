import { join } from 'node:path';
import { readCatalogFolder } from '../shared/adapters/files/read-catalog.ts';
import { compileCatalog, type CompileResult } from '../shared/domain/catalog/compile.ts';
import { formatProblem, type Problem } from '../shared/domain/catalog/problem.ts';
import { counted, EXIT, answer, type ExitCode, type Terminal } from './output.ts';
import { JSON_OPTION, examples, type AddCommand } from './program.ts';

/** What `homeostat validate --json` prints. */
interface ValidateAnswer {
  readonly ok: boolean;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** Names of the systems; empty if the catalog is not valid, like what follows. */
  readonly systems: readonly string[];
  /** How many alarms the catalog makes. */
  readonly rules: number;
  readonly hash: string | null;
}

/**
 * Checks a catalog folder and prints every problem as `file:line:column: message`, files as seen from
 * where the command runs; then one line that sums up.
 *
 * @returns 0 if the catalog can be used (warnings or not), 1 if not
 */
export async function validateCatalog(
  folder: string,
  { json }: { readonly json: boolean },
  terminal: Terminal,
): Promise<ExitCode> {
  const result = compileCatalog(readCatalogFolder(folder));
  answer(terminal, json, answerOf(result, folder), linesOf);
  return result.ok ? EXIT.ok : EXIT.notSo;
}

function answerOf(result: CompileResult, folder: string): ValidateAnswer {
  const fromHere = (problem: Problem): Problem => ({ ...problem, file: join(folder, problem.file) });
  const warnings = result.warnings.map(fromHere);
  if (!result.ok) {
    return {
      ok: false,
      problems: result.problems.map(fromHere),
      warnings,
      systems: [],
      rules: 0,
      hash: null,
    };
  }
  const { systems, hash } = result.catalog;
  const rules = Object.values(systems).reduce((sum, system) => sum + system.rules.length, 0);
  return { ok: true, problems: [], warnings, systems: Object.keys(systems), rules, hash };
}

function linesOf({ ok, problems, warnings, systems, rules, hash }: ValidateAnswer): string[] {
  const told = [...problems, ...warnings].map(formatProblem);
  const noted = warnings.length === 0 ? '' : `, ${counted(warnings.length, 'warning')}`;
  if (!ok) return [...told, `${counted(problems.length, 'problem')}${noted}`];
  const summary = `${counted(systems.length, 'system')} (${systems.join(', ')}), ${counted(rules, 'rule')}`;
  return [...told, `valid: ${summary}${noted}, catalog ${hash}`];
}

export const addValidate: AddCommand = (program, terminal, endWith) => {
  program
    .command('validate')
    .description('check a catalog folder: every problem with file, line and column')
    .argument('<dir>', 'the folder with organization.yaml and a folder for each system')
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples(
        ['homeostat validate examples/quickstart', 'exit code 0 if it can be used, 1 if not'],
        ['homeostat validate ops/catalog --json', 'the problems for a program'],
      ),
    )
    .action(async (dir: string, options: { json?: boolean }) => {
      endWith(await validateCatalog(dir, { json: options.json === true }, terminal));
    });
};
