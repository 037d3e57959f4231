import { SampleBuffer } from '../sample-buffer.ts';
import { countUpTo } from '../series-source.ts';
import { ByteList } from './byte-list.ts';
import { readChunk } from './chunk-reader.ts';
import { ChunkWriter } from './chunk-writer.ts';
import { encodeChunk, encodeChunks, type EncodedChunk, type SampleRange } from './encode.ts';

/** For what is decoded to be encoded anew. */
const scratch = new SampleBuffer();

/**
 * The samples of one series, encoded in chunks one behind the other. What comes in order is appended to the last
 * chunk; what comes late, or again, has its chunk encoded anew. Times are whole milliseconds.
 */
export class CompactSamples {
  readonly #list = new ByteList();
  /** Where each chunk begins, and the time of its first sample. */
  #offsets: number[] = [];
  #firstsMs: number[] = [];
  /** Goes on with the last chunk; undefined when it is full or was read from elsewhere. */
  #writer: ChunkWriter | undefined;
  #lastMs = -Infinity;
  #changedFromMs = Infinity;

  /** The time of the oldest sample; Infinity if there is none. */
  get firstMs(): number {
    return this.#firstsMs[0] ?? Infinity;
  }

  /** The time of the newest sample; -Infinity if there is none. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** What the samples take, memory that is kept for more of them included. */
  get sizeBytes(): number {
    return this.#list.bytes.length + 8 * (this.#offsets.length + this.#firstsMs.length);
  }

  /** Puts a sample in its place; one at the same time is replaced. */
  put(timeMs: number, value: number): void {
    if (timeMs <= this.#lastMs) {
      this.#insert(timeMs, value);
      return;
    }
    this.#changedFromMs = Math.min(this.#changedFromMs, this.#append(timeMs, value));
    this.#lastMs = timeMs;
  }

