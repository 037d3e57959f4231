/** What Go's `IsPrint` is true for, and so may stand in a quoted text as it is. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const SPECIAL = /["\\\ufffd]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu;

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  '\u0007': String.raw`\a`,
  '\b': String.raw`\b`,
  '\f': String.raw`\f`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
  '\v': String.raw`\v`,
  '\\': '\\\\',
};

/**
 * A text between double quotes as Go's `%q` writes it, which is also a PromQL string. Bytes that are no UTF-8
 * (see `stringValue`) become `\xc5` again.
 */
export function quoted(text: string): string {
  return `"${text.replaceAll(SPECIAL, (character) => (character === '"' ? String.raw`\"` : escaped(character)))}"`;
}

/** One character between single quotes, as Go's `%q` writes a rune. */
export function quotedCharacter(character: string): string {
  if (character === "'") return String.raw`'\''`;
  return PRINTABLE.test(character) && character !== '\\' ? `'${character}'` : `'${escaped(character)}'`;
}

/** A character as Go's `%#U` writes it: `U+0071 'q'`, without the character if it cannot be shown. */
export function codePointText(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return PRINTABLE.test(character) ? `U+${code} '${character}'` : `U+${code}`;
}

function escaped(character: string): string {
  const simple = SIMPLE_ESCAPES[character];
  if (simple !== undefined) return simple;
  const code = character.codePointAt(0) ?? 0;
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
  if (isForeignByte(code)) return String.raw`\x${hex(code - FOREIGN_BYTES, 2)}`;
  if (code < 0x20 || code === 0x7f) return String.raw`\x${hex(code, 2)}`;
  if (code >= 0xd800 && code < 0xe000) return String.raw`\ufffd`;
  return code < 0x1_00_00 ? String.raw`\u${hex(code, 4)}` : String.raw`\U${hex(code, 8)}`;
}

/** A byte that is no UTF-8 is kept in a string as the lone surrogate U+DC00 + byte, which no valid text has. */
export const FOREIGN_BYTES = 0xdc_00;

function isForeignByte(code: number): boolean {
  return code >= FOREIGN_BYTES + 0x80 && code <= FOREIGN_BYTES + 0xff;
}
