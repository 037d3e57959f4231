/**
 * Where each character of a YAML scalar's value stands in the file.
 *
 * The value of a plain, quoted or block scalar differs from its source only in white space
 * (indentation, folding) and in escapes. So the characters that are not white space are the same
 * sequence on both sides, and are paired in order; white space takes the place after the character
 * before it.
 *
 * @param source the file's text of the scalar: with quotes, or from the `|` or `>` of a block
 * @param value what YAML made of it
 * @returns one offset into `source` for each index of `value`, and one more for its end
 */
export function scalarOffsets(source: string, value: string): number[] {
  const places = contentPlaces(source);
  const offsets: number[] = [];
  let next = 0;
  let after = places[0] ?? 0;
  for (const character of value.split('')) {
    const place = isBlank(character) ? undefined : places[next++];
    if (place === undefined) {
      offsets.push(Math.min(after, places[next] ?? after));
      after += isBlank(character) ? 1 : 0;
    } else {
      offsets.push(place);
      after = place + 1;
    }
  }
  // The end of the text is where the last written character ends, not where trailing blanks do.
  const last = places.at(-1);
  offsets.push(last === undefined ? after : last + 1);
  return offsets;
}

/** The offsets in `source` of what is not white space, one for each UTF-16 unit of the value. */
function contentPlaces(source: string): number[] {
  const style = source[0];
  if (style === '|' || style === '>') {
    const firstLine = source.indexOf('\n');
    return firstLine < 0 ? [] : plainPlaces(source, firstLine, source.length);
  }
  if (style === "'") return singleQuotedPlaces(source);
  if (style === '"') return doubleQuotedPlaces(source);
  return plainPlaces(source, 0, source.length);
}

function plainPlaces(source: string, from: number, to: number): number[] {
  const places: number[] = [];
  for (let offset = from; offset < to; offset++) {
    if (!isBlank(source[offset])) places.push(offset);
  }
  return places;
}

function singleQuotedPlaces(source: string): number[] {
  const places: number[] = [];
  for (let offset = 1; offset < source.length - 1; offset++) {
    if (!isBlank(source[offset])) places.push(offset);
    if (source[offset] === "'") offset++;
  }
  return places;
}

/** Digits after each escape that has some (YAML 1.2, section 5.7). */
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function doubleQuotedPlaces(source: string): number[] {
  const places: number[] = [];
  for (let offset = 1; offset < source.length - 1; offset++) {
    if (source[offset] !== '\\') {
      if (!isBlank(source[offset])) places.push(offset);
      continue;
    }
    const letter = source[offset + 1] ?? '';
    const digits = HEX_DIGITS[letter] ?? 0;
    const code =
      digits === 0 ? undefined : Number.parseInt(source.slice(offset + 2, offset + 2 + digits), 16);
    const units = escapedUnits(letter, code);
    for (let unit = 0; unit < units; unit++) places.push(offset);
    offset += 1 + digits;
  }
  return places;
}

/** How many UTF-16 units, not counting white space, an escape stands for. */
function escapedUnits(letter: string, code: number | undefined): number {
  if (code !== undefined) {
    if (code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d) return 0;
    return code > 0xffff ? 2 : 1;
  }
  return ['n', 'r', 't', ' ', '\t', '\n', '\r'].includes(letter) ? 0 : 1;
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\n' || character === '\t' || character === '\r';
}
