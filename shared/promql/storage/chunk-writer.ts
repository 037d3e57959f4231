import type { ByteList } from './byte-list.ts';
import {
  CHUNK_SAMPLES,
  HIGH,
  LONG,
  LOW,
  MAX_GAP_MS,
  MAX_RUN,
  MAX_XOR_RUN,
  RAW,
  RUN,
  scratch,
  words,
  XOR,
  XOR_RUN,
} from './chunk-format.ts';
import { mantissaOf } from './decimal.ts';

const NOWHERE = -1;

/** Writes one chunk, sample by sample, at the end of a list of bytes that nobody else appends to meanwhile. */
export class ChunkWriter {
  readonly codec: number;
  readonly firstMs: number;
  count = 0;
  readonly #out: ByteList;
  readonly #startsAt: number;
  #lastMs: number;
  #deltaMs = 0;
  #mantissa = 0;
  #high = 0;
  #low = 0;
  /** Where the last token of each kind is, if it is a run and may grow. */
  #timeRunAt = NOWHERE;
  #valueRunAt = NOWHERE;

  constructor(out: ByteList, codec: number, firstMs: number) {
    this.#out = out;
    this.#startsAt = out.length;
    this.codec = codec;
    this.firstMs = firstMs;
    this.#lastMs = firstMs;
    out.push(0);
    out.push(codec);
  }

  get lastMs(): number {
    return this.#lastMs;
  }

  /** Whether a sample of this time, later than all before, may still go into this chunk. */
  takes(timeMs: number): boolean {
    return this.count < CHUNK_SAMPLES && timeMs - this.#lastMs <= MAX_GAP_MS;
  }

  /** Appends a sample. False, and nothing is written, if its value is none of the codec's and must not be raw. */
  append(timeMs: number, value: number, mayBeRaw: boolean): boolean {
    const mantissa = this.codec === XOR ? 0 : mantissaOf(value, this.codec);
    if (Number.isNaN(mantissa) && !mayBeRaw) return false;
    this.#writeTime(timeMs);
    if (this.codec === XOR) this.#writeXor(value);
    else if (Number.isNaN(mantissa)) this.#writeRaw(value);
    else this.#writeMantissa(mantissa);
    this.count += 1;
    this.#out.bytes[this.#startsAt] = this.count;
    return true;
  }

  #writeTime(timeMs: number): void {
    const deltaMs = timeMs - this.#lastMs;
    const change = deltaMs - this.#deltaMs;
    if (change === 0) {
      this.#timeRunAt = this.#extendRun(this.#timeRunAt, RUN, MAX_RUN);
    } else {
      this.#writeInteger(change);
      this.#timeRunAt = NOWHERE;
    }
    this.#deltaMs = deltaMs;
    this.#lastMs = timeMs;
  }

  #writeMantissa(mantissa: number): void {
    const change = mantissa - this.#mantissa;
    if (change === 0) {
      this.#valueRunAt = this.#extendRun(this.#valueRunAt, RUN, MAX_RUN);
    } else {
      this.#writeInteger(change);
      this.#valueRunAt = NOWHERE;
    }
    this.#mantissa = mantissa;
  }

  #writeRaw(value: number): void {
    scratch[0] = value;
    this.#out.push(RAW);
    this.#writeWord(words[HIGH] as number);
    this.#writeWord(words[LOW] as number);
    this.#valueRunAt = NOWHERE;
  }

  #writeXor(value: number): void {
    scratch[0] = value;
    const high = words[HIGH] as number;
    const low = words[LOW] as number;
    const highChange = (high ^ this.#high) >>> 0;
    const lowChange = (low ^ this.#low) >>> 0;
    if (highChange === 0 && lowChange === 0) {
      this.#valueRunAt = this.#extendRun(this.#valueRunAt, XOR_RUN, MAX_XOR_RUN);
      return;
    }
    const leading = highChange === 0 ? 4 + leadingZeroBytes(lowChange) : leadingZeroBytes(highChange);
    const trailing = lowChange === 0 ? 4 + trailingZeroBytes(highChange) : trailingZeroBytes(lowChange);
    this.#out.push((leading << 4) | (8 - leading - trailing));
    for (let at = leading; at < 8 - trailing; at++)
      this.#out.push(at < 4 ? (highChange >>> (24 - 8 * at)) & 0xff : (lowChange >>> (56 - 8 * at)) & 0xff);
    this.#valueRunAt = NOWHERE;
    this.#high = high;
    this.#low = low;
  }

  /** Makes the run at this place one longer, or begins a new one. Gives the place of the run. */
  #extendRun(at: number, one: number, longest: number): number {
    const out = this.#out;
    if (at !== NOWHERE && (out.bytes[at] as number) < one + longest - 1) {
      out.bytes[at] = (out.bytes[at] as number) + 1;
      return at;
    }
    out.push(one);
    return out.length - 1;
  }

  #writeInteger(integer: number): void {
    const zigzag = integer < 0 ? -2 * integer - 1 : 2 * integer;
    const out = this.#out;
    if (zigzag < 0x80) {
      out.push(zigzag);
    } else if (zigzag < 0x4000) {
      out.push(0x80 | (zigzag >>> 8));
      out.push(zigzag & 0xff);
    } else if (zigzag < 0x20_0000) {
      out.push(0xc0 | (zigzag >>> 16));
      out.push((zigzag >>> 8) & 0xff);
      out.push(zigzag & 0xff);
    } else if (zigzag < 0x1000_0000) {
      this.#writeWord((0xe000_0000 | zigzag) >>> 0);
    } else {
      const high = Math.floor(zigzag / 2 ** 32);
      this.#writeWord(((LONG << 24) | high) >>> 0);
      this.#writeWord(zigzag >>> 0);
    }
  }

  #writeWord(word: number): void {
    const out = this.#out;
    out.push(word >>> 24);
    out.push((word >>> 16) & 0xff);
    out.push((word >>> 8) & 0xff);
    out.push(word & 0xff);
  }
}

function leadingZeroBytes(word: number): number {
  return Math.clz32(word) >>> 3;
}

function trailingZeroBytes(word: number): number {
  return (31 - Math.clz32(word & -word)) >>> 3;
}
