import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { personTopic } from '../../shared/contract/names.ts';
import type { CompiledCatalog } from '../../shared/domain/catalog/compiled.ts';
import { hint } from '../../shared/domain/catalog/nearest.ts';
import { addOperatorOptions, deploymentOf, type OperatorOptions } from '../operator.ts';
import { answer, CommandFailed, EXIT, table, type ExitCode, type Terminal } from '../output.ts';
import { examples, JSON_OPTION, type AddCommand } from '../program.ts';
import { recipientOf } from '../told.ts';
import { withDoctor, type Orders } from './account.ts';
import { examine, type Row } from './examine.ts';
import { recordEvents } from './scrub.ts';

interface DoctorOptions extends OperatorOptions {
  readonly page?: string;
  readonly save?: string;
  readonly timeout: number;
  readonly json?: boolean;
}

const LOOK_EVERY_MS = { local: 250, aws: 2_000 };
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const COST =
  'This costs a few cents at most: some kilobytes of series, one alarm for some minutes, one durable execution.';

/** Tries what we assume about AWS, on the embedded cloud or in the owner's account. */
export async function runDoctor(options: DoctorOptions, terminal: Terminal): Promise<ExitCode> {
  const { settings, catalog } = deploymentOf(options);
  const systems = Object.values(catalog.systems);
  const isJson = options.json === true;
  const startedMs = Date.now();
  const tell = (line: string) => {
    const atS = String(Math.round((Date.now() - startedMs) / 1_000)).padStart(4);
    if (!isJson) terminal.err(`${atS} s  ${line}\n`);
  };
  const stopping = new AbortController();
  const stop = () => {
    if (!stopping.signal.aborted) tell('stopping; everything temporary is removed …');
    stopping.abort(new CommandFailed(EXIT.cannot, 'stopped; everything temporary was removed.'));
  };
  for (const signal of STOP_SIGNALS) process.on(signal, stop);
  try {
    if (options.aws === true) tell(COST);
    const orders: Orders = {
      scrapeEveryS: Math.min(...systems.map(({ collection }) => collection.everyS)),
      queries: systems.flatMap(({ rules }) => rules.map(({ query }) => query)),
      person: personOf(catalog, options.page),
      whose: (topic) => recipientOf(topic, catalog).who,
      lookEveryMs: options.aws === true ? LOOK_EVERY_MS.aws : LOOK_EVERY_MS.local,
      untilMs: startedMs + options.timeout * 1_000,
      signal: stopping.signal,
      tell,
    };
    const rows = await withDoctor(settings, orders, async (doctor, alarmName) => {
      const seen = await examine(doctor);
      if (options.save !== undefined) save(options.save, await doctor.events.received(), alarmName, tell);
      return seen;
    });
    return tellRows(rows, isJson, terminal);
  } catch (error) {
    stopping.signal.throwIfAborted();
    if (error instanceof CommandFailed) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailed(EXIT.cannot, `the doctor could not examine: ${reason}`, { cause: error });
  } finally {
    for (const signal of STOP_SIGNALS) process.off(signal, stop);
  }
}

function personOf(catalog: CompiledCatalog, key: string | undefined): Orders['person'] {
  if (key === undefined) return undefined;
  const { people } = catalog.organization;
  const person = Object.hasOwn(people, key) ? people[key] : undefined;
  if (person !== undefined) return { name: person.name, topic: personTopic(key) };
  const known = Object.keys(people);
  throw new CommandFailed(EXIT.cannot, `--page ${key}: the catalog has no such person${hint(key, known)}`);
}

function save(
  dir: string,
  events: readonly unknown[],
  alarmName: string,
  tell: (line: string) => void,
): void {
  mkdirSync(resolve(dir), { recursive: true });
  for (const { file, text } of recordEvents(events, alarmName)) {
    writeFileSync(join(resolve(dir), file), text);
    tell(`saved ${join(dir, file)}`);
  }
}

function tellRows(rows: readonly Row[], isJson: boolean, terminal: Terminal): ExitCode {
  const count = (verdict: Row['verdict']) => rows.filter((row) => row.verdict === verdict).length;
  const isWell = count('differs') + count('not seen') === 0;
  answer(terminal, isJson, { ok: isWell, assumptions: rows }, () => [
    ...table([
      ['ID', 'VERDICT', 'EXPECTED', 'SEEN'],
      ...rows.map(({ id, verdict, expected, seen }) => [id, verdict, expected, seen]),
    ]),
    '',
    `${String(count('holds'))} hold, ${String(count('differs'))} differ, ${String(count('not seen'))} not seen, ` +
      `${String(count('not tried'))} not tried. What each means: docs/assumptions.md`,
  ]);
  return isWell ? EXIT.ok : EXIT.notSo;
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (/^\d+$/.test(text) && seconds >= 1 && seconds <= 3_600) return seconds;
  throw new InvalidArgumentError('Expected whole seconds from 1 to 3600.');
}

export const addDoctor: AddCommand = (program, terminal, endWith) => {
  const command = program
    .command('doctor')
    .description('try what we assume about AWS, and whether the deployment works')
    .option('--page <person>', 'send a test page to this person of the catalog (else nobody is paged)')
    .option('--save <dir>', 'save the events that were seen as test events, without your names and numbers')
    .option('--timeout <seconds>', 'wait no longer than this', parseSeconds, 900)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples(
        ['homeostat doctor', 'the embedded cloud that runs'],
        [
          'homeostat doctor --aws --catalog ops/catalog',
          "your account, after a deploy, with your shell's rights",
        ],
        ['homeostat doctor --aws --catalog ops/catalog --page ana', 'with a test page to ana'],
      ),
    );
  addOperatorOptions(command);
  command.action(async (options: DoctorOptions) => {
    endWith(await runDoctor(options, terminal));
  });
};
