import { readFileSync } from 'node:fs';
import { parseExposition } from '../../shared/domain/collection/exposition.ts';
import { readCsv, RecordingError } from './csv.ts';
import type { Recording } from './recording.ts';

/**
 * Reads a file of recorded series: CSV by its ending, else OpenMetrics (it ends with `# EOF`) or Prometheus' text
 * format. Every sample must have its time.
 *
 * @throws RecordingError, and what reading the file throws
 */
export function readRecordedFile(path: string, into: Recording): void {
  const text = readFileSync(path, 'utf8');
  if (/\.csv$/i.test(path)) readCsv(text, into);
  else readExposition(text, into);
}

function readExposition(text: string, into: Recording): void {
  const format = /\n# EOF\s*$/.test(text.slice(-100)) ? 'openmetrics' : 'text';
  const { samples, problem } = parseExposition(text, Infinity, format);
  if (problem !== undefined) throw new RecordingError(problem.line, problem.message);
  for (const { name, labels, value, timestampMs } of samples) {
    if (timestampMs === undefined)
      throw new RecordingError(1, `a sample of ${name} has no time; a single scrape is no recording`);
    into.put({ ...labels, __name__: name }, timestampMs, value);
  }
}
