import { whyUnreadable } from '../../shared/adapters/files/why-unreadable.ts';
import { backtest, type SystemBacktest } from '../../shared/domain/backtest/backtest.ts';
import { differenceOf } from '../../shared/domain/backtest/difference.ts';
import type { CompiledCatalog } from '../../shared/domain/catalog/compiled.ts';
import { parse } from '../../shared/promql/parse.ts';
import { reachOf } from '../../shared/promql/reach.ts';
import { durationOption } from '../duration-option.ts';
import { answer, CommandFailed, EXIT, type ExitCode, type Terminal } from '../output.ts';
import { examples, JSON_OPTION, type AddCommand } from '../program.ts';
import { validCatalog } from '../valid-catalog.ts';
import { askedTime, momentMs, type AskedTime } from './asked-time.ts';
import { RecordingError } from './recording-error.ts';
import { fetchRecording, withoutCredentials, type WantedMetric } from './fetch-recording.ts';
import { backtestLines, type BacktestAnswer } from './print-backtest.ts';
import { readRecordedFile } from './read-recording.ts';
import { Recording } from './recording.ts';

interface BacktestCommand {
  readonly catalog: string;
  readonly data: readonly string[];
  readonly against?: string;
  readonly from?: AskedTime;
  readonly to?: AskedTime;
  readonly acknowledgeAfter: number;
  readonly json?: boolean;
}

/** As Prometheus looks back for the last sample of a series. */
const LOOKBACK_MS = 300_000;

const isUrl = (source: string): boolean => /^https?:\/\//.test(source);

/**
 * Runs the rules of a catalog over recorded series and tells what would have fired and who would have been paged.
 *
 * @returns 1 if, against another catalog, an incident would be missed; else 0
 */
export async function runBacktest(
  options: BacktestCommand,
  terminal: Terminal,
  nowMs: number,
): Promise<ExitCode> {
  const catalog = validCatalog(options.catalog);
  const other = options.against === undefined ? undefined : validCatalog(options.against);
  const recording = await recordingOf(
    options,
    [catalog, ...(other === undefined ? [] : [other])],
    terminal,
    nowMs,
  );
  if (recording.samples === 0) throw new CommandFailed(EXIT.cannot, 'no samples were found');
  const toMs = momentMs(options.to, recording.toMs) ?? recording.toMs;
  const period = { fromMs: momentMs(options.from, toMs) ?? recording.fromMs, toMs };
  if (!(period.fromMs <= period.toMs))
    throw new CommandFailed(EXIT.cannot, 'no samples were found in the time that was asked for');
  const run = (which: CompiledCatalog): SystemBacktest[] =>
    backtest(which, recording.store, period, {
      acknowledgeAfterMs: options.acknowledgeAfter * 1_000,
      onRule: ({ system, alert }) => {
        terminal.progress?.(`${system}: ${alert}`);
      },
    });
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
  terminal: Terminal,
  nowMs: number,
): Promise<Recording> {
  const recording = new Recording();
  for (const given of data) {
    const source = isUrl(given) ? withoutCredentials(given) : given;
    terminal.progress?.(`reading ${source}`);
    try {
      if (isUrl(given)) {
        const toMs = momentMs(to, nowMs) ?? nowMs;
        const fromMs = momentMs(from, toMs);
        if (fromMs === undefined)
          throw new CommandFailed(EXIT.cannot, `${source}: give --from, such as 7d; a server may keep years`);
        await fetchRecording(given, wantedMetrics(catalogs), { fromMs, toMs }, recording);
      } else readRecordedFile(given, recording);
    } catch (error) {
      if (error instanceof RecordingError)
        throw new CommandFailed(EXIT.cannot, `${source}: ${error.message}`);
      if (error instanceof Error && 'code' in error)
        throw new CommandFailed(EXIT.cannot, `${source} ${whyUnreadable(error)}`);
      throw error;
    }
  }
  return recording;
}

/** Every metric that any rule reads, and how far back the farthest of them looks. */
function wantedMetrics(catalogs: readonly CompiledCatalog[]): WantedMetric[] {
  const reach = new Map<string, number>();
  for (const { systems } of catalogs)
    for (const { query, reads } of Object.values(systems).flatMap((system) => system.rules)) {
      const parsed = parse(query);
      const reachMs = (parsed.ok ? reachOf(parsed.expr) : 0) + LOOKBACK_MS;
      for (const { metric } of reads) reach.set(metric, Math.max(reachMs, reach.get(metric) ?? 0));
    }
  return [...reach]
    .map(([metric, reachMs]) => ({ metric, reachMs }))
    .sort((a, b) => (a.metric < b.metric ? -1 : 1));
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
    .option(
      '--from <time>',
      'leave out what was before: a time, or so long before the end, such as 7d',
      askedTime,
    )
    .option('--to <time>', 'leave out what was after (default: the end; of a server, now)', askedTime)
    .option(
      '--acknowledge-after <duration>',
      'how long people take to acknowledge a page',
      durationOption('5m', 0),
      300,
    )
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      examples(
        ['homeostat backtest --catalog ops --data week.om', 'a week that was recorded'],
        [
          'homeostat backtest --catalog ops --from 7d --data https://me:secret@prometheus',
          'the last week of a server',
        ],
        [
          'homeostat backtest --catalog new --against ops --data week.om',
          'exit code 1 if the new one misses an incident',
        ],
      ),
    )
    .action(async (options: BacktestCommand) => {
      endWith(await runBacktest(options, terminal, Date.now()));
    });
};
