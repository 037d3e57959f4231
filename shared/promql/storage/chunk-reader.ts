import type { SampleBuffer } from '../sample-buffer.ts';
import { HEADER_BYTES, HIGH, LOW, RAW, RAW_BYTES, RUN, XOR, XOR_RUN } from './chunk-format.ts';
import { powerOf } from './decimal.ts';
import { integerAt, rawAt, signed, tokenBytes } from './tokens.ts';

/** A chunk where it lies among others of its series. */
export interface ChunkPlace {
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly firstMs: number;
}

/**
 * Appends the samples of a chunk in (fromMs, toMs]. This is the innermost loop of every query: all of it is
 * arithmetic on locals, the short tokens come first, and what is too early is written as well and then overwritten.
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
      if (token < 0x80) {
        deltaMs += signed(token);
        at += 1;
      } else if (token >= RUN) {
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
      const token = bytes[at] as number;
      if (token < 0x80) {
        mantissa += signed(token);
        at += 1;
      } else if (token < 0xc0) {
        const zigzag = ((token & 0x3f) << 8) | (bytes[at + 1] as number);
        mantissa += signed(zigzag);
        at += 2;
      } else if (token >= RUN) {
        valueRun = token - RUN;
        at += 1;
      } else if (token === RAW) {
        values[length] = rawAt(bytes, at + 1);
        at += RAW_BYTES;
        if (timeMs > fromMs) length += 1;
        continue;
      } else {
        mantissa += integerAt(bytes, at, token);
        at += tokenBytes(token);
      }
    }
    values[length] = power === 1 ? mantissa : mantissa / power;
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
  const { timesMs } = into;
  const valueWords = wordsOf(into.values);
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
      if (token < 0x80) {
        deltaMs += signed(token);
        at += 1;
      } else if (token >= RUN) {
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
        let place = token >>> 4;
        const end = place + (token & 0xf);
        for (; place < 4 && place < end; place++) high ^= (bytes[at++] as number) << (24 - 8 * place);
        for (; place < end; place++) low ^= (bytes[at++] as number) << (56 - 8 * place);
      }
    }
    valueWords[2 * length + HIGH] = high;
    valueWords[2 * length + LOW] = low;
    if (timeMs > fromMs) length += 1;
  }
  into.length = length;
}

/** Seen last, because the same buffer is read into again and again. */
let lastWords: Uint32Array = new Uint32Array(0);

/** The same memory as words: two words that are read again as one number at once would hold the processor up. */
function wordsOf(values: Float64Array): Uint32Array {
  if (lastWords.buffer !== values.buffer) lastWords = new Uint32Array(values.buffer);
  return lastWords;
}
