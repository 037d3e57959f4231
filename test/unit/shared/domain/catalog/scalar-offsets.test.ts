import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Document, isScalar, parseDocument } from 'yaml';
import { scalarOffsets } from '../../../../../shared/domain/catalog/scalar-offsets.ts';

/** What stands in the file at the place of each character of the scalar's value. */
function pairs(yaml: string): { value: string; found: string[] } {
  const node = parseDocument(yaml).get('e', true);
  if (!isScalar(node) || !node.range) throw new Error(`no scalar at e in ${yaml}`);
  const [start, end] = node.range;
  const source = yaml.slice(start, end);
  const value = String(node.value);
  const offsets = scalarOffsets(source, value);
  expect(offsets).toHaveLength(value.length + 1);
  return { value, found: offsets.slice(0, -1).map((offset) => source[offset] ?? '') };
}

describe('scalarOffsets', () => {
  test.each([
    ['plain', 'e: sum(up) by (job)'],
    ['plain over two lines', 'e: sum(up)\n  by (job)\n'],
    ['single-quoted', 'e: \'up{a="b"} == 0\''],
    ['block', 'e: |\n  sum(\n    up\n  ) > 1\n'],
    ['block with indentation and chomping given', 'e: |2-\n    up\n   == 0\n\n'],
    ['folded block', 'e: >\n  sum(up)\n\n  by (job)\n'],
    ['block with a comment in its head', 'e: | # why\n  up == 0\n'],
    ['block with Windows line ends', 'e: |\r\n  up\r\n  == 0\r\n'],
  ])('%s: every character but white space stands at its place', (_, yaml) => {
    const { value, found } = pairs(yaml);
    const wrong = value
      .split('')
      .filter((character, index) => /\S/.test(character) && found[index] !== character);
    expect(wrong).toEqual([]);
  });

  test('escapes of quoted text stand where the escape begins', () => {
    const { value, found } = pairs(String.raw`e: "a\"b\n\x41\u00e9\U0001F600\tz"`);
    expect(value).toBe('a"b\nAé😀\tz');
    expect([found[0], found[1], found[2], found[4], found[5], found[6], found[7], found[9]]).toEqual(
      String.raw`a\b\\\\z`.split(''),
    );
    expect(pairs("e: 'it''s'").found).toEqual(['i', 't', "'", 's']);
  });

  test('the end of the text is after its last character, not after the line end', () => {
    const source = '|\n  up ==\n\n';
    expect(scalarOffsets(source, 'up ==\n').at(-1)).toBe(source.indexOf('==') + 2);
    expect(scalarOffsets('""', '')).toEqual([0]);
  });

  test('any text in any style: characters in order, each where it is written', () => {
    const style = fc.constantFrom('PLAIN', 'QUOTE_SINGLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED' as const);
    const word = fc.stringMatching(/^[a-z(){}"'\\=~0-9]{1,12}$/);
    const gap = fc.constantFrom(' ', '\n', '  ', '\n\n', '\n  ');
    const text = fc
      .array(fc.tuple(word, gap), { minLength: 1, maxLength: 12 })
      .map((parts) => parts.flat().join(''));
    fc.assert(
      fc.property(text, style, (value, type) => {
        const document = new Document({ e: value });
        const node = document.get('e', true);
        if (isScalar(node)) node.type = type;
        const yaml = document.toString({ lineWidth: 30 });
        // The library falls back to double quotes where a style cannot hold the text.
        if (yaml.startsWith('e: "')) return;
        const read = pairs(yaml);
        const wrong = read.value.split('').filter((c, index) => /\S/.test(c) && read.found[index] !== c);
        expect(wrong).toEqual([]);
      }),
    );
  });
});
