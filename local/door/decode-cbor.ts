import { AwsError } from '../kernel/service.ts';

/** Deeper than any AWS input; keeps a hostile body from nesting without end. */
const MAX_DEPTH = 32;
/** What stands in place of a length where the end is marked by {@link BREAK}. */
const INDEFINITE = Infinity;
const BREAK = Symbol('break');

/**
 * Decodes CBOR (RFC 8949) into what JSON would have given: bytes become base64, times (tag 1) epoch seconds;
 * members that are null are left out, as Smithy RPC v2 has it. Other tags are passed over.
 *
 * @throws AwsError `SerializationException` that says at which byte, for a body that cannot be read
 */
export function decodeCbor(body: Buffer): unknown {
  if (body.length === 0) return {};
  const reader = new Reader(body);
  const value = reader.value(0);
  reader.end();
  return value;
}

class Reader {
  readonly #body: Buffer;
  #at = 0;

  constructor(body: Buffer) {
    this.#body = body;
  }

  /** A value that must be there. */
  value(depth: number): unknown {
    const value = this.#item(depth);
    if (value === BREAK) throw this.#problem('a break where a value is expected');
    return value;
  }

  end(): void {
    if (this.#at < this.#body.length) throw this.#problem('bytes after the end of the value');
  }

  #item(depth: number): unknown {
    if (depth > MAX_DEPTH) throw this.#problem(`more than ${MAX_DEPTH} levels`);
    const initial = this.#take(1).readUInt8();
    const [major, info] = [initial >> 5, initial & 0x1f];
    if (major === 7) return this.#simple(info);
    const length = this.#argument(info);
    switch (major) {
      case 0:
        return this.#definite(length);
      case 1:
        return -1 - this.#definite(length);
      case 2:
        return this.#string(2, length).toString('base64');
      case 3:
        return this.#text(this.#string(3, length));
      case 4:
        return this.#list(length, depth);
      case 5:
        return this.#map(length, depth);
      default:
        return this.value(depth + 1);
    }
  }

  #simple(info: number): unknown {
    switch (info) {
      case 20:
        return false;
      case 21:
        return true;
      case 22:
      case 23:
        return null;
      case 25:
        return halfFloat(this.#take(2).readUInt16BE());
      case 26:
        return this.#take(4).readFloatBE();
      case 27:
        return this.#take(8).readDoubleBE();
      case 31:
        return BREAK;
      default:
        throw this.#problem(`the simple value ${info}, which is not known`);
    }
  }

  #argument(info: number): number {
    if (info < 24) return info;
    switch (info) {
      case 24:
        return this.#take(1).readUInt8();
      case 25:
        return this.#take(2).readUInt16BE();
      case 26:
        return this.#take(4).readUInt32BE();
      case 27:
        return Number(this.#take(8).readBigUInt64BE());
      case 31:
        return INDEFINITE;
      default:
        throw this.#problem(`the length ${info}, which is reserved`);
    }
  }

  #definite(argument: number): number {
    if (argument === INDEFINITE) throw this.#problem('a number without an end');
    return argument;
  }

  /** One string, or one in pieces. */
  #string(major: 2 | 3, length: number): Buffer {
    if (length !== INDEFINITE) return this.#take(length);
    const pieces: Buffer[] = [];
    for (;;) {
      const initial = this.#take(1).readUInt8();
      if (initial === 0xff) return Buffer.concat(pieces);
      if (initial >> 5 !== major) throw this.#problem('a piece of another type in a string');
      pieces.push(this.#take(this.#definite(this.#argument(initial & 0x1f))));
    }
  }

  #text(bytes: Buffer): string {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      throw this.#problem('a text that is not UTF-8');
    }
  }

  #list(length: number, depth: number): unknown[] {
    const items: unknown[] = [];
    while (items.length < length) {
      const item = this.#item(depth + 1);
      if (item === BREAK && length === INDEFINITE) break;
      if (item === BREAK) throw this.#problem('a break in a list of known length');
      items.push(item);
    }
    return items;
  }

  #map(length: number, depth: number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    for (let count = 0; count < length; count += 1) {
      const key = this.#item(depth + 1);
      if (key === BREAK && length === INDEFINITE) break;
      if (typeof key !== 'string') throw this.#problem('a key that is no text');
      const value = this.value(depth + 1);
      if (value !== null) entries.push([key, value]);
    }
    return Object.fromEntries(entries);
  }

  #take(length: number): Buffer {
    if (length > this.#body.length - this.#at) throw this.#problem('the end of the body, too early');
    const bytes = this.#body.subarray(this.#at, this.#at + length);
    this.#at += length;
    return bytes;
  }

  #problem(found: string): AwsError {
    return new AwsError('SerializationException', `The CBOR body has ${found}, at byte ${this.#at}.`);
  }
}

/** RFC 8949, appendix D. */
function halfFloat(bits: number): number {
  const sign = (bits & 0x80_00) === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3_ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1_024) * 2 ** (exponent - 15);
}
