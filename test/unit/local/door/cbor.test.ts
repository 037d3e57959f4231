import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCbor } from '../../../../local/door/decode-cbor.ts';
import { encodeCbor } from '../../../../local/door/encode-cbor.ts';

const bytes = (hex: string) => Buffer.from(hex, 'hex');

// The examples of RFC 8949, appendix A.
test.each([
  { hex: '00', value: 0 },
  { hex: '1818', value: 24 },
  { hex: '1903e8', value: 1_000 },
  { hex: '1a000f4240', value: 1_000_000 },
  { hex: '1b000000e8d4a51000', value: 1_000_000_000_000 },
  { hex: '3903e7', value: -1_000 },
  { hex: 'fb3ff199999999999a', value: 1.1 },
  { hex: 'f4', value: false },
  { hex: 'f5', value: true },
  { hex: 'f6', value: null },
  { hex: '64f0908591', value: '𐅑' },
  { hex: '83010203', value: [1, 2, 3] },
  { hex: 'a26161016162820203', value: { a: 1, b: [2, 3] } },
  { hex: 'a161616141', value: { a: 'A' } },
])('$hex is $value, both ways', ({ hex, value }) => {
  expect(decodeCbor(bytes(hex))).toEqual(value);
  expect(Buffer.from(encodeCbor(value)).toString('hex')).toBe(hex);
});

test.each([
  { hex: '', value: {} },
  { hex: 'f90001', value: 5.960464477539063e-8 },
  { hex: 'f93c00', value: 1 },
  { hex: 'f9c400', value: -4 },
  { hex: 'f9fc00', value: -Infinity },
  { hex: 'fa47c35000', value: 100_000 },
  { hex: 'c1fb41d452d9e0000000', value: 1_363_896_192 },
  { hex: '4401020304', value: 'AQIDBA==' },
  { hex: '5f42010243030405ff', value: 'AQIDBAU=' },
  { hex: '7f657374726561646d696e67ff', value: 'streaming' },
  { hex: '9f018202039f0405ffff', value: [1, [2, 3], [4, 5]] },
  { hex: 'bf61610161629f0203ffff', value: { a: 1, b: [2, 3] } },
  { hex: 'a26161f6616201', value: { b: 1 } },
])('$hex is read as $value', ({ hex, value }) => {
  expect(decodeCbor(bytes(hex))).toEqual(value);
});

test('times, bytes and maps are written as Smithy RPC v2 reads them', () => {
  const value = { At: new Date(1_500), Raw: new Uint8Array([1]), M: new Map([['k', 'v']]), No: undefined };
  const hex = Buffer.from(encodeCbor(value)).toString('hex');
  expect(hex).toBe('a3624174c1fb3ff8000000000000 63526177 4101 614d a1616b6176'.replaceAll(' ', ''));
});

test.each([
  { what: 'text that is cut', hex: '6568656c' },
  { what: 'a list of four thousand million', hex: '9affffffff' },
  { what: 'a map of four thousand million', hex: 'baffffffff' },
  { what: 'a length beyond all numbers', hex: '5bffffffffffffffff' },
  { what: 'no UTF-8', hex: '61ff' },
  { what: 'a key that is a number', hex: 'a10102' },
  { what: 'a break at the top', hex: 'ff' },
  { what: 'a break as a value', hex: 'bf6161ff' },
  { what: 'a number without an end', hex: '1f' },
  { what: 'a reserved length', hex: '1c' },
  { what: 'a simple value that is not known', hex: 'f8ff' },
  { what: 'a text in a byte string', hex: '5f6161ff' },
  { what: 'something after the end', hex: '0000' },
  { what: 'lists in lists without end', hex: '81'.repeat(100_000) },
  { what: 'tags on tags without end', hex: 'c1'.repeat(100_000) },
])('$what is refused', ({ hex }) => {
  expect(() => decodeCbor(bytes(hex))).toThrow('The CBOR body has');
});

test('a key called __proto__ is a key', () => {
  const read = decodeCbor(Buffer.from(encodeCbor(new Map([['__proto__', 'x']]))));
  expect(Object.entries(read as object)).toEqual([['__proto__', 'x']]);
});

test('what is written is read again', () => {
  const json = fc.jsonValue({ maxDepth: 5 }).filter((value) => !JSON.stringify(value).includes('null'));
  fc.assert(
    fc.property(json, (value) => {
      expect(decodeCbor(Buffer.from(encodeCbor(value)))).toEqual(value);
    }),
  );
});

test('bytes of any kind are read or refused, nothing else happens', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (any) => {
      try {
        decodeCbor(Buffer.from(any));
      } catch (error) {
        expect(error).toMatchObject({ code: 'SerializationException' });
      }
    }),
  );
});
