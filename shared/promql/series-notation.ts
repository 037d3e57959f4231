import type { Labels } from './matching.ts';
import { NotationCursor } from './notation-cursor.ts';
import { readNotedLabels } from './series-labels.ts';
import { PromqlSyntaxError, type PromqlError } from './syntax-error.ts';

/** What stands at one step of a sequence: a number, no sample at all, or a stale marker. */
export type NotedValue = number | 'none' | 'stale';

/** A series as it is written down for tests: its labels, and a value for each step. */
export interface NotedSeries {
  readonly labels: Labels;
  readonly values: readonly NotedValue[];
}

export type SeriesReading =
  { readonly ok: true; readonly series: NotedSeries } | { readonly ok: false; readonly error: PromqlError };

/** More steps than this in one line are a slip of the pen. */
const MAXIMUM_VALUES = 1_000_000;

const NUMBER = /[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf|nan)/iy;
const STEP = /[+-](?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf|nan)/iy;
const REPEAT = /x(\d+)/y;

/**
 * Reads a series in the notation of Prometheus' engine tests and promtool's unit tests:
 * `name{label="value"} 1 2+3x4 _ _x3 stale -2`. `2+3x4` are five values from 2 in steps of 3, `7x2` three times 7,
 * `_` no sample and `_x3` none at three steps. Offsets in errors are characters of `text`. Never throws for any text.
 * Source: Prometheus' documentation of unit testing for rules, section "series".
 */
export function readSeries(text: string): SeriesReading {
  try {
    const cursor = new NotationCursor(text);
    return { ok: true, series: { labels: readNotedLabels(cursor), values: readValues(cursor) } };
  } catch (error) {
    if (!(error instanceof PromqlSyntaxError)) throw error;
    return { ok: false, error: { message: error.message, ...error.span } };
  }
}

function readValues(cursor: NotationCursor): NotedValue[] {
  const values: NotedValue[] = [];
  for (cursor.skipSpace(); !cursor.isAtEnd; cursor.skipSpace()) {
    const from = cursor.at;
    const { start, step, count } = readItem(cursor);
    if (!cursor.isAtEnd && !cursor.isAtSpace) throw cursor.unexpected('a space after a value');
    if (values.length + count > MAXIMUM_VALUES)
      throw cursor.failure(from, `a series of more than ${MAXIMUM_VALUES} values`);
    let value = start;
    for (let index = 0; index < count; index++) {
      values.push(value);
      if (step !== undefined && typeof value === 'number') value += step;
    }
  }
  return values;
}

interface Item {
  readonly start: NotedValue;
  readonly step?: number;
  /** How many values it stands for. */
  readonly count: number;
}

function readItem(cursor: NotationCursor): Item {
  if (cursor.take('_')) {
    const from = cursor.at;
    const repeats = readRepeat(cursor) ?? 1;
    if (repeats === 0) throw cursor.failure(from, 'a gap of no steps');
    return { start: 'none', count: repeats };
  }
  if (cursor.take('stale')) return { start: 'stale', count: 1 };
  const start = cursor.match(NUMBER);
  if (start === undefined) throw cursor.unexpected('a number, "_", "stale" or "{{...}}"');
  const step = cursor.match(STEP);
  const repeats = readRepeat(cursor);
  if (step !== undefined && repeats === undefined) throw cursor.unexpected('"x" and a count after a step');
  return {
    start: numberOf(start[0]),
    ...(step === undefined ? {} : { step: numberOf(step[0]) }),
    count: (repeats ?? 0) + 1,
  };
}

function readRepeat(cursor: NotationCursor): number | undefined {
  const count = cursor.match(REPEAT)?.[1];
  return count === undefined ? undefined : Number(count);
}

function numberOf(text: string): number {
  return Number(text.replace(/inf/i, 'Infinity').replace(/^[+-]?nan$/i, 'NaN'));
}

/** The series in its notation, value by value: what `readSeries` gives back. */
export function printSeries({ labels, values }: NotedSeries): string {
  return [printLabels(labels), ...values.map((value) => printValue(value))].join(' ');
}

function printLabels(labels: Labels): string {
  const { __name__: name, ...others } = labels;
  const pairs = Object.entries(others)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([label, value]) =>
        `${/^[a-zA-Z_]\w*$/.test(label) ? label : JSON.stringify(label)}=${JSON.stringify(value)}`,
    );
  const isPlain = name !== undefined && /^[a-zA-Z_:][\w:]*$/.test(name);
  if (name !== undefined && !isPlain) pairs.unshift(JSON.stringify(name));
  return isPlain && pairs.length === 0 ? name : `${isPlain ? name : ''}{${pairs.join(', ')}}`;
}

function printValue(value: NotedValue): string {
  if (value === 'none') return '_';
  if (value === 'stale') return 'stale';
  if (Object.is(value, -0)) return '-0';
  return String(value).replace('Infinity', 'Inf');
}