  /** Appends the samples in (fromMs, toMs]. */
  read(fromMs: number, toMs: number, into: SampleBuffer): void {
    if (fromMs >= this.#lastMs) return;
    for (let at = this.#chunkOf(fromMs); at < this.#offsets.length; at++) {
      if ((this.#firstsMs[at] as number) > toMs) return;
      this.#readChunk(at, fromMs, toMs, into);
    }
  }

  /** Forgets the chunks that end at this time or before; of the one that spans it, nothing. */
  prune(upToMs: number): void {
    if (this.#lastMs <= upToMs) return this.#clear();
    // A chunk is over before the next one begins.
    const gone = Math.max(0, countUpTo(this.#firstsMs, upToMs) - 1);
    if (gone === 0) return;
    const bytes = this.#offsets[gone] as number;
    this.#list.dropFirst(bytes);
    this.#offsets = this.#offsets.slice(gone).map((offset) => offset - bytes);
    this.#firstsMs = this.#firstsMs.slice(gone);
    this.#writer = undefined;
  }

  /**
   * The chunks that are new or other than when `forgetChanges` was last called. They stand in the place of all that
   * begin at `fromMs` or later.
   */
  changes(): { readonly fromMs: number; readonly chunks: readonly EncodedChunk[] } {
    const fromMs = this.#changedFromMs;
    const first = this.#firstsMs.findIndex((firstMs) => firstMs >= fromMs);
    const changed = first < 0 ? [] : this.#firstsMs.slice(first);
    const chunks = changed.map((firstMs, at) => {
      const { offset, end } = this.#bounds(first + at);
      return { firstMs, bytes: this.#list.view(offset, end) };
    });
    return { fromMs, chunks };
  }

  forgetChanges(): void {
    this.#changedFromMs = Infinity;
  }

  /** Appends a chunk that `changes` gave, later than all samples here. */
  restore({ firstMs, bytes }: EncodedChunk): void {
    this.#beginChunk(firstMs);
    this.#list.append(bytes);
    this.#writer = undefined;
    this.#decode(this.#offsets.length - 1);
    this.#lastMs = scratch.timesMs[scratch.length - 1] ?? this.#lastMs;
  }

  /** Gives the time at which the chunk begins that has the sample. */
  #append(timeMs: number, value: number): number {
    const writer = this.#writer ?? (this.#offsets.length > 0 ? this.#rewriteLast() : undefined);
    if (writer?.takes(timeMs) === true) {
      if (!writer.append(timeMs, value, false)) this.#rewriteLast(timeMs, value);
      return writer.firstMs;
    }
    // The last chunk is only read from now on: the codec that is best for all of it.
    if (writer !== undefined) this.#rewriteLast();
    this.#beginChunk(timeMs);
    this.#writer = new ChunkWriter(this.#list, this.#writer?.codec ?? 0, timeMs);
    if (!this.#writer.append(timeMs, value, false)) this.#rewriteLast(timeMs, value);
    return timeMs;
  }

  /** By `concat`, for arrays exactly as long as needed: there are two of them for every series. */
  #beginChunk(firstMs: number): void {
    this.#offsets = this.#offsets.concat(this.#list.length);
    this.#firstsMs = this.#firstsMs.concat(firstMs);
  }

  /** Encodes the last chunk anew, with one more sample if one is given, so that it can be gone on with. */
  #rewriteLast(timeMs?: number, value = 0): ChunkWriter {
    const last = this.#offsets.length - 1;
    this.#decode(last);
    if (timeMs !== undefined) scratch.push(timeMs, value);
    this.#list.length = this.#offsets[last] as number;
    this.#writer = encodeChunk(rangeOf(scratch), this.#list);
    return this.#writer;
  }

  #insert(timeMs: number, value: number): void {
    const at = this.#chunkOf(timeMs);
    const { offset, end } = this.#bounds(at);
    this.#decode(at);
    putInto(scratch, timeMs, value);
    const chunks = encodeChunks(rangeOf(scratch));
    this.#changedFromMs = Math.min(this.#changedFromMs, this.#firstsMs[at] as number, timeMs);
    const replacement = new ByteList();
    const offsets = chunks.map(({ bytes }) => {
      replacement.append(bytes);
      return offset + replacement.length - bytes.length;
    });
    this.#list.splice(offset, end, replacement.view());
    const growth = replacement.length - (end - offset);
    const later = this.#offsets.slice(at + 1).map((one) => one + growth);
    this.#offsets = [...this.#offsets.slice(0, at), ...offsets, ...later];
    this.#firstsMs.splice(at, 1, ...chunks.map(({ firstMs }) => firstMs));
    this.#writer = undefined;
  }

  /** The last chunk that begins at the time or before; the first one if all begin after it. */
  #chunkOf(timeMs: number): number {
    return Math.max(0, countUpTo(this.#firstsMs, timeMs) - 1);
  }

  #bounds(at: number): { readonly offset: number; readonly end: number } {
    return { offset: this.#offsets[at] as number, end: this.#offsets[at + 1] ?? this.#list.length };
  }

  #decode(at: number): void {
    scratch.clear();
    this.#readChunk(at, -Infinity, Infinity, scratch);
  }

  #readChunk(at: number, fromMs: number, toMs: number, into: SampleBuffer): void {
    const place = {
      bytes: this.#list.bytes,
      offset: this.#offsets[at] as number,
      firstMs: this.#firstsMs[at] as number,
    };
    readChunk(place, fromMs, toMs, into);
  }

  #clear(): void {
    this.#list.dropFirst(this.#list.length);
    this.#offsets = [];
    this.#firstsMs = [];
    this.#writer = undefined;
    this.#lastMs = -Infinity;
  }
}

function rangeOf({ timesMs, values, length }: SampleBuffer): SampleRange {
  return { timesMs, values, from: 0, to: length };
}

function putInto(buffer: SampleBuffer, timeMs: number, value: number): void {
  const at = countUpTo(buffer.timesMs, timeMs, buffer.length);
  if (at > 0 && buffer.timesMs[at - 1] === timeMs) {
    buffer.values[at - 1] = value;
    return;
  }
  buffer.push(timeMs, value);
  buffer.timesMs.copyWithin(at + 1, at, buffer.length - 1);
  buffer.values.copyWithin(at + 1, at, buffer.length - 1);
  buffer.timesMs[at] = timeMs;
  buffer.values[at] = value;
}
