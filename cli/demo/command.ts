import { InvalidArgumentError } from 'commander';
import { hint } from '../../shared/domain/catalog/nearest.ts';
import { EXIT } from '../output.ts';
import { examples, JSON_OPTION } from '../program.ts';
import type { AddCommand } from '../program.ts';
import { playDemo } from './play.ts';
import type { DemoFault, DemoReport } from './story.ts';
import { DEMO_FAULTS, missingIn } from './story.ts';

export const addDemo: AddCommand = (program, terminal, endWith) => {
  program
    .command('demo')
    .description(
      'the whole story, unattended, in under two minutes: a service dies, is noticed, restarted, verified; who was told',
    )
    .option('--fault <fault>', DEMO_FAULTS.join(', '), parseFault, 'crash')
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples(
        ['homeostat demo', 'a crash that heals by itself'],
        ['homeostat demo --fault slow', 'a fault that needs a person: page, acknowledge, mend'],
        ['homeostat demo --fault hang --json | tail -1', 'for a script: one object with all times'],
      ),
    )
    .action(async (options: { fault: DemoFault; json?: boolean }) => {
      const isJson = options.json === true;
      const tell = (line: string): void => {
        terminal.out(
          isJson ? `${JSON.stringify({ at: new Date().toISOString(), step: line })}\n` : `${line}\n`,
        );
      };
      const report = await playDemo({ fault: options.fault, tell });
      const missing = missingIn(report);
      if (missing.length > 0) {
        terminal.err(`error: the story did not happen as it should: ${missing.join('; ')}.\n`);
        endWith(EXIT.notSo);
      }
      if (isJson) terminal.out(`${JSON.stringify(report)}\n`);
      else for (const line of summary(report)) terminal.out(`${line}\n`);
    });
};

function summary(report: DemoReport): string[] {
  const time = (seconds: number | null): string => (seconds === null ? 'never' : `${seconds.toFixed(1)} s`);
  return [
    '',
    `${report.fault} of ${report.incident?.id ?? 'no incident'}: alarm after ${time(report.alarmAfterS)}, page after ${time(report.pagedAfterS)}, ` +
      `action after ${time(report.actedAfterS)}, recovered after ${time(report.recoveredAfterS)}, resolved after ${time(report.resolvedAfterS)}.`,
    'Who was told:',
    ...report.pages.map(({ to, via, reason, at }) => `  ${at.slice(11, 19)}  ${to} by ${via}: ${reason}`),
  ];
}

function parseFault(text: string): DemoFault {
  const fault = DEMO_FAULTS.find((candidate) => candidate === text);
  if (fault === undefined) throw new InvalidArgumentError(`No such fault${hint(text, DEMO_FAULTS)}`);
  return fault;
}
