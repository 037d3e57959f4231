const FIRST_CAPACITY = 32;

/** Bytes that grow at the end. Grows by a quarter, because there is one of these for every series. */
export class ByteList {
  bytes = new Uint8Array(0);
  length = 0;

  push(byte: number): void {
    if (this.length === this.bytes.length) this.reserve(1);
    this.bytes[this.length++] = byte;
  }

  append(more: Uint8Array): void {
    this.reserve(more.length);
    this.bytes.set(more, this.length);
    this.length += more.length;
  }

  /** Puts other bytes in the place of those from `from` to `to` (not included). */
  splice(from: number, to: number, replacement: Uint8Array): void {
    const growth = replacement.length - (to - from);
    this.reserve(Math.max(0, growth));
    this.bytes.copyWithin(to + growth, to, this.length);
    this.bytes.set(replacement, from);
    this.length += growth;
  }

  /** Forgets the first bytes, and the memory that is not needed any more. */
  dropFirst(count: number): void {
    this.bytes = this.bytes.slice(count, this.length);
    this.length = this.bytes.length;
  }

  view(from = 0, to = this.length): Uint8Array {
    return this.bytes.subarray(from, to);
  }

  reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const wider = new Uint8Array(Math.max(FIRST_CAPACITY, needed, Math.ceil(this.bytes.length * 1.25)));
    wider.set(this.view());
    this.bytes = wider;
  }
}
