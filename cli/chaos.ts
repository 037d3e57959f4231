import { InvalidArgumentError } from 'commander';
import { hint } from '../shared/domain/catalog/nearest.ts';
import { CHAOS_PATH, type ChaosOrder, type ChaosStatus } from '../local/chaos/chaos.ts';
import {
  CHAOS_SERVICES,
  FAULT_KINDS,
  type ChaosRule,
  type ChaosService,
  type FaultKind,
} from '../local/chaos/fault.ts';
import type { CloudFile } from '../local/cloud-file.ts';
import { durationOption } from './duration-option.ts';
import { CommandFailed, EXIT, answer, table } from './output.ts';
import { JSON_OPTION, examples } from './program.ts';
import type { AddCommand } from './program.ts';
import { STATE_OPTION, requireCloud } from './running-cloud.ts';

const WHAT = [...FAULT_KINDS, 'off'] as const;
const WHERE = [...CHAOS_SERVICES, 'all'] as const;

interface ChaosOptions {
  readonly state: string;
  readonly json?: boolean;
  readonly rate: number;
  readonly for?: number;
  readonly ms: number;
  readonly seed?: number;
}

const MEANING = `
What a fault does, to requests by functions and to deliveries between services:
  throttle   refused with the service's own throttling error, which SDKs and senders try again
  deny       refused with the service's own "access denied", which nobody tries again
  delay      held up for --ms
  drop       lost on the way or, as often, carried out and its answer lost; the sender may try again
  duplicate  carried out twice; not where the sender says that it never asks twice

Commands of this tool, and every other request without a role's key, are never hit. A cloud that starts
anew has no faults on.`;

/** Switches faults on or off, or only looks. @throws CommandFailed if the cloud refuses or does not answer */
export async function askChaos(
  cloud: Pick<CloudFile, 'endpoint'>,
  request: { readonly on: ChaosOrder } | { readonly off: ChaosService | 'all' } | 'look',
): Promise<ChaosStatus> {
  if (request === 'look') return ask(cloud, 'GET', CHAOS_PATH);
  if ('on' in request) return ask(cloud, 'PUT', CHAOS_PATH, JSON.stringify(request.on));
  return ask(cloud, 'DELETE', request.off === 'all' ? CHAOS_PATH : `${CHAOS_PATH}/${request.off}`);
}

async function ask(
  { endpoint }: Pick<CloudFile, 'endpoint'>,
  method: string,
  path: string,
  body?: string,
): Promise<ChaosStatus> {
  const told = await fetch(`${endpoint}${path}`, { method, ...(body === undefined ? {} : { body }) })
    .then(async (response) => ({ isOk: response.ok, json: (await response.json()) as object }))
    .catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      throw new CommandFailed(EXIT.cannot, `the cloud at ${endpoint} did not answer: ${reason}`, {
        cause: error,
      });
    });
  if (told.isOk) return told.json as ChaosStatus;
  const { message = 'no reason given' } = told.json as { message?: string };
  throw new CommandFailed(EXIT.cannot, `the cloud at ${endpoint} refused: ${message}`);
}

async function runChaos(
  what: FaultKind | 'off' | undefined,
  where: ChaosService | 'all' | undefined,
  options: ChaosOptions,
): Promise<ChaosStatus> {
  const cloud = requireCloud(options.state);
  if (what === undefined) return askChaos(cloud, 'look');
  if (what === 'off') return askChaos(cloud, { off: where ?? 'all' });
  if (where === undefined)
    throw new CommandFailed(EXIT.cannot, `${what} at which service? Expected one of: ${WHERE.join(', ')}`);
  const { rate, ms: delayMs, for: forS, seed } = options;
  const on: ChaosOrder = {
    kind: what,
    services: where === 'all' ? [...CHAOS_SERVICES] : [where],
    rate,
    delayMs,
    ...(forS === undefined ? {} : { forMs: forS * 1_000 }),
    ...(seed === undefined ? {} : { seed }),
  };
  return askChaos(cloud, { on });
}

function linesOf({ on, made }: ChaosStatus): string[] {
  const rules =
    on.length === 0 ? ['No faults are on.'] : ['On:', ...table(on.map((rule) => ['  ', ...ruleRow(rule)]))];
  const services = CHAOS_SERVICES.filter((service) => made[service] !== undefined);
  if (services.length === 0) return [...rules, 'None was made so far.'];
  const rows = services.map((service) => [
    `  ${service}`,
    ...FAULT_KINDS.map((kind) => String(made[service]?.[kind] ?? 0)),
  ]);
  return [...rules, 'Made so far:', ...table([['', ...FAULT_KINDS], ...rows])];
}

function ruleRow({ service, kind, rate, delayMs, untilMs }: ChaosRule): string[] {
  const until = untilMs === undefined ? 'until switched off' : `until ${new Date(untilMs).toISOString()}`;
  const held = kind === 'delay' ? `, ${String(delayMs)} ms` : '';
  return [service, kind, `${String(Number((rate * 100).toPrecision(3)))}%${held}`, until];
}

function oneOf<T extends string>(what: string, choices: readonly T[]): (text: string) => T {
  return (text) => {
    const choice = choices.find((candidate) => candidate === text);
    if (choice === undefined) throw new InvalidArgumentError(`No such ${what}${hint(text, choices)}`);
    return choice;
  };
}

function parseRate(text: string): number {
  const rate = Number(text);
  if (text.trim() !== '' && rate > 0 && rate <= 1) return rate;
  throw new InvalidArgumentError('Expected a part of all, above 0 and up to 1, like 0.1.');
}

function parseWhole(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number.');
}

export const addChaos: AddCommand = (program, terminal) => {
  program
    .command('chaos')
    .description('make the services of the embedded cloud fail, or show which do')
    .argument('[fault]', WHAT.join(', '), oneOf('fault', WHAT))
    .argument('[service]', WHERE.join(', '), oneOf('service', WHERE))
    .option('--rate <part>', 'which part of all suffers it', parseRate, 0.1)
    .option('--for <duration>', 'ends by itself after so long (60s, 5m)', durationOption('5m'))
    .option('--ms <number>', 'how long delay holds up', parseWhole, 2_000)
    .option('--seed <number>', 'starts the dice at a number, to throw the same again', parseWhole)
    .option(...STATE_OPTION)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      `${MEANING}\n${examples(
        ['homeostat chaos throttle dynamodb', 'every tenth request to DynamoDB is throttled'],
        ['homeostat chaos drop all --rate 0.02 --for 5m', 'two in a hundred get lost, everywhere'],
        ['homeostat chaos delay sqs --ms 10000', 'every tenth is held up for 10 s'],
        ['homeostat chaos', 'what is on, and how often each fault was made'],
        ['homeostat chaos off dynamodb', 'DynamoDB is well again; without a service all are'],
      )}`,
    )
    .action(
      async (
        what: FaultKind | 'off' | undefined,
        where: ChaosService | 'all' | undefined,
        options: ChaosOptions,
      ) => {
        answer(terminal, options.json === true, await runChaos(what, where, options), linesOf);
      },
    );
};
