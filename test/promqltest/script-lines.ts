import { durationMs } from '../../shared/promql/syntax/duration-text.ts';
import { readSeries, type NotedSeries } from '../../shared/promql/series-notation.ts';
import { ScriptError } from './script-error.ts';

/** One line of a script without the space around it; a comment counts as empty. */
export interface ScriptLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

export function linesOf(script: string): ScriptLine[] {
  return script.split('\n').map((line, index) => {
    const text = line.trim();
    return { number: index + 1, text: text.startsWith('#') ? '' : text };
  });
}

/** A duration of a script in milliseconds: `1m30s`, or `0` without a unit. */
export function requireDurationMs(text: string, line: number): number {
  const ms = text === '0' ? 0 : durationMs(text);
  if (ms === undefined) throw new ScriptError(line, `${JSON.stringify(text)} is not a duration like 1m30s`);
  return ms;
}

/** A series of a script: `metric{label="value"} 1 2 3`. */
export function requireSeries({ number, text }: ScriptLine): NotedSeries {
  const reading = readSeries(text);
  if (reading.ok) return reading.series;
  throw new ScriptError(
    number,
    `${reading.error.message}, at character ${reading.error.from + 1} of: ${text}`,
  );
}
