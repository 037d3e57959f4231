import { parseUtcMs } from '../../shared/domain/rules/instant.ts';
import { parseNumber } from '../../shared/promql/number-text.ts';
import { readSeries } from '../../shared/promql/series-notation.ts';
import { RecordingError } from './recording-error.ts';
import type { Recording } from './recording.ts';

const TIME = /^(?:time|timestamp|date)$/i;
const NAME = /^(?:metric|name|__name__)$/i;
const VALUE = /^value$/i;

/**
 * Reads series from comma-separated values with a header. Long: the columns `time`, `metric` and `value`, every other
 * column a label. Wide: a column `time`, and a column for each series with its name and labels as header
 * (`up{job="a"}`). Times are RFC 3339, in UTC where no
 * zone is given, or seconds or milliseconds of the epoch.
 *
 * @throws RecordingError
 */
export function readCsv(text: string, into: Recording): void {
  const [header, ...rows] = splitCsv(text);
  if (header === undefined) throw new RecordingError('the file is empty; expected a header', 1);
  const time = header.cells.findIndex((cell) => TIME.test(cell.trim()));
  if (time === -1)
    throw new RecordingError(
      `no column "time" among ${header.cells.map((cell) => JSON.stringify(cell)).join(', ')}`,
      1,
    );
  const name = header.cells.findIndex((cell) => NAME.test(cell.trim()));
  const value = header.cells.findIndex((cell) => VALUE.test(cell.trim()));
  const columns = header.cells.map((cell) => cell.trim());
  const isLong = name !== -1 && value !== -1;
  const series = isLong ? [] : columns.map((column, at) => (at === time ? undefined : seriesOf(column)));
  for (const { cells, line } of rows) {
    const atMs = timeOf(cells[time] ?? '', line);
    if (isLong) {
      const labels = columns.flatMap((column, at) =>
        [time, name, value].includes(at) || (cells[at] ?? '') === ''
          ? []
          : [[column, cells[at] ?? ''] as const],
      );
      putCell(
        into,
        { ...Object.fromEntries(labels), __name__: cells[name] ?? '' },
        atMs,
        cells[value] ?? '',
        line,
      );
    } else {
      for (const [at, labels] of series.entries())
        if (labels !== undefined) putCell(into, labels, atMs, cells[at] ?? '', line);
    }
  }
}

function seriesOf(column: string): Record<string, string> {
  const read = readSeries(column);
  if (!read.ok)
    throw new RecordingError(`the column ${JSON.stringify(column)} is no series: ${read.error.message}`, 1);
  return { ...read.series.labels };
}

function timeOf(text: string, line: number): number {
  const ms = parseUtcMs(text.trim());
  if (ms === undefined)
    throw new RecordingError(
      `${JSON.stringify(text)} is no time; expected RFC 3339, or seconds or milliseconds of the epoch`,
      line,
    );
  // Twelve digits and more: milliseconds.
  return /^\d{12,}$/.test(text.trim()) ? ms / 1_000 : ms;
}

/** An empty cell is no sample. */
function putCell(
  into: Recording,
  labels: Record<string, string>,
  atMs: number,
  text: string,
  line: number,
): void {
  if (text.trim() === '') return;
  const value = parseNumber(text.trim());
  if (value === undefined) throw new RecordingError(`${JSON.stringify(text)} is no value`, line);
  into.put(labels, atMs, value);
}

interface CsvRow {
  readonly cells: readonly string[];
  readonly line: number;
}

/** Rows by RFC 4180: quotes around a cell, doubled quotes inside; empty lines are left out. */
function splitCsv(text: string): CsvRow[] {
  const rows: CsvRow[] = [];
  let [cells, line, startLine]: [string[], number, number] = [[], 1, 1];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  while (cell.lastIndex < text.length) {
    const at = cell.lastIndex;
    const found = cell.exec(text);
    if (found === null)
      throw new RecordingError(`a quote that does not fit: ${text.slice(at, at + 20)}`, line);
    const [whole, quoted, plain = '', end] = found;
    cells.push(quoted?.replaceAll('""', '"') ?? plain);
    line += whole.split('\n').length - 1;
    if (end === ',' && cell.lastIndex < text.length) continue;
    if (cells.length > 1 || cells[0] !== '') rows.push({ cells, line: startLine });
    [cells, startLine] = [[], line];
  }
  return rows;
}
