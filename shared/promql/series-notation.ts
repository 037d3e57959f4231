import { add, subtract } from './histogram/arithmetic.ts';
import type { Histogram } from './histogram/histogram.ts';
import { HistogramNotationError, readHistogram, writeHistogram } from './histogram/notation.ts';
import type { Labels } from './matching.ts';
import { NotationCursor } from './notation-cursor.ts';
import { readNotedLabels } from './series-labels.ts';
import { quoted } from './syntax/quoting.ts';
import { PromqlSyntaxError, type PromqlError } from './syntax/syntax-error.ts';

export interface NotedHistogram {
  readonly histogram: Histogram;
  /** Whether its hint was written: a test compares it only then. */
  readonly isHintWritten: boolean;
}

/** What stands at one step of a sequence: a number, a histogram, no sample at all, or a stale marker. */
export type NotedValue = number | NotedHistogram | 'none' | 'stale';

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
const HISTOGRAM_STEP = /[+-](?=\{\{)/y;
const REPEAT = /x(\d+)/y;

/**
 * Reads a series in the notation of Prometheus' engine tests and promtool's unit tests:
 * `name{label="value"} 1 2+3x4 _ _x3 stale -2`. `2+3x4` are five values from 2 in steps of 3, `7x2` three times 7,
 * `_` no sample and `_x3` none at three steps; `{{count:1}}+{{count:2}}x3` are histograms likewise. Offsets in errors are characters of `text`. Never throws for any text.
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
    const { start, next, count } = readItem(cursor);
    if (!cursor.isAtEnd && !cursor.isAtSpace) throw cursor.unexpected('a space after a value');
    if (values.length + count > MAXIMUM_VALUES)
      throw cursor.failure(from, `a series of more than ${MAXIMUM_VALUES} values`);
    let value = start;
    for (let index = 0; index < count; index++) {
      values.push(value);
      if (next !== undefined && index < count - 1) value = next(value);
    }
  }
  return values;
}

interface Item {
  readonly start: NotedValue;
  /** The value after another one; undefined where all are the same. */
  readonly next?: (value: NotedValue) => NotedValue;
  /** How many values it stands for. */
  readonly count: number;
}

function readItem(cursor: NotationCursor): Item {
  if (cursor.take('_')) return { start: 'none', count: readRepeat(cursor) ?? 1 };
  if (cursor.take('stale')) return { start: 'stale', count: 1 };
  if (cursor.text.startsWith('{{', cursor.at)) return readHistogramItem(cursor);
  const start = cursor.match(NUMBER);
  if (start === undefined) throw cursor.unexpected('a number, "_", "stale" or "{{...}}"');
  const step = cursor.match(STEP);
  const repeats = readRepeat(cursor);
  if (step !== undefined && repeats === undefined) throw cursor.unexpected('"x" and a count after a step');
  const count = (repeats ?? 0) + 1;
  if (step === undefined) return { start: numberOf(start[0]), count };
  const change = numberOf(step[0]);
  return {
    start: numberOf(start[0]),
    next: (value) => (typeof value === 'number' ? value + change : value),
    count,
  };
}

function readHistogramItem(cursor: NotationCursor): Item {
  const start = readNotedHistogram(cursor);
  const sign = cursor.match(HISTOGRAM_STEP)?.[0];
  if (sign === undefined) return { start, count: (readRepeat(cursor) ?? 0) + 1 };
  const from = cursor.at;
  const step = readNotedHistogram(cursor).histogram;
  const repeats = readRepeat(cursor);
  if (repeats === undefined) throw cursor.unexpected('"x" and a count after a step');
  const change = sign === '+' ? add : subtract;
  return {
    start,
    next: (value) => {
      if (typeof value !== 'object') return value;
      const changed = change(value.histogram, step);
      if (changed === undefined)
        throw cursor.failure(from, 'a step from exponential buckets to custom bounds or back');
      return { ...value, histogram: changed.histogram };
    },
    count: repeats + 1,
  };
}

function readNotedHistogram(cursor: NotationCursor): NotedHistogram {
  try {
    const { histogram, isHintWritten, end } = readHistogram(cursor.text, cursor.at);
    cursor.at = end;
    return { histogram, isHintWritten };
  } catch (error) {
    if (!(error instanceof HistogramNotationError)) throw error;
    cursor.at = error.offset;
    throw cursor.failure(error.offset, error.message);
  }
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
    .map(([label, value]) => `${/^[a-zA-Z_]\w*$/.test(label) ? label : quoted(label)}=${quoted(value)}`);
  const isPlain = name !== undefined && /^[a-zA-Z_:][\w:]*$/.test(name);
  if (name !== undefined && !isPlain) pairs.unshift(quoted(name));
  return isPlain && pairs.length === 0 ? name : `${isPlain ? name : ''}{${pairs.join(', ')}}`;
}

/** One value in the notation. */
export function printValue(value: NotedValue): string {
  if (value === 'none') return '_';
  if (value === 'stale') return 'stale';
  if (typeof value === 'object') return writeHistogram(value.histogram);
  if (Object.is(value, -0)) return '-0';
  return String(value).replace('Infinity', 'Inf');
}
