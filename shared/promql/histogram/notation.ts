import { listed } from './bucket-list.ts';
import {
  COARSEST_SCHEMA,
  CUSTOM_BOUNDS_SCHEMA,
  FINEST_SCHEMA,
  NO_BUCKETS,
  hasCustomBounds,
  type Buckets,
  type Histogram,
  type ResetHint,
} from './histogram.ts';
import { compacted } from './layout.ts';
import { formatGeneral, parseNumber } from '../number-text.ts';

/** A histogram read from the notation of Prometheus' tests. */
export interface HistogramNotation {
  readonly histogram: Histogram;
  /** Whether the hint was written: a test compares it only then. */
  readonly isHintWritten: boolean;
  /** Where the text goes on behind it. */
  readonly end: number;
}

/** What is wrong with the notation of a histogram, and where. */
export class HistogramNotationError extends Error {
  override readonly name = 'HistogramNotationError';
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

const HINTS: Readonly<Record<string, ResetHint>> = {
  unknown: 'unknown',
  reset: 'reset',
  not_reset: 'not-reset',
  gauge: 'gauge',
};

const NUMBERS = ['schema', 'count', 'sum', 'z_bucket', 'z_bucket_w', 'offset', 'n_offset'] as const;
const LISTS = ['buckets', 'n_buckets', 'custom_values'] as const;
const HINT = 'counter_reset_hint';
const FIELD = /[\s,]*([a-z_]+)\s*:\s*(\[[^\]]*\]|[^\s,}\]]+)/y;
const END = /[\s,]*\}\}/y;

interface Fields {
  readonly numbers: Partial<Record<(typeof NUMBERS)[number], number>>;
  readonly lists: Partial<Record<(typeof LISTS)[number], readonly number[]>>;
  hint?: ResetHint;
}

/**
 * Reads a histogram as Prometheus' unit tests write it, `{{schema:0 sum:5 count:4 buckets:[1 2 1]}}`, from the `{{` at
 * the offset on. What is not written is 0, unknown or empty. Throws `HistogramNotationError`.
 * Source: documentation of unit testing for rules.
 */
export function readHistogram(text: string, start = 0): HistogramNotation {
  if (!text.startsWith('{{', start)) throw new HistogramNotationError('a histogram begins with "{{"', start);
  const fields: Fields = { numbers: {}, lists: {} };
  const seen = new Set<string>();
  let at = start + 2;
  for (;;) {
    END.lastIndex = at;
    if (END.test(text)) return { ...histogramOf(fields, start), end: END.lastIndex };
    FIELD.lastIndex = at;
    const [, name = '', value = ''] = FIELD.exec(text) ?? [];
    if (name === '')
      throw new HistogramNotationError(
        `expected "name:value" or "}}" in a histogram, found ${JSON.stringify(text.slice(at, at + 20))}`,
        at,
      );
    if (seen.has(name)) throw new HistogramNotationError(`"${name}" is in a histogram twice`, at);
    seen.add(name);
    readField(fields, name, value, at);
    at = FIELD.lastIndex;
  }
}

function readField(fields: Fields, name: string, value: string, at: number): void {
  const number = NUMBERS.find((known) => known === name);
  const list = LISTS.find((known) => known === name);
  const hint = HINTS[value];
  if (number !== undefined) fields.numbers[number] = readNumber(name, value, at);
  else if (list !== undefined) fields.lists[list] = readList(name, value, at);
  else if (name === HINT && hint !== undefined) fields.hint = hint;
  else if (name === HINT)
    throw new HistogramNotationError(
      `${HINT} is one of ${Object.keys(HINTS).join(', ')}, not "${value}"`,
      at,
    );
  else
    throw new HistogramNotationError(
      `a histogram has no "${name}"; it has ${[...NUMBERS, ...LISTS, HINT].join(', ')}`,
      at,
    );
}

function readNumber(name: string, word: string, at: number): number {
  const value = parseNumber(word);
  if (value === undefined) throw new HistogramNotationError(`"${name}" needs a number, not "${word}"`, at);
  return value;
}

