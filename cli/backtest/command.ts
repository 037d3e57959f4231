import { InvalidArgumentError } from 'commander';
import { backtest, type SystemBacktest } from '../../shared/domain/backtest/backtest.ts';
import type { Period } from '../../shared/domain/backtest/alert-history.ts';
import { differenceOf } from '../../shared/domain/backtest/difference.ts';
import type { CompiledCatalog } from '../../shared/domain/catalog/compiled.ts';
import { parseDurationS } from '../../shared/domain/catalog/duration.ts';
import { parseInstantMs } from '../../shared/domain/rules/instant.ts';
import { answer, CommandFailed, EXIT, type ExitCode, type Terminal } from '../output.ts';
import { examples, JSON_OPTION, type AddCommand } from '../program.ts';
import { validCatalog } from '../valid-catalog.ts';
import { RecordingError } from './csv.ts';
import { fetchRecording } from './fetch-recording.ts';
import { backtestLines, type BacktestAnswer } from './print-backtest.ts';
import { readRecordedFile } from './read-recording.ts';
import { Recording } from './recording.ts';

interface BacktestCommand {
  readonly catalog: string;
  readonly data: readonly string[];
  readonly against?: string;
  readonly from?: number;
  readonly to?: number;
  readonly acknowledgeAfter: number;
  readonly json?: boolean;
}

const isUrl = (source: string): boolean => /^https?:\/\//.test(source);

/**
 * Runs the rules of a catalog over recorded series and tells what would have fired and who would have been paged.
 *
 * @returns 1 if, against another catalog, an incident would be missed; else 0
 */
export async function runBacktest(options: BacktestCommand, terminal: Terminal): Promise<ExitCode> {
  const catalog = validCatalog(options.catalog);
  const other = options.against === undefined ? undefined : validCatalog(options.against);
  const recording = await recordingOf(options, [catalog, ...(other === undefined ? [] : [other])]);
  const period = { fromMs: options.from ?? recording.fromMs, toMs: options.to ?? recording.toMs };
  if (!(period.fromMs <= period.toMs))
    throw new CommandFailed(EXIT.cannot, 'no samples were found in the time that was asked for');
  const run = (which: CompiledCatalog): SystemBacktest[] =>
    backtest(which, recording.store, period, { acknowledgeAfterMs: options.acknowledgeAfter * 1_000 });
  const systems = run(catalog);
  const others = other === undefined ? undefined : run(other);
  const result: BacktestAnswer = {
    ...period,
    samples: recording.samples,
    systems,
    ...(others === undefined
      ? {}
      : { against: { systems: others, difference: differenceOf(systems, others) } }),
  };
  answer(terminal, options.json === true, result, backtestLines);
  return (result.against?.difference.missed.length ?? 0) > 0 ? EXIT.notSo : EXIT.ok;
}

async function recordingOf(
  { data, from, to }: BacktestCommand,
  catalogs: readonly CompiledCatalog[],
): Promise<Recording> {
  const recording = new Recording();
  for (const source of data) {
    try {
      if (isUrl(source))
        await fetchRecording(source, metricsOf(catalogs), periodFor(source, from, to), recording);
      else readRecordedFile(source, recording);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const isOurs = error instanceof RecordingError || (error instanceof Error && 'code' in error);
      throw isOurs ? new CommandFailed(EXIT.cannot, `${source}: ${reason}`) : error;
    }
  }
  return recording;
}

function periodFor(source: string, from: number | undefined, to: number | undefined): Period {
  if (from !== undefined && to !== undefined) return { fromMs: from, toMs: to };
  throw new CommandFailed(EXIT.cannot, `${source}: give --from and --to, a server may keep years`);
}

/** Every metric that any rule reads. */
function metricsOf(catalogs: readonly CompiledCatalog[]): string[] {
  const rules = catalogs.flatMap(({ systems }) => Object.values(systems).flatMap((system) => system.rules));
  return [...new Set(rules.flatMap(({ reads }) => reads.map(({ metric }) => metric)))].sort();
}

function instant(text: string): number {
  const ms = parseInstantMs(text);
  if (ms === undefined) throw new InvalidArgumentError('Expected a time such as 2026-01-31T00:00:00Z.');
  return ms;
}

function seconds(text: string): number {
  const read = parseDurationS(text);
  if (read === undefined) throw new InvalidArgumentError('Expected a duration such as 5m.');
  return read;
}

export const addBacktest: AddCommand = (program, terminal, endWith) => {
  program
    .command('backtest')
    .description('run the rules over recorded series: what would have fired, who would have been paged')
    .requiredOption('--catalog <dir>', 'the catalog to try')
    .requiredOption(
      '--data <source...>',
      'recorded series with times: Prometheus text, OpenMetrics, CSV, or the URL of a server with Prometheus’ API',
    )
    .option('--against <dir>', 'another catalog, such as the one in force: the difference is told')
    .option('--from <time>', 'leave out what was before', instant)
    .option('--to <time>', 'leave out what was after', instant)
    .option('--acknowledge-after <duration>', 'how long people take to acknowledge a page', seconds, 300)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples(
        ['homeostat backtest --catalog ops --data week.om', 'a week that was recorded'],
        [
          'homeostat backtest --catalog new --against ops --data week.om',
          'exit code 1 if the new one misses an incident',
        ],
      ),
    )
    .action(async (options: BacktestCommand) => {
      endWith(await runBacktest(options, terminal));
    });
};
