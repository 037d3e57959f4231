import { FOREIGN_BYTES } from './quoting.ts';
import { scanString } from './scan-string.ts';
import { PromqlSyntaxError } from './syntax-error.ts';

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const ESCAPE = /(?:\\x[\da-fA-F]{2}|\\[0-7]{3})+|\\u[\da-fA-F]{4}|\\U[\da-fA-F]{8}|\\[^]/g;

/**
 * The text inside a string literal that the lexer took. Double and single quotes know Go's escapes,
 * back-ticks none. `\xNN` and `\NNN` are bytes of UTF-8; one that is no UTF-8 becomes the lone surrogate
 * U+DC00 + byte, so that no two literals have the same value and `quoted` can write it again.
 */
export function stringValue(literal: string): string {
  const body = literal.slice(1, -1);
  if (literal.startsWith('`') || !body.includes('\\')) return body;
  return body.replaceAll(ESCAPE, (escape) => {
    const kind = escape.charAt(1);
    if (kind === 'u' || kind === 'U') return String.fromCodePoint(Number.parseInt(escape.slice(2), 16));
    if (kind === 'x' || (kind >= '0' && kind <= '7')) return decoded(bytesOf(escape));
    return SIMPLE_ESCAPES[kind] ?? kind;
  });
}

/** The value of a text that should be one string literal. Throws `PromqlSyntaxError` at the literal, which stands at `from`. */
export function unquote(literal: string, from: number): string {
  const scan = scanString(literal, 0);
  if (scan.ok && scan.to === literal.length) return stringValue(literal);
  const message = scan.ok ? 'unexpected text behind a quoted string' : scan.message;
  throw new PromqlSyntaxError(message, { from, to: from + literal.length });
}

function bytesOf(escapes: string): Uint8Array {
  // Each is four characters long: `\x41` or `\101`.
  return Uint8Array.from({ length: escapes.length / 4 }, (_, index) => {
    const digits = escapes.slice(index * 4 + 1, index * 4 + 4);
    return digits.startsWith('x') ? Number.parseInt(digits.slice(1), 16) : Number.parseInt(digits, 8);
  });
}

function decoded(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const { code, length } = characterAt(bytes, at);
    parts.push(String.fromCodePoint(code));
    at += length;
  }
  return parts.join('');
}

/** Bytes that follow the first one, and the least code that needs so many (a shorter form is no UTF-8). */
const FORMS = [
  { mask: 0x80, mark: 0x00, more: 0, least: 0 },
  { mask: 0xe0, mark: 0xc0, more: 1, least: 0x80 },
  { mask: 0xf0, mark: 0xe0, more: 2, least: 0x8_00 },
  { mask: 0xf8, mark: 0xf0, more: 3, least: 0x1_00_00 },
] as const;

function characterAt(bytes: Uint8Array, at: number): { code: number; length: number } {
  const first = bytes[at] ?? 0;
  const foreign = { code: FOREIGN_BYTES + first, length: 1 };
  const form = FORMS.find(({ mask, mark }) => (first & mask) === mark);
  if (form === undefined || at + form.more >= bytes.length) return foreign;
  let code = first & ~form.mask;
  for (let index = at + 1; index <= at + form.more; index++) {
    const byte = bytes[index] ?? 0;
    if ((byte & 0xc0) !== 0x80) return foreign;
    code = (code << 6) | (byte & 0x3f);
  }
  const isCharacter = code >= form.least && code <= 0x10_ff_ff && !(code >= 0xd8_00 && code <= 0xdf_ff);
  return isCharacter ? { code, length: form.more + 1 } : foreign;
}
