import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ECSClient } from '@aws-sdk/client-ecs';
import { InvalidArgumentError } from 'commander';
import * as z from 'zod';
import { taskDiscovery } from '../shared/adapters/ecs/task-discovery.ts';
import type { CompiledCatalog } from '../shared/domain/catalog/compiled.ts';
import { BUSY, type Month } from '../shared/domain/cost/month.ts';
import { PRICES, stalePrices } from '../shared/domain/cost/prices.ts';
import { statementBlocks } from '../shared/domain/cost/print-statement.ts';
import { assumedSize, type SweepSize } from '../shared/domain/cost/sizes.ts';
import { costStatement } from '../shared/domain/cost/statement.ts';
import { measureSweeps } from './measure-sweeps.ts';
import { answer, table, type Terminal } from './output.ts';
import { examples, JSON_OPTION, type AddCommand } from './program.ts';
import { PROJECT_DIR, STATE_OPTION } from './running-cloud.ts';
import { validCatalog } from './valid-catalog.ts';

interface CostOptions extends Month {
  readonly catalog: string;
  readonly measure?: boolean;
  readonly state: string;
  readonly hosts?: number;
  readonly users?: number;
  readonly json?: boolean;
}

/**
 * Prints what a catalog costs in a month, idle and busy, beside what others charge for the same.
 *
 * @throws CommandFailed if the catalog is not valid
 */
export async function tellCost(options: CostOptions, terminal: Terminal, nowMs: number): Promise<void> {
  const catalog = validCatalog(options.catalog);
  const sizes =
    options.measure === true
      ? await measured(catalog, options.state, terminal)
      : known(catalog, options.state);
  const warnings = stalePrices(new Date(nowMs).toISOString().slice(0, 10)).map(
    (item) => `the price of "${PRICES[item].what}" was read on ${PRICES[item].readOn}, more than a year ago`,
  );
  for (const warning of warnings) terminal.err(`warning: ${warning}\n`);
  const { incidents, openMinutes, pages, recoveries, hosts, users } = options;
  const month = { incidents, openMinutes, pages, recoveries };
  const statement = costStatement(catalog, sizes, month, {
    ...(hosts === undefined ? {} : { hosts }),
    ...(users === undefined ? {} : { users }),
  });
  answer(terminal, options.json === true, { ...statement, prices: PRICES, warnings }, () =>
    statementBlocks(statement).flatMap(({ title, rows }, at) => [
      ...(at === 0 ? [] : ['']),
      title,
      ...table(rows),
    ]),
  );
}

const Recorded = z.record(
  z.string(),
  z.object({
    how: z.literal('measured'),
    targets: z.number(),
    points: z.number(),
    bytes: z.number(),
    everything: z.object({ points: z.number(), bytes: z.number() }),
    series: z.record(z.string(), z.number()),
    otherSeries: z.number(),
  }),
);

/** What the last `--measure` found of each system, else what is assumed. */
function known({ systems }: CompiledCatalog, stateDir: string): Record<string, SweepSize> {
  const recorded = readRecorded(stateDir);
  return Object.fromEntries(
    Object.values(systems).map((system) => [system.system, recorded[system.system] ?? assumedSize(system)]),
  );
}

function readRecorded(stateDir: string): Record<string, SweepSize> {
  try {
    return Recorded.parse(JSON.parse(readFileSync(recordOf(stateDir), 'utf8')));
  } catch {
    return {};
  }
}

async function measured(
  catalog: CompiledCatalog,
  stateDir: string,
  terminal: Terminal,
): Promise<Record<string, SweepSize>> {
  const sizes = await measureSweeps(catalog, taskDiscovery(new ECSClient({ maxAttempts: 2 })));
  for (const [system, { down, targets }] of Object.entries(sizes)) {
    if (down.length === 0) continue;
    terminal.err(
      `warning: ${system}: ${String(down.length)} of ${String(targets)} targets did not answer (${down.join(', ')}); what they send is not counted\n`,
    );
  }
  mkdirSync(resolve(stateDir), { recursive: true });
  writeFileSync(recordOf(stateDir), JSON.stringify(sizes, null, 2));
  return sizes;
}

function recordOf(stateDir: string): string {
  return join(resolve(stateDir), 'sweep-sizes.json');
}

function count(text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && Number.isFinite(number) && number >= 0) return number;
  throw new InvalidArgumentError('Expected a number from 0.');
}

export const addCost: AddCommand = (program, terminal) => {
  program
    .command('cost')
    .description('tell the monthly bill of a catalog, idle and busy, beside other offers')
    .option('--catalog <dir>', 'the catalog', join(PROJECT_DIR, 'examples/quickstart'))
    .option('--measure', 'scrape every target once, now, and count what would be sent')
    .option('--incidents <number>', 'incidents of a busy month in each system', count, BUSY.incidents)
    .option('--open-minutes <number>', 'how long one is open', count, BUSY.openMinutes)
    .option('--pages <number>', 'people paged for one', count, BUSY.pages)
    .option('--recoveries <number>', 'recoveries tried for one', count, BUSY.recoveries)
    .option('--hosts <number>', 'hosts that Datadog would count (default: the targets)', count)
    .option('--users <number>', 'users that PagerDuty would count (default: the people)', count)
    .option(...STATE_OPTION)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples(
        ['homeostat cost', 'the quick start, with sizes as last measured or assumed'],
        ['homeostat cost --catalog ops/catalog --measure', 'your own, measured at its targets'],
        ['homeostat cost --incidents 200 --pages 4 --json', 'a bad month, for a program'],
      ),
    )
    .action(async (options: CostOptions) => {
      await tellCost(options, terminal, Date.now());
    });
};
