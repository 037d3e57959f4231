/** What every answer of Smithy RPC v2 says of itself. */
export const CBOR_HEADERS = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' } as const;

/**
 * Writes CBOR (RFC 8949) as Smithy RPC v2 reads it: an object or `Map` as a map without its undefined members,
 * a `Date` as epoch seconds under tag 1, bytes as bytes, whole numbers as such and others as doubles.
 */
export function encodeCbor(value: unknown): Uint8Array {
  return Buffer.concat(partsOf(value));
}

const UNSIGNED = 0;
const NEGATIVE = 1;
const BYTES = 2;
const TEXT = 3;
const LIST = 4;
const MAP = 5;
const [FALSE, TRUE, NULL, DOUBLE, TIME] = [0xf4, 0xf5, 0xf6, 0xfb, 0xc1];

function partsOf(value: unknown): Uint8Array[] {
  if (typeof value === 'string') return textOf(value);
  if (typeof value === 'number') return numberOf(value);
  if (typeof value === 'boolean') return [Buffer.from([value ? TRUE : FALSE])];
  if (typeof value !== 'object' || value === null) return [Buffer.from([NULL])];
  if (value instanceof Date) return [Buffer.from([TIME]), doubleOf(value.getTime() / 1_000)];
  if (value instanceof Uint8Array) return [head(BYTES, value.length), value];
  if (Array.isArray(value)) return [head(LIST, value.length), ...value.flatMap(partsOf)];
  const members = (value instanceof Map ? [...value.entries()] : Object.entries(value)).filter(
    ([, member]) => member !== undefined,
  );
  return [
    head(MAP, members.length),
    ...members.flatMap(([name, member]) => [...textOf(String(name)), ...partsOf(member)]),
  ];
}

function textOf(text: string): Uint8Array[] {
  const bytes = Buffer.from(text, 'utf8');
  return [head(TEXT, bytes.length), bytes];
}

function numberOf(value: number): Uint8Array[] {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) return [doubleOf(value)];
  return [value < 0 ? head(NEGATIVE, -1 - value) : head(UNSIGNED, value)];
}

function doubleOf(value: number): Buffer {
  const bytes = Buffer.alloc(9, DOUBLE);
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

/** The major type in three bits, and its argument after it in as few bytes as hold it. */
function head(major: number, argument: number): Buffer {
  const type = major << 5;
  if (argument < 24) return Buffer.from([type | argument]);
  if (argument < 0x1_00) return Buffer.from([type | 24, argument]);
  if (argument < 0x1_00_00) return Buffer.from([type | 25, argument >> 8, argument & 0xff]);
  if (argument < 0x1_00_00_00_00) {
    const bytes = Buffer.alloc(5, type | 26);
    bytes.writeUInt32BE(argument, 1);
    return bytes;
  }
  const bytes = Buffer.alloc(9, type | 27);
  bytes.writeBigUInt64BE(BigInt(argument), 1);
  return bytes;
}
