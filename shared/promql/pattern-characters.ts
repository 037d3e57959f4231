/** RE2's named classes, as members of a class with JavaScript's flag `v`. The one-letter ones are escapes. */
export const CLASSES: Readonly<Record<string, string>> = {
  d: '0-9',
  w: '0-9A-Za-z_',
  s: '\\t\\n\\f\\r ',
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\u{0}-\\u{7f}',
  blank: '\\t ',
  cntrl: '\\u{0}-\\u{1f}\\u{7f}',
  digit: '0-9',
  graph: '\\u{21}-\\u{7e}',
  lower: 'a-z',
  print: '\\u{20}-\\u{7e}',
  punct: '\\u{21}-\\u{2f}\\u{3a}-\\u{40}\\u{5b}-\\u{60}\\u{7b}-\\u{7e}',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

/** Escapes that stand for a place: start and end of the whole text, also where flag `m` holds, and edges of words. */
export const ASSERTIONS: Readonly<Record<string, string>> = {
  A: '(?-m:^)',
  z: '(?-m:$)',
  b: '\\b',
  B: '\\B',
};

/** One character that stands for itself anywhere in a pattern with the flag `v`. */
export function literal(character: string): string {
  return /^[0-9A-Za-z_]$/.test(character)
    ? character
    : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
