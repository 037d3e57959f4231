import { promqlReader } from '../shared/adapters/cloudwatch/promql-reader.ts';
import { readAttainment } from '../shared/application/read-attainment.ts';
import { formatDurationS } from '../shared/domain/catalog/duration.ts';
import type { Attainment } from '../shared/domain/objective/attainment.ts';
import { durationOption } from './duration-option.ts';
import { addOperatorOptions, deploymentOf, type OperatorOptions } from './operator.ts';
import { answer, EXIT, table, type ExitCode, type Terminal } from './output.ts';
import { examples, JSON_OPTION, type AddCommand } from './program.ts';

interface ObjectivesOptions extends OperatorOptions {
  readonly window?: number;
  readonly json?: boolean;
}

interface Row extends Attainment {
  readonly system: string;
  readonly objective: string;
  readonly target: number;
  readonly windowS: number;
}

/**
 * Tells how far the objectives of all systems are met.
 *
 * @returns 1 if one is missed, else 0
 * @throws CommandFailed if there is nothing to ask
 */
export async function tellObjectives(
  options: ObjectivesOptions,
  terminal: Terminal,
  nowMs: number,
): Promise<ExitCode> {
  const { settings, catalog } = deploymentOf(options);
  const shell = process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? '';
  const reader = promqlReader({ region: shell, ...settings });
  const rows: Row[] = [];
  for (const { system, objectives = [] } of Object.values(catalog.systems))
    for (const objective of objectives) {
      terminal.progress?.(`${system}: ${objective.name}`);
      const windowS = options.window ?? objective.windowS;
      const reached = await readAttainment(reader, objective, nowMs, windowS);
      rows.push({ system, objective: objective.name, target: objective.target, windowS, ...reached });
    }
  answer(terminal, options.json === true, { objectives: rows }, () => linesOf(rows));
  return rows.some(({ state }) => state === 'missed') ? EXIT.notSo : EXIT.ok;
}

function linesOf(rows: readonly Row[]): string[] {
  if (rows.length === 0) return ['No system has objectives (docs/objectives.md).'];
  return table([
    ['SYSTEM', 'OBJECTIVE', 'TARGET', 'WINDOW', 'KNOWN', 'ATTAINED', 'BUDGET LEFT', 'BURN 1H', 'STATE'],
    ...rows.map(({ system, objective, target, windowS, known, attained, budgetLeft, burn, state }) => [
      system,
      objective,
      share(target),
      formatDurationS(windowS),
      share(known),
      share(attained),
      share(budgetLeft),
      Number.isNaN(burn) ? '-' : `${burn.toFixed(1)}x`,
      state,
    ]),
  ]);
}

/** In per cent, with as many digits as a promise has. */
function share(value: number): string {
  return Number.isNaN(value) ? '-' : `${String(Number((value * 100).toFixed(3)))}%`;
}

export const addObjectives: AddCommand = (program, terminal, endWith) => {
  const command = program
    .command('objectives')
    .description('tell how far objectives are met, and how much may still go wrong')
    .option(
      '--window <duration>',
      'look at so much time in place of each objective’s own window',
      durationOption('7d', 60),
    )
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples(
        ['homeostat objectives', 'on the local cloud; exit code 1 if one is missed'],
        ['homeostat objectives --window 1h', 'of the last hour'],
        ['homeostat objectives --aws --catalog ops --json', 'of the deployment, for a program'],
      ),
    )
    .action(async (options: ObjectivesOptions) => {
      endWith(await tellObjectives(options, terminal, Date.now()));
    });
  addOperatorOptions(command);
};
