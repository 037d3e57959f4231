import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SampleBuffer } from '../../../../../shared/promql/sample-buffer.ts';
import { ByteList } from '../../../../../shared/promql/storage/byte-list.ts';
import { CHUNK_SAMPLES, MAX_GAP_MS, XOR } from '../../../../../shared/promql/storage/chunk-format.ts';
import { readChunk } from '../../../../../shared/promql/storage/chunk-reader.ts';
import { ChunkWriter } from '../../../../../shared/promql/storage/chunk-writer.ts';
import { encodeChunks } from '../../../../../shared/promql/storage/encode.ts';

type Sample = readonly [timeMs: number, value: number];

function written(codec: number, samples: readonly Sample[]): ByteList {
  const out = new ByteList();
  const writer = new ChunkWriter(out, codec, samples[0]?.[0] ?? 0);
  for (const [timeMs, value] of samples) writer.append(timeMs, value, true);
  return out;
}

const hex = (list: ByteList): string => Buffer.from(list.view()).toString('hex');
const spaceless = (text: string): string => text.replaceAll(' ', '');

function read(bytes: Uint8Array, firstMs: number, fromMs = -Infinity, toMs = Infinity): Sample[] {
  const buffer = new SampleBuffer();
  readChunk({ bytes, offset: 0, firstMs }, fromMs, toMs, buffer);
  return Array.from({ length: buffer.length }, (_, at) => [
    buffer.timesMs[at] as number,
    buffer.values[at] as number,
  ]);
}

describe('a chunk', () => {
  test('has the bytes that its format says', () => {
    const regular = [100, 101, 101, 101, 99].map((value, at): Sample => [1_000 + 10 * at, value]);
    // The first time is the chunk's own, the second 10 ms later, and so on: a run of one, 10, a run of three.
    expect(hex(written(0, regular))).toBe(spaceless('0500 f2 80c8 14 02 f4 f3 03'));
    const raw = written(0, [
      [0, 1],
      [1, 0.5],
    ]);
    expect(hex(raw)).toBe(spaceless('0200 f2 02 02 f1 3fe0000000000000'));
    const xor = written(XOR, [
      [0, 1],
      [0, 1],
      [0, 1],
      [0, 1.5],
    ]);
    // 1 is 3ff0..., its two leading bytes changed from zero; 1.5 is 3ff8....
    expect(hex(xor)).toBe(spaceless('04ff f5 02 3ff0 81 11 08'));
  });

  test.each([0, 1, 3, 12, XOR])('gives back what codec %i wrote, in every part of it', (codec) => {
    const value = fc.oneof(
      fc.integer({ min: -300, max: 300 }),
      fc.maxSafeInteger(),
      fc.integer().map((digits) => digits / 1_000),
      fc.double({ noNaN: true }),
    );
    const gap = fc.oneof(fc.constant(15_000), fc.integer({ min: 0, max: 100 }), fc.nat(MAX_GAP_MS));
    const same = fc.tuple(fc.tuple(gap, value), fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 20 })));
    const samples = fc
      .array(same, { minLength: 1, maxLength: CHUNK_SAMPLES })
      .map((all) => all.flatMap(([one, count]) => Array.from({ length: count }, () => one)))
      .map((all) => all.slice(0, CHUNK_SAMPLES));
    fc.assert(
      fc.property(samples, fc.nat(), fc.nat(), (steps, a, b) => {
        let timeMs = 1_700_000_000_000;
        const all = steps.map(([step, number]): Sample => [(timeMs += step), number]);
        const bytes = written(codec, all).view();
        const [from, to] = [all[a % all.length]?.[0] ?? 0, all[b % all.length]?.[0] ?? 0];
        expect(read(bytes, all[0]?.[0] ?? 0, from, to)).toEqual(
          all.filter(([time]) => time > from && time <= to),
        );
        expect(read(bytes, all[0]?.[0] ?? 0)).toEqual(all);
      }),
    );
  });

  test('refuses what its decimals do not give, and stays as it was', () => {
    const out = new ByteList();
    const writer = new ChunkWriter(out, 1, 0);
    expect(writer.append(0, 0.5, false)).toBe(true);
    const before = [...out.view()];
    expect(writer.append(1, 0.25, false)).toBe(false);
    expect([...out.view()]).toEqual(before);
    expect(writer.append(1, 0.7, false)).toBe(true);
    expect(read(out.view(), 0)).toEqual([
      [0, 0.5],
      [1, 0.7],
    ]);
  });

  test('takes no more than its samples, and none after too wide a gap', () => {
    const full = Array.from({ length: CHUNK_SAMPLES }, (_, at): Sample => [at, at]);
    const out = new ByteList();
    const writer = new ChunkWriter(out, 0, 0);
    expect(writer.takes(MAX_GAP_MS)).toBe(true);
    expect(writer.takes(MAX_GAP_MS + 1)).toBe(false);
    for (const [timeMs, value] of full) writer.append(timeMs, value, false);
    expect(writer.takes(CHUNK_SAMPLES)).toBe(false);
  });

  test('too many samples are cut in halves, and where the gap is too wide', () => {
    const timesMs = Float64Array.from({ length: 300 }, (_, at) => (at < 299 ? at : at + MAX_GAP_MS));
    const chunks = encodeChunks({ timesMs, values: timesMs, from: 0, to: 300 });
    expect(chunks.map(({ bytes }) => bytes[0])).toEqual([74, 75, 75, 75, 1]);
    expect(chunks.flatMap(({ firstMs, bytes }) => read(bytes, firstMs)).map(([, value]) => value)).toEqual([
      ...timesMs,
    ]);
  });
});
