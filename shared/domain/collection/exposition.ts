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

/**
 * Parses a scrape in the Prometheus text format 0.0.4, with the quoted UTF-8 names of 1.0.0.
 *
 * Tolerant and strict where Prometheus is (promlex.l, promparse.go, scrape.go of 3.x): one bad line fails the
 * whole scrape; a blank too many in a TYPE line, a carriage return or a label given twice is bad; a missing
 * last line break, blanks around words, a free comma, an unknown escape or a line break inside a label value is
 * not. `# EOF` is a comment. One difference: a NUL byte outside a string is an error here, where Prometheus
 * silently takes it for the end of the scrape. Linear in the text's length; never throws.
 *
 * @param maxSamples more than these are a problem of the kind `too_many`
 */
export function parseExposition(text: string, maxSamples = Infinity): Exposition {
  const cursor = new ExpositionCursor(text);
  const samples: Sample[] = [];
  const types = new Map<string, FamilyType>();
  let entryAt = 0;
  try {
    while (true) {
      cursor.skipBlanks();
      entryAt = cursor.at;
      if (cursor.isAtEnd()) return { samples, types };
      if (cursor.takes('\n')) continue;
      if (cursor.takes('#')) readComment(cursor, types);
      else if (samples.length < maxSamples) samples.push(readSample(cursor));
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
function readComment(cursor: ExpositionCursor, types: Map<string, FamilyType>): void {
  const word = cursor.skipBlanks() ? metaWord(cursor) : undefined;
  if (word === undefined) {
    cursor.restOfLine();
    return;
  }
  const family = cursor.quoted() ?? cursor.metricName();
  if (family === '') throw new BadEntry(`expected a metric name after ${word}, found ${cursor.found()}`);
  const rest = cursor.restOfLine().slice(1);
  if (word === 'HELP') return;
  const type = FAMILY_TYPES.get(rest);
  if (type === undefined) throw new BadEntry(`invalid metric type ${JSON.stringify(rest.slice(0, 40))}`);
  types.set(family, type);
}

const FAMILY_TYPES: ReadonlyMap<string, FamilyType> = new Map(
  (['counter', 'gauge', 'histogram', 'summary', 'untyped'] as const).map((type) => [type, type]),
);

/** `HELP` or `TYPE`, only if a blank follows it; anything else leaves the rest of the line a comment. */
function metaWord(cursor: ExpositionCursor): 'HELP' | 'TYPE' | undefined {
  for (const word of ['HELP', 'TYPE'] as const)
    if (cursor.takes(word)) return cursor.skipBlanks() ? word : undefined;
  return undefined;
}

function readSample(cursor: ExpositionCursor): Sample {
  const bareName = cursor.metricName();
  if (bareName === '' && !cursor.sees('{'))
    throw new BadEntry(`expected a metric name, found ${cursor.found()}`);
  cursor.skipBlanks();
  const set = cursor.takes('{') ? readLabels(cursor, bareName) : { name: bareName, labels: {} };
  cursor.skipBlanks();
  const value = readValue(cursor);
  cursor.skipBlanks();
  const digits = cursor.digits();
  if (digits === '') return { ...set, value };
  cursor.skipBlanks();
  return { ...set, value, timestampMs: readTimestamp(digits) };
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
