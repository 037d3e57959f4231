import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { collect } from './benches/collect.ts';
import { commits } from './benches/commits.ts';
import { exposition } from './benches/exposition.ts';
import { idle } from './benches/idle.ts';
import { init } from './benches/init.ts';
import { page } from './benches/page.ts';
import { promql } from './benches/promql.ts';
import { ready } from './benches/ready.ts';
import { storm } from './benches/storm.ts';
import type { Bench } from './figure.ts';
import { PROJECT } from './quick-start.ts';
import { aReport, asMarkdown, asText } from './report.ts';
import type { Report } from './report.ts';

/** In the order of the table; the storm, which leaves the machine warm, comes last. */
const BENCHES: readonly Bench[] = [ready, idle, page, commits, collect, exposition, init, promql, storm];

interface Options {
  readonly json?: string;
  readonly write?: boolean;
}

/** Measures one thing after the other: they share the machine. */
async function runBenches(names: readonly string[], options: Options): Promise<void> {
  const chosen = names.length === 0 ? BENCHES : BENCHES.filter(({ name }) => names.includes(name));
  const known = BENCHES.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(`No bench is named ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
  if (options.write === true && chosen.length < BENCHES.length)
    throw new Error(
      'docs/benchmarks.md holds the figures of one run of everything: use --write without names.',
    );
  const report = aReport(new Date());
  for (const { name, run } of chosen) {
    process.stderr.write(`${name}\n`);
    try {
      report.figures.push(...(await run((line) => process.stderr.write(`  ${line}\n`))));
    } catch (error) {
      // The others are worth measuring all the same.
      report.failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    }
  }
  await handOver(report, options);
}

async function handOver(report: Report, { json, write }: Options): Promise<void> {
  process.stdout.write(asText(report));
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
  if (write === true) writeFileSync(join(PROJECT, 'docs/benchmarks.md'), await asMarkdown(report));
}

const program = new Command('bench')
  .description('Measures Homeostat on this machine, each figure beside a reference of the same run.')
  .argument('[names...]', `which: ${BENCHES.map(({ name }) => name).join(', ')}; all without names`)
  .option('--json <file>', 'write the figures to a file as well')
  .option('--write', 'write docs/benchmarks.md')
  .addHelpText(
    'after',
    [
      '',
      'Benches:',
      ...BENCHES.map(({ name, what }) => `  ${name.padEnd(10)} ${what}`),
      '',
      'Examples:',
      '  $ npm run bench                        everything; takes a quarter of an hour on an idle machine',
      '  $ npm run bench -- init                one',
      '  $ npm run bench -- --json bench.json   figures for a program',
      '  $ npm run bench -- --write             docs/benchmarks.md anew',
    ].join('\n'),
  )
  .action(async (names: string[], options: Options) => {
    await runBenches(names, options);
  });

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
