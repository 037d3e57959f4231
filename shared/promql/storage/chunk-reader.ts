import type { SampleBuffer } from '../sample-buffer.ts';
import {
  HEADER_BYTES,
  HIGH,
  LONG_BYTES,
  LOW,
  RAW,
  RAW_BYTES,
  RUN,
  scratch,
  words,
  XOR,
  XOR_RUN,
} from './chunk-format.ts';
import { powerOf } from './decimal.ts';

/** A chunk where it lies among others of its series. */
export interface ChunkPlace {
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly firstMs: number;
}

/**
 * Appends the samples of a chunk in (fromMs, toMs]. This is the innermost loop of every query: all of it is
 * arithmetic on locals, and what is too early is written as well and then overwritten.
 */
export function readChunk(chunk: ChunkPlace, fromMs: number, toMs: number, into: SampleBuffer): void {
  into.reserve(chunk.bytes[chunk.offset] as number);
  if (chunk.bytes[chunk.offset + 1] === XOR) readXor(chunk, fromMs, toMs, into);
  else readDecimals(chunk, fromMs, toMs, into);
}

function readDecimals(
  { bytes, offset, firstMs }: ChunkPlace,
  fromMs: number,
  toMs: number,
  into: SampleBuffer,
): void {
  const { timesMs, values } = into;
  const power = powerOf(bytes[offset + 1] as number);
  let length = into.length;
  let at = offset + HEADER_BYTES;
  let timeMs = firstMs;
  let deltaMs = 0;
  let mantissa = 0;
  let timeRun = 0;
  let valueRun = 0;
  for (let left = bytes[offset] as number; left > 0; left--) {
    if (timeRun > 0) {
      timeRun -= 1;
    } else {
      const token = bytes[at] as number;
      if (token >= RUN) {
        timeRun = token - RUN;
        at += 1;
      } else {
        deltaMs += integerAt(bytes, at, token);
        at += tokenBytes(token);
      }
    }
    timeMs += deltaMs;
    if (timeMs > toMs) break;
    timesMs[length] = timeMs;
    let isRaw = false;
    if (valueRun > 0) {
      valueRun -= 1;
    } else {
      const token = bytes[at] as number;
      if (token >= RUN) {
        valueRun = token - RUN;
        at += 1;
      } else {
        isRaw = token === RAW;
        if (isRaw) values[length] = rawAt(bytes, at + 1);
        else mantissa += integerAt(bytes, at, token);
        at += tokenBytes(token);
      }
    }
    if (!isRaw) values[length] = mantissa / power;
    if (timeMs > fromMs) length += 1;
  }
  into.length = length;
}

function readXor(
  { bytes, offset, firstMs }: ChunkPlace,
  fromMs: number,
  toMs: number,
  into: SampleBuffer,
): void {
  const { timesMs, values } = into;
  let length = into.length;
  let at = offset + HEADER_BYTES;
  let timeMs = firstMs;
  let deltaMs = 0;
  let high = 0;
  let low = 0;
  let timeRun = 0;
  let valueRun = 0;
  for (let left = bytes[offset] as number; left > 0; left--) {
    if (timeRun > 0) {
      timeRun -= 1;
    } else {
      const token = bytes[at] as number;
      if (token >= RUN) {
        timeRun = token - RUN;
        at += 1;
      } else {
        deltaMs += integerAt(bytes, at, token);
        at += tokenBytes(token);
      }
    }
    timeMs += deltaMs;
    if (timeMs > toMs) break;
    timesMs[length] = timeMs;
    if (valueRun > 0) {
      valueRun -= 1;
    } else {
      const token = bytes[at++] as number;
      if (token >= XOR_RUN) {
        valueRun = token - XOR_RUN;
      } else {
        const first = token >>> 4;
        const end = first + (token & 0xf);
        for (let place = first; place < end; place++) {
          const byte = bytes[at++] as number;
          if (place < 4) high ^= byte << (24 - 8 * place);
          else low ^= byte << (56 - 8 * place);
        }
      }
    }
    words[HIGH] = high;
    words[LOW] = low;
    values[length] = scratch[0] as number;
    if (timeMs > fromMs) length += 1;
  }
  into.length = length;
}

function tokenBytes(token: number): number {
  if (token < 0x80) return 1;
  if (token < 0xc0) return 2;
  if (token < 0xe0) return 3;
  if (token < 0xf0) return 4;
  return token === RAW ? RAW_BYTES : LONG_BYTES;
}

function integerAt(bytes: Uint8Array, at: number, token: number): number {
  if (token < 0x80) return signed(token);
  const second = bytes[at + 1] as number;
  if (token < 0xc0) return signed(((token & 0x3f) << 8) | second);
  const third = bytes[at + 2] as number;
  if (token < 0xe0) return signed(((token & 0x1f) << 16) | (second << 8) | third);
  const fourth = bytes[at + 3] as number;
  if (token < 0xf0) return signed(((token & 0xf) << 24) | (second << 16) | (third << 8) | fourth);
  return longAt(bytes, at);
}

function signed(zigzag: number): number {
  return (zigzag >>> 1) ^ -(zigzag & 1);
}

function longAt(bytes: Uint8Array, at: number): number {
  const zigzag = (wordAt(bytes, at) & 0xff_ffff) * 2 ** 32 + wordAt(bytes, at + 4);
  return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
}

function rawAt(bytes: Uint8Array, at: number): number {
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
