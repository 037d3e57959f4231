import { formatDurationS } from '../../shared/domain/catalog/duration.ts';
import type { AlertSpan, SystemBacktest } from '../../shared/domain/backtest/backtest.ts';
import type { Difference } from '../../shared/domain/backtest/difference.ts';
import { counted, table } from '../output.ts';

/** What `homeostat backtest --json` prints. */
export interface BacktestAnswer {
  readonly fromMs: number;
  readonly toMs: number;
  readonly samples: number;
  readonly systems: readonly SystemBacktest[];
  /** With `--against` only. */
  readonly against?: { readonly systems: readonly SystemBacktest[]; readonly difference: Difference };
}

/** The answer for a person. */
export function backtestLines({ fromMs, toMs, samples, systems, against }: BacktestAnswer): string[] {
  const days = formatDurationS(Math.round((toMs - fromMs) / 1_000));
  return [
    `${counted(samples, 'sample')}, ${day(fromMs)} to ${day(toMs)} (${days})`,
    ...systems.flatMap((system) => ['', ...systemLines(system, toMs)]),
    ...(against === undefined ? [] : ['', ...differenceLines(against.difference)]),
  ];
}

function systemLines(
  { system, alerts, incidents, pages, failures, unrecorded }: SystemBacktest,
  endMs: number,
): string[] {
  const title = `${system}: ${counted(incidents.length, 'incident')}, ${counted(pages.length, 'page')}`;
  const rows = [...groupedByAlert(alerts)].map(([alert, spans]) => [
    `  ${alert}`,
    spans[0]?.severity ?? '',
    `fired ${counted(spans.length, 'time')}`,
    `for ${formatDurationS(Math.round(spans.reduce((sum, span) => sum + lengthMs(span, endMs), 0) / 1_000))}`,
    `first ${day(spans[0]?.fromMs ?? 0)}`,
    ...(spans.some(({ toMs }) => toMs === undefined) ? ['still firing at the end'] : []),
  ]);
  const people = [...countBy(pages.map(({ to }) => to))].map(([to, number]) => `${to} ${number}`);
  return [
    title,
    ...table(rows),
    ...(people.length === 0 ? [] : [`  paged: ${people.join(', ')}`]),
    ...failures.map(({ alert, reason }) => `  ${alert} could not be evaluated: ${reason}`),
    ...(unrecorded.length === 0 ? [] : [unrecordedLine(unrecorded)]),
  ];
}

function unrecordedLine(unrecorded: SystemBacktest['unrecorded']): string {
  const metrics = [...new Set(unrecorded.flatMap((one) => one.metrics))].toSorted();
  const verb = unrecorded.length === 1 ? 'reads' : 'read';
  return `  silent for want of samples: ${counted(unrecorded.length, 'rule')}, which ${verb} ${metrics.join(', ')}`;
}

/** What fires at the end has fired at least until then. */
function lengthMs({ fromMs, toMs }: AlertSpan, endMs: number): number {
  return (toMs ?? endMs) - fromMs;
}

/** `14 pages fewer, 0 missed`, and what was missed or is new. */
function differenceLines({ pages, missed, added }: Difference): string[] {
  const change =
    pages === 0 ? 'as many pages' : `${counted(Math.abs(pages), 'page')} ${pages < 0 ? 'fewer' : 'more'}`;
  return [
    `${change}, ${missed.length} missed, ${added.length} new`,
    ...missed.map(
      ({ system, subject, openedAtMs }) => `  missed: ${system} ${subject.name} ${day(openedAtMs)}`,
    ),
    ...added.map(
      ({ system, subject, openedAtMs }) => `  new:    ${system} ${subject.name} ${day(openedAtMs)}`,
    ),
  ];
}

function groupedByAlert(alerts: readonly AlertSpan[]): Map<string, AlertSpan[]> {
  const groups = new Map<string, AlertSpan[]>();
  for (const span of alerts) groups.set(span.alert, [...(groups.get(span.alert) ?? []), span]);
  return groups;
}

function countBy(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}
