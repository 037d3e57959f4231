import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import {
  parseExposition,
  type ExpositionFormat,
  type Sample,
} from '../../shared/domain/collection/exposition.ts';
import { readCsv } from './csv.ts';
import { endOf, readPieces } from './file-pieces.ts';
import { RecordingError } from './recording-error.ts';
import type { Recording } from './recording.ts';

/** About the longest text that there can be in memory. */
const MAX_CSV_BYTES = 500_000_000;
const TAIL_BYTES = 100;
/** An entry that is longer, in characters, is broken. */
const MAX_ENTRY = 1_000_000;
const PIECE_BYTES = 8_000_000;

/**
 * Reads a file of recorded series: CSV or OpenMetrics by its ending, else OpenMetrics (it ends with `# EOF`) or
 * Prometheus' text format. Every sample must have its time. All but CSV is read piece by piece: a week of a large fleet is longer
 * than any text in memory.
 *
 * @throws RecordingError, and what reading the file throws
 */
export function readRecordedFile(path: string, into: Recording, pieceBytes = PIECE_BYTES): void {
  if (/\.csv$/i.test(path)) readCsvFile(path, into);
  else readExpositionFile(path, into, pieceBytes);
}

function readCsvFile(path: string, into: Recording): void {
  const { size } = statSync(path);
  if (size > MAX_CSV_BYTES)
    throw new RecordingError(
      `the file has ${size} bytes, expected at most ${MAX_CSV_BYTES}; cut it into several`,
    );
  readCsv(readFileSync(path, 'utf8'), into);
}

function readExpositionFile(path: string, into: Recording, pieceBytes: number): void {
  const file = openSync(path, 'r');
  try {
    const isNamed = /\.(?:om|openmetrics)$/i.test(path);
    const format = isNamed || /\n# EOF\s*$/.test(endOf(file, TAIL_BYTES)) ? 'openmetrics' : 'text';
    let lines = 0;
    let left = '';
    for (const { text, isLast } of readPieces(file, pieceBytes)) {
      const piece = left + text;
      const read = readPiece(piece, format, isLast);
      if ('problem' in read) throw new RecordingError(read.problem.message, lines + read.problem.line);
      putSamples(read.samples, format, into);
      left = piece.slice(read.length);
      lines += countLines(piece) - countLines(left);
    }
  } finally {
    closeSync(file);
  }
}

type PieceRead =
  | { readonly samples: readonly Sample[]; readonly length: number }
  | { readonly problem: { readonly line: number; readonly message: string } };

/**
 * Parses whole lines of a file. A label's value may hold a line break, and the piece may end there: then what comes
 * before that entry is read, and the entry is left for the next piece.
 */
function readPiece(piece: string, format: ExpositionFormat, isLast: boolean): PieceRead {
  const parse = (text: string) =>
    parseExposition(format === 'text' || isLast ? text : `${text}# EOF\n`, Infinity, format);
  const whole = parse(piece);
  if (whole.problem === undefined) return { samples: whole.samples, length: piece.length };
  const { problem } = whole;
  const length = startOfLine(piece, problem.line);
  if (isLast || (length === 0 && piece.length > MAX_ENTRY)) return { problem };
  const before = parse(piece.slice(0, length));
  return before.problem === undefined ? { samples: before.samples, length } : { problem };
}

function startOfLine(text: string, line: number): number {
  let at = 0;
  for (let passed = 1; passed < line; passed += 1) at = text.indexOf('\n', at) + 1;
  return at;
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

/** Nobody has recordings of before 1973: in milliseconds, such a time was meant as seconds. */
const EARLIEST_MS = 1e11;

function putSamples(samples: readonly Sample[], format: ExpositionFormat, into: Recording): void {
  for (const { name, labels, value, timestampMs } of samples) {
    if (timestampMs === undefined)
      throw new RecordingError(`a sample of ${name} has no time; a single scrape is no recording`);
    if (format === 'text' && timestampMs < EARLIEST_MS)
      throw new RecordingError(
        `a sample of ${name} has the time ${timestampMs}: times of Prometheus’ text format are milliseconds; those of OpenMetrics, which ends with "# EOF", are seconds`,
      );
    into.put({ ...labels, __name__: name }, timestampMs, value);
  }
}
