/**
 * Writes a map of texts in CBOR (RFC 8949, section 3): enough to tell a client of Smithy RPC v2 why it cannot
 * be served.
 */
export function encodeCborTexts(texts: Readonly<Record<string, string>>): Uint8Array {
  const entries = Object.entries(texts);
  return Buffer.concat([
    head(MAP, entries.length),
    ...entries.flatMap(([name, text]) => [name, text].map(textOf)),
  ]);
}

const TEXT = 3;
const MAP = 5;

function textOf(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([head(TEXT, bytes.length), bytes]);
}

/** The major type in three bits, and the length after it in as few bytes as hold it. */
function head(major: number, length: number): Buffer {
  const type = major << 5;
  if (length < 24) return Buffer.from([type | length]);
  if (length < 0x1_00) return Buffer.from([type | 24, length]);
  if (length < 0x1_00_00) return Buffer.from([type | 25, length >> 8, length & 0xff]);
  const bytes = Buffer.alloc(5, type | 26);
  bytes.writeUInt32BE(length, 1);
  return bytes;
}
