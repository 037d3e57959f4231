import { userInfo } from 'node:os';
import { InvalidArgumentError } from 'commander';
import { parseDurationS } from '../shared/domain/catalog/duration.ts';
import { hint } from '../shared/domain/catalog/nearest.ts';
import { addOperatorOptions, systemOfIncident, withOperator } from './operator.ts';
import type { OperatorOptions } from './operator.ts';
import { answer, CommandFailed, EXIT } from './output.ts';
import { examples, JSON_OPTION } from './program.ts';
import type { AddCommand } from './program.ts';

/** What a person said and what came of it, as `--json` prints it. */
export interface Said {
  readonly done: boolean;
  readonly message: string;
}

/** Tells everybody that somebody has it in hand: paging stops. */
export function acknowledge(options: OperatorOptions, incident: string, by: string): Promise<Said> {
  return withOperator(options, async (operator) => {
    const system = systemOfIncident(operator.catalog, incident);
    const { events, state } = await operator.say(system, by, { type: 'acknowledge', incident, by });
    if (events.length === 0) return notOpen(incident, Object.keys(state.incidents));
    const { escalation, people } = operator.catalog.organization;
    const hours = escalation.acknowledgementExpiresS / 3600;
    const unknown = Object.hasOwn(people, by)
      ? ''
      : ` The catalog knows nobody called "${by}"${hint(by, Object.keys(people))} News of it goes to everybody who was paged.`;
    return {
      done: true,
      message: `${incident}: acknowledged by ${by}. Nobody is paged for ${String(hours)} h.${unknown}`,
    };
  });
}

/** Closes an incident on a person's word. */
export function resolveByHand(
  options: OperatorOptions,
  incident: string,
  by: string,
  reason: string,
): Promise<Said> {
  return withOperator(options, async (operator) => {
    const system = systemOfIncident(operator.catalog, incident);
    const { events, state } = await operator.say(system, by, { type: 'resolve', incident, by, reason });
    if (events.length > 0) return { done: true, message: `${incident}: resolved by ${by}.` };
    const still = state.incidents[incident];
    const firing = Object.values(still?.alerts ?? {}).filter(({ sight }) => sight === 'firing');
    if (still === undefined) return notOpen(incident, Object.keys(state.incidents));
    const names = [...new Set(firing.map(({ name }) => name))].join(', ') || 'alerts that are only counted';
    const message = `${incident} still fires (${names}): it would open again at once. Silence it with \`npx homeostat silence\`, or mend it.`;
    return { done: false, message };
  });
}

/** Holds back the alerts of a system that carry these labels. */
export function silence(
  options: OperatorOptions,
  system: string,
  match: Readonly<Record<string, string>>,
  said: { readonly forS: number; readonly by: string; readonly reason: string },
): Promise<Said> {
  return withOperator(options, async (operator) => {
    const known = Object.keys(operator.catalog.systems);
    if (!known.includes(system))
      throw new CommandFailed(EXIT.cannot, `the catalog has no system "${system}"${hint(system, known)}`);
    const untilMs = Date.now() + said.forS * 1000;
    await operator.say(system, said.by, {
      type: 'silence',
      match,
      by: said.by,
      reason: said.reason,
      untilMs,
    });
    const labels = Object.entries(match)
      .map(([name, value]) => `${name}="${value}"`)
      .join(', ');
    return {
      done: true,
      message: `${system}: alerts with ${labels} are held back until ${new Date(untilMs).toISOString()}. What still fires then is paged.`,
    };
  });
}

function notOpen(incident: string, open: readonly string[]): Said {
  const others = open.length === 0 ? 'Nothing is open.' : `Open: ${open.join(', ')}.`;
  return { done: false, message: `${incident} is not open. ${others}` };
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
    tell(await resolveByHand(options, incident, options.by, options.reason), options);
  });
};

export const addSilence: AddCommand = (program, terminal, endWith) => {
  const command = program
    .command('silence')
    .description('hold alerts back for a time; what still fires at its end is paged')
    .argument('<system>', 'its name in the catalog')
    .argument('<label=value...>', 'labels that an alert must have, all of them', collectLabel)
    .requiredOption('--for <duration>', 'how long: 30m, 2h, 1d', parseDuration)
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
      tell(
        await silence(options, system, labels, { forS: options.for, by: options.by, reason: options.reason }),
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

function parseDuration(text: string): number {
  const seconds = parseDurationS(text);
  if (seconds === undefined || seconds <= 0)
    throw new InvalidArgumentError('Expected a duration like 30m, 2h or 1d.');
  return seconds;
}
