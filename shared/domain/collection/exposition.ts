import { ExpositionCursor } from './exposition-cursor.ts';
import { parseGoFloat } from './go-float.ts';

/** The families' types, as the text format names them. */
export type FamilyType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';

export interface Sample {
  readonly name: string;
  /** Labels with an empty value are left out: to Prometheus they are no labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** May be NaN or infinite. */
  readonly value: number;
  /** Epoch milliseconds, only if the target gave a time. */
  readonly timestampMs?: number;
}

export interface Exposition {
  /** Empty when there is a problem: half a scrape is a wrong scrape. */
  readonly samples: readonly Sample[];
  readonly types: ReadonlyMap<string, FamilyType>;
  readonly problem?: ExpositionProblem;
}

export interface ExpositionProblem {
  readonly kind: 'syntax' | 'too_many';
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

export type ExpositionFormat = 'text' | 'openmetrics';

/**
 * Parses a scrape in the Prometheus text format 0.0.4, with the quoted UTF-8 names of 1.0.0, or in OpenMetrics 1.0.
 *
 * Tolerant and strict where Prometheus is (promlex.l, promparse.go, scrape.go of 3.x): one bad line fails the
 * whole scrape; a blank too many in a TYPE line, a carriage return or a label given twice is bad; a missing
 * last line break, blanks around words, a free comma, an unknown escape or a line break inside a label value is
 * not. `# EOF` is a comment. One difference: a NUL byte outside a string is an error here, where Prometheus
 * silently takes it for the end of the scrape. OpenMetrics must end with `# EOF`; its times are seconds, and its
 * exemplars are read and left out. Linear in the text's length; never throws.
 *
 * @param maxSamples more than these are a problem of the kind `too_many`
 */
export function parseExposition(
  text: string,
  maxSamples = Infinity,
  format: ExpositionFormat = 'text',
): Exposition {
  const cursor = new ExpositionCursor(text);
  const samples: Sample[] = [];
  const types = new Map<string, FamilyType>();
  let entryAt = 0;
  try {
    while (true) {
      cursor.skipBlanks();
      entryAt = cursor.at;
      if (cursor.isAtEnd()) {
        if (format === 'openmetrics') throw new BadEntry('the text ends without "# EOF": it was cut off');
        return { samples, types };
      }
      if (format === 'openmetrics' && isEndOfOpenMetrics(cursor)) return { samples, types };
      if (cursor.takes('\n')) continue;
      if (cursor.takes('#')) readComment(cursor, types, format);
      else if (samples.length < maxSamples) samples.push(readSample(cursor, format));
      else throw new BadEntry(`more than ${maxSamples} samples`, 'too_many');
      if (!cursor.isAtLineEnd()) throw new BadEntry(`expected the end of the line, found ${cursor.found()}`);
    }
  } catch (error) {
    if (!(error instanceof BadEntry)) throw error;
    const problem = { kind: error.kind, line: cursor.lineOf(entryAt), message: error.message };
    return { samples: [], types: new Map(), problem };
  }
}

class BadEntry extends Error {
  readonly kind: ExpositionProblem['kind'];
  constructor(message: string, kind: ExpositionProblem['kind'] = 'syntax') {
    super(message);
    this.kind = kind;
  }
}

/** After `#`: HELP and TYPE lines have a form, everything else is a comment. */
function readComment(
  cursor: ExpositionCursor,
  types: Map<string, FamilyType>,
  format: ExpositionFormat,
): void {
  const word = cursor.skipBlanks() ? metaWord(cursor) : undefined;
  if (word === undefined) {
    cursor.restOfLine();
    return;
  }
  const family = cursor.quoted() ?? cursor.metricName();
  if (family === '') throw new BadEntry(`expected a metric name after ${word}, found ${cursor.found()}`);
  const rest = cursor.restOfLine().slice(1);
  if (word !== 'TYPE') return;
  const type = FAMILY_TYPES[format].get(rest);
  if (type === undefined) throw new BadEntry(`invalid metric type ${JSON.stringify(rest.slice(0, 40))}`);
  types.set(family, type);
  // OpenMetrics names a family of counters without the ending that its samples have.
  if (format === 'openmetrics' && type === 'counter') types.set(`${family}_total`, type);
}

const COMMON_TYPES = (['counter', 'gauge', 'histogram', 'summary'] as const).map(
  (type) => [type, type] as const,
);

/** What the words of a TYPE line mean. What OpenMetrics has beyond the text format is a value that rises and falls. */
const FAMILY_TYPES: Readonly<Record<ExpositionFormat, ReadonlyMap<string, FamilyType>>> = {
  text: new Map<string, FamilyType>([...COMMON_TYPES, ['untyped', 'untyped']]),
  openmetrics: new Map<string, FamilyType>([
    ...COMMON_TYPES,
    ['unknown', 'untyped'],
    ['info', 'gauge'],
    ['stateset', 'gauge'],
    ['gaugehistogram', 'gauge'],
  ]),
};

/** `# EOF`, and nothing after it. */
function isEndOfOpenMetrics(cursor: ExpositionCursor): boolean {
  if (!cursor.takes('# EOF')) return false;
  cursor.takes('\n');
  if (!cursor.isAtEnd()) throw new BadEntry(`expected nothing after "# EOF", found ${cursor.found()}`);
  return true;
}

/** `HELP` or `TYPE`, only if a blank follows it; anything else leaves the rest of the line a comment. */
function metaWord(cursor: ExpositionCursor): 'HELP' | 'TYPE' | undefined {
  for (const word of ['HELP', 'TYPE'] as const)
    if (cursor.takes(word)) return cursor.skipBlanks() ? word : undefined;
  return undefined;
}

function readSample(cursor: ExpositionCursor, format: ExpositionFormat): Sample {
  const bareName = cursor.metricName();
  if (bareName === '' && !cursor.sees('{'))
    throw new BadEntry(`expected a metric name, found ${cursor.found()}`);
  cursor.skipBlanks();
  const set = cursor.takes('{') ? readLabels(cursor, bareName) : { name: bareName, labels: {} };
  cursor.skipBlanks();
  const value = readValue(cursor);
  cursor.skipBlanks();
  const timestampMs = format === 'text' ? readMilliseconds(cursor) : readSeconds(cursor);
  if (format === 'openmetrics') skipExemplar(cursor);
  return timestampMs === undefined ? { ...set, value } : { ...set, value, timestampMs };
}

function readMilliseconds(cursor: ExpositionCursor): number | undefined {
  const digits = cursor.digits();
  cursor.skipBlanks();
  return digits === '' ? undefined : readTimestamp(digits);
}

/** OpenMetrics gives seconds, with a fraction. */
function readSeconds(cursor: ExpositionCursor): number | undefined {
  if (cursor.isAtLineEnd() || cursor.sees('#')) return undefined;
  const word = cursor.valueWord();
  const seconds = parseGoFloat(word);
  if (seconds === undefined || !Number.isFinite(seconds))
    throw new BadEntry(`${JSON.stringify(word.slice(0, 40))} is not a time`);
  cursor.skipBlanks();
  return Math.round(seconds * 1_000);
}

/** `# {labels} value time` after a sample: an example of what it counted. */
function skipExemplar(cursor: ExpositionCursor): void {
  if (!cursor.takes('#')) return;
  cursor.skipBlanks();
  if (!cursor.takes('{')) throw new BadEntry(`expected the labels of an exemplar, found ${cursor.found()}`);
  readLabels(cursor, 'exemplar');
  cursor.skipBlanks();
  readValue(cursor);
  cursor.skipBlanks();
  readSeconds(cursor);
}

function readValue(cursor: ExpositionCursor): number {
  const word = cursor.valueWord();
  if (word === '') throw new BadEntry(`expected a value after the metric, found ${cursor.found()}`);
  const value = parseGoFloat(word);
  if (value === undefined) throw new BadEntry(`${JSON.stringify(word.slice(0, 40))} is not a number`);
  return value;
}

/** Milliseconds in 64 bits, as in Prometheus. */
function readTimestamp(digits: string): number {
  const isWithin64Bits = digits.length < 400 && BigInt(digits) <= 9_223_372_036_854_775_807n;
  if (!isWithin64Bits) throw new BadEntry(`the timestamp ${digits.slice(0, 40)} is out of range`);
  return Number(digits);
}

interface LabelSet {
  readonly name: string;
  readonly labels: Record<string, string>;
}

/** After `{`: labels, and among them the metric's name if it is a quoted string without a value. */
function readLabels(cursor: ExpositionCursor, bareName: string): LabelSet {
  let name = bareName;
  const labels: Record<string, string> = Object.create(null) as Record<string, string>;
  const seen = new Set<string>(['__name__']);
  cursor.skipBlanks();
  while (!cursor.takes('}')) {
    const quoted = cursor.quoted();
    const word = quoted ?? cursor.labelName();
    if (word === '' || word === undefined)
      throw new BadEntry(`expected a label name, found ${cursor.found()}`);
    cursor.skipBlanks();
    if (quoted !== undefined && !cursor.sees('=')) {
      if (name !== '') throw new BadEntry(`the metric has two names, ${name} and ${quoted}`);
      if (!cursor.sees(',') && !cursor.sees('}')) throw new BadEntry(`expected "=", found ${cursor.found()}`);
      name = quoted;
    } else {
      const value = readLabelValue(cursor);
      if (seen.has(word)) throw new BadEntry(`the label ${word} is given twice, or is the metric's name`);
      seen.add(word);
      if (value !== '') labels[word] = value;
    }
    cursor.skipBlanks();
    if (cursor.takes(',')) cursor.skipBlanks();
  }
  if (name === '') throw new BadEntry('the metric has no name');
  return { name, labels };
}

function readLabelValue(cursor: ExpositionCursor): string {
  if (!cursor.takes('=')) throw new BadEntry(`expected "=" after the label's name, found ${cursor.found()}`);
  cursor.skipBlanks();
  const value = cursor.quoted();
  if (value === undefined) throw new BadEntry(`expected a quoted label value, found ${cursor.found()}`);
  return value;
}
