import { userInfo } from 'node:os';
import { InvalidArgumentError } from 'commander';
import * as operate from '../shared/application/operate.ts';
import type { Said } from '../shared/application/operate.ts';
import { durationOption } from './duration-option.ts';
import { addOperatorOptions, withOperator } from './operator.ts';
import type { OperatorOptions } from './operator.ts';
import { answer, EXIT } from './output.ts';
import { examples, JSON_OPTION } from './program.ts';
import type { AddCommand } from './program.ts';

/** Tells everybody that somebody has it in hand: paging stops. */
export function acknowledge(options: OperatorOptions, incident: string, by: string): Promise<Said> {
  return withOperator(options, (operator) => operate.acknowledge(operator, incident, by));
}

interface Options extends OperatorOptions {
  readonly by: string;
  readonly json?: boolean;
}

const BY_OPTION = [
  '--by <person>',
  "who says so: a person's key in the catalog",
  userInfo().username,
] as const;

export const addAck: AddCommand = (program, terminal, endWith) => {
  const command = program
    .command('ack')
    .description('acknowledge an incident: you have it in hand, paging stops')
    .argument('<incident>', 'its id, as in the page')
    .option(...BY_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', examples(['homeostat ack shop-3 --by ana', 'ana has it in hand']));
  addOperatorOptions(command);
  const tell = teller(terminal, endWith);
  command.action(async (incident: string, options: Options) => {
    tell(await acknowledge(options, incident, options.by), options);
  });
};

export const addResolve: AddCommand = (program, terminal, endWith) => {
  const command = program
    .command('resolve')
    .description('close an incident whose alerts no longer fire, or that is out of sight')
    .argument('<incident>', 'its id, as in the page')
    .requiredOption('--reason <text>', 'why it is over, for the log')
    .option(...BY_OPTION)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples([
        'homeostat resolve shop-3 --by ana --reason "host was replaced"',
        'close what nobody can see any more',
      ]),
    );
  addOperatorOptions(command);
  const tell = teller(terminal, endWith);
  command.action(async (incident: string, options: Options & { reason: string }) => {
    tell(
      await withOperator(options, (operator) =>
        operate.resolveByHand(operator, incident, options.by, options.reason),
      ),
      options,
    );
  });
};

export const addSilence: AddCommand = (program, terminal, endWith) => {
  const command = program
    .command('silence')
    .description('hold alerts back for a time; what still fires at its end is paged')
    .argument('<system>', 'its name in the catalog')
    .argument('<label=value...>', 'labels that an alert must have, all of them', collectLabel)
    .requiredOption('--for <duration>', 'how long: 30m, 2h, 1d', durationOption('30m'))
    .requiredOption('--reason <text>', 'why, for whoever wonders')
    .option(...BY_OPTION)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples(
        ['homeostat silence shop job=inventory --for 2h --reason "moving it"', 'one service'],
        [
          'homeostat silence shop alertname=HighLatency job=checkout --for 30m --reason known',
          'one alert of one service',
        ],
      ),
    );
  addOperatorOptions(command);
  const tell = teller(terminal, endWith);
  command.action(
    async (
      system: string,
      labels: Record<string, string>,
      options: Options & { for: number; reason: string },
    ) => {
      const said = { forS: options.for, by: options.by, reason: options.reason };
      tell(
        await withOperator(options, (operator) => operate.silence(operator, system, labels, said)),
        options,
      );
    },
  );
};

function teller(...[terminal, endWith]: [Parameters<AddCommand>[1], Parameters<AddCommand>[2]]) {
  return (said: Said, options: { readonly json?: boolean }): void => {
    answer(terminal, options.json === true, said, ({ message }) => [message]);
    if (!said.done) endWith(EXIT.notSo);
  };
}

/** Commander hands over one argument at a time with what came before. */
function collectLabel(text: string, before: Record<string, string> | undefined): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Expected label=value, like job=inventory.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}