function readList(name: string, value: string, at: number): number[] {
  if (!value.startsWith('['))
    throw new HistogramNotationError(`"${name}" needs numbers in brackets, as [1 2], not "${value}"`, at);
  const words = value.slice(1, -1).trim();
  return words === '' ? [] : words.split(/[\s,]+/).map((word) => readNumber(name, word, at));
}

function histogramOf(
  { numbers, lists, hint }: Fields,
  start: number,
): Pick<HistogramNotation, 'histogram' | 'isHintWritten'> {
  const { schema = 0, offset = 0, n_offset: negativeOffset = 0 } = numbers;
  const isKnown = schema === CUSTOM_BOUNDS_SCHEMA || (schema >= COARSEST_SCHEMA && schema <= FINEST_SCHEMA);
  if (!isKnown || ![schema, offset, negativeOffset].every(Number.isSafeInteger))
    throw new HistogramNotationError(
      `a histogram has a schema from ${COARSEST_SCHEMA} to ${FINEST_SCHEMA} or ${CUSTOM_BOUNDS_SCHEMA}, and whole numbers as schema and offsets`,
      start,
    );
  const histogram: Histogram = {
    schema,
    count: numbers.count ?? 0,
    sum: numbers.sum ?? 0,
    zeroThreshold: numbers.z_bucket_w ?? 0,
    zeroCount: numbers.z_bucket ?? 0,
    positive: bucketsFrom(offset, lists.buckets),
    negative: bucketsFrom(negativeOffset, lists.n_buckets),
    customBounds: lists.custom_values ?? [],
    hint: hint ?? 'unknown',
  };
  return { histogram, isHintWritten: hint !== undefined };
}

function bucketsFrom(offset: number, counts: readonly number[] = []): Buckets {
  return counts.length === 0 ? NO_BUCKETS : { spans: [{ offset, length: counts.length }], counts };
}

/** More buckets than this from the first to the last are not written: the notation has no gaps. */
const MOST_BUCKETS = 1_000_000;

/**
 * The histogram in the notation of Prometheus' tests, without what is as it would be anyway. Throws a RangeError when
 * too many empty buckets would have to be written.
 */
export function writeHistogram(written: Histogram): string {
  const histogram = compacted(written);
  const { schema, count, sum, zeroCount, zeroThreshold, customBounds } = histogram;
  const hint = Object.keys(HINTS).find((word) => HINTS[word] === histogram.hint) ?? 'unknown';
  const numbers = { schema, count, sum, z_bucket: zeroCount, z_bucket_w: zeroThreshold };
  const words = Object.entries(numbers)
    .filter(([, value]) => value !== 0)
    .map(([name, value]) => `${name}:${formatGeneral(value)}`);
  if (hasCustomBounds(histogram)) words.push(`custom_values:[${numberList(customBounds)}]`);
  if (histogram.hint !== 'unknown') words.push(`${HINT}:${hint}`);
  words.push(...bucketWords('', histogram.positive), ...bucketWords('n_', histogram.negative));
  return `{{${words.join(' ')}}}`;
}

/** The notation has no gaps: the empty buckets between two full ones are written. */
function bucketWords(prefix: string, buckets: Buckets): string[] {
  const { indexes, counts } = listed(buckets);
  const [first] = indexes;
  if (first === undefined) return [];
  const width = (indexes.at(-1) ?? first) - first + 1;
  if (width > MOST_BUCKETS)
    throw new RangeError(
      `a histogram of ${width} buckets in a row cannot be written, at most ${MOST_BUCKETS}`,
    );
  const dense: number[] = [];
  for (const [at, index] of indexes.entries()) {
    while (dense.length < index - first) dense.push(0);
    dense.push(counts[at] ?? 0);
  }
  const offset = first === 0 ? [] : [`${prefix}offset:${first}`];
  return [...offset, `${prefix}buckets:[${numberList(dense)}]`];
}

function numberList(values: readonly number[]): string {
  return values.map((value) => formatGeneral(value)).join(' ');
}
