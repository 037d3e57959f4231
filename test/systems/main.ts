import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { formatDurationS } from '../../shared/domain/catalog/duration.ts';
import { findSystems } from './find-systems.ts';
import { playReal } from './play-real.ts';
import { playSystem } from './play-system.ts';
import { asDocument, asText, DOCUMENT, isSound, unplayable, type SystemVerdict } from './report.ts';

const ROOT = join(import.meta.dirname, '../..');

interface Options {
  readonly json?: boolean;
  readonly rule?: string;
  readonly write?: boolean;
  readonly real?: boolean;
}

async function run(names: readonly string[], options: Options): Promise<void> {
  const all = findSystems(join(ROOT, 'examples'));
  const nameOf = (one: (typeof all)[number]): string => ('problem' in one ? one.name : one.system.system);
  const unknown = names.filter((name) => !all.some((one) => nameOf(one) === name));
  if (unknown.length > 0)
    throw new Error(`No system is named ${unknown.join(', ')}. There are: ${all.map(nameOf).join(', ')}.`);
  const isPart = names.length > 0 || options.rule !== undefined || options.real === true;
  if (options.write === true && isPart)
    throw new Error('docs/systems.md holds a run of everything: use --write alone.');
  if (options.real === true && options.rule !== undefined)
    throw new Error('--real takes one rule of each kind: use it without --rule.');
  const verdicts: SystemVerdict[] = [];
  const tell = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  for (const one of all) {
    if (names.length > 0 && !names.includes(nameOf(one))) continue;
    if ('problem' in one) verdicts.push(unplayable(one));
    else
      verdicts.push(
        await (options.real === true ? playReal(one, tell) : playSystem(one, tell, options.rule)),
      );
  }
  process.stdout.write(options.json === true ? `${JSON.stringify(verdicts)}\n` : asText(verdicts));
  tell(`took ${formatDurationS(Math.round(process.uptime()))}`);
  if (options.write === true) writeFileSync(DOCUMENT, await asDocument(verdicts));
  if (!verdicts.every(isSound)) process.exitCode = 1;
}

const program = new Command('systems')
  .description(
    'Plays the systems in examples/ under a virtual clock: every rule fires on its fault, and resolves.',
  )
  .argument('[systems...]', 'which; all without names')
  .option('--rule <alert>', 'only this rule')
  .option('--real', 'in processes on the embedded cloud and in real time: one rule of a system and kind')
  .option('--json', 'print JSON for programs instead of text')
  .option('--write', 'write docs/systems.md')
  .addHelpText(
    'after',
    [
      '',
      'Exits 0 if all is as it should be, 1 if a rule did not fire on its fault, fired when all was well, or did not',
      'resolve, 2 if it could not be tried.',
      '',
      'Examples:',
      '  $ npm run systems',
      '  $ npm run systems -- qbm-ai --rule HighErrorRate',
      '  $ npm run systems -- --real qbm-ai   a quarter of an hour; all five take an hour and a half',
      '  $ npm run systems -- --write         all, into docs/systems.md',
      '  $ npm run --silent systems -- --json > systems.json',
    ].join('\n'),
  )
  .exitOverride()
  .action(run);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  } else if (error.exitCode !== 0) process.exitCode = 2;
}
