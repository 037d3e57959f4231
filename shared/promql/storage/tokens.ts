import { HIGH, LONG_BYTES, LOW, RAW, RAW_BYTES, scratch, words } from './chunk-format.ts';

/** How long an integer token is, or `RAW` with what follows it. */
export function tokenBytes(token: number): number {
  if (token < 0x80) return 1;
  if (token < 0xc0) return 2;
  if (token < 0xe0) return 3;
  if (token < 0xf0) return 4;
  return token === RAW ? RAW_BYTES : LONG_BYTES;
}

/** The integer of the token at a place; not of a run, not of `RAW`. */
export function integerAt(bytes: Uint8Array, at: number, token: number): number {
  if (token < 0x80) return signed(token);
  const second = bytes[at + 1] as number;
  if (token < 0xc0) return signed(((token & 0x3f) << 8) | second);
  const third = bytes[at + 2] as number;
  if (token < 0xe0) return signed(((token & 0x1f) << 16) | (second << 8) | third);
  const fourth = bytes[at + 3] as number;
  if (token < 0xf0) return signed(((token & 0xf) << 24) | (second << 16) | (third << 8) | fourth);
  return longAt(bytes, at);
}

/** The number that a zigzag number of at most 32 bits stands for. */
export function signed(zigzag: number): number {
  return (zigzag >>> 1) ^ -(zigzag & 1);
}

function longAt(bytes: Uint8Array, at: number): number {
  const zigzag = (wordAt(bytes, at) & 0xff_ffff) * 2 ** 32 + wordAt(bytes, at + 4);
  return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
}

/** The number whose eight bytes are at a place. */
export function rawAt(bytes: Uint8Array, at: number): number {
  words[HIGH] = wordAt(bytes, at);
  words[LOW] = wordAt(bytes, at + 4);
  return scratch[0] as number;
}

function wordAt(bytes: Uint8Array, at: number): number {
  const [first, second, third, fourth] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]] as [
    number,
    number,
    number,
    number,
  ];
  return ((first << 24) | (second << 16) | (third << 8) | fourth) >>> 0;
}
