import { ByteList } from './byte-list.ts';
import { CHUNK_SAMPLES, MAX_GAP_MS, XOR } from './chunk-format.ts';
import { ChunkWriter } from './chunk-writer.ts';
import { decimalsOf } from './decimal.ts';

/** Some samples of one series, ascending in time: those from `from` to `to` (not included) of the arrays. */
export interface SampleRange {
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  readonly from: number;
  readonly to: number;
}

/** Appends one chunk with these samples, by the codec that takes the fewest bytes. More samples may be appended to it. */
export function encodeChunk(samples: SampleRange, out: ByteList): ChunkWriter {
  const start = out.length;
  const decimals = mostDecimals(samples);
  const best = writeChunk(samples, decimals ?? XOR, out);
  if (decimals === undefined || decimals === 0) return best;
  const bytes = out.length - start;
  out.length = start;
  const other = writeChunk(samples, XOR, out);
  if (out.length - start < bytes) return other;
  out.length = start;
  return writeChunk(samples, decimals, out);
}

/** The decimals that make every value whole that any decimals do; undefined if they make none. */
function mostDecimals({ values, from, to }: SampleRange): number | undefined {
  let most: number | undefined;
  for (let at = from; at < to; at++) most = maximum(most, decimalsOf(values[at] as number));
  return most;
}

function maximum(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.max(a, b);
}

function writeChunk({ timesMs, values, from, to }: SampleRange, codec: number, out: ByteList): ChunkWriter {
  const writer = new ChunkWriter(out, codec, timesMs[from] as number);
  for (let at = from; at < to; at++) writer.append(timesMs[at] as number, values[at] as number, true);
  return writer;
}

export interface EncodedChunk {
  readonly firstMs: number;
  readonly bytes: Uint8Array;
}

/** The samples as chunks of their own: cut where the gap is too wide, and in halves where they are too many. */
export function encodeChunks(samples: SampleRange): EncodedChunk[] {
  const { timesMs, from, to } = samples;
  for (let at = from + 1; at < to; at++)
    if ((timesMs[at] as number) - (timesMs[at - 1] as number) > MAX_GAP_MS) return cutAt(samples, at);
  if (to - from > CHUNK_SAMPLES) return cutAt(samples, (from + to) >>> 1);
  const out = new ByteList();
  encodeChunk(samples, out);
  return [{ firstMs: timesMs[from] as number, bytes: out.view() }];
}

function cutAt(samples: SampleRange, at: number): EncodedChunk[] {
  return [...encodeChunks({ ...samples, to: at }), ...encodeChunks({ ...samples, from: at })];
}
