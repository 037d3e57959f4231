import type { Labels } from './matching.ts';
import type { NotationCursor } from './notation-cursor.ts';
import { unquote } from './syntax/string-value.ts';

const METRIC = /[a-zA-Z_:][\w:]*/y;
const LABEL = /[a-zA-Z_]\w*/y;
const QUOTED = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`/y;

/** `name{label="value"}`, `{"any name", "any label"="value"}` or `{}`. An empty value is the same as no label. */
export function readNotedLabels(cursor: NotationCursor): Labels {
  cursor.skipSpace();
  const pairs = new Map<string, string>();
  const name = cursor.match(METRIC)?.[0];
  if (name !== undefined) pairs.set('__name__', name);
  if (cursor.take('{')) readPairs(cursor, pairs);
  else if (name === undefined) throw cursor.unexpected('the name of a series or "{"');
  // Through entries, so that a label named __proto__ is one.
  return Object.fromEntries([...pairs].filter(([, value]) => value !== ''));
}

function readPairs(cursor: NotationCursor, pairs: Map<string, string>): void {
  for (cursor.skipSpace(); !cursor.take('}'); cursor.skipSpace()) {
    const from = cursor.at;
    const [label, value] = readPair(cursor);
    if (pairs.has(label))
      throw cursor.failure(
        from,
        label === '__name__'
          ? 'metric name must not be set twice'
          : `label ${JSON.stringify(label)} is set twice`,
      );
    pairs.set(label, value);
    cursor.skipSpace();
    if (!cursor.take(',') && !cursor.text.startsWith('}', cursor.at)) throw cursor.unexpected('"," or "}"');
  }
}

/** A quoted text without a value is the metric's name. */
function readPair(cursor: NotationCursor): [label: string, value: string] {
  const plain = cursor.match(LABEL)?.[0];
  const label = plain ?? readQuoted(cursor, 'a label or "}"');
  cursor.skipSpace();
  if (cursor.take('=')) {
    cursor.skipSpace();
    return [label, readQuoted(cursor, 'a quoted value')];
  }
  if (plain !== undefined) throw cursor.unexpected('"="');
  return ['__name__', label];
}

function readQuoted(cursor: NotationCursor, expected: string): string {
  const from = cursor.at;
  const literal = cursor.match(QUOTED)?.[0];
  if (literal === undefined) throw cursor.unexpected(expected);
  return unquote(literal, from);
}
