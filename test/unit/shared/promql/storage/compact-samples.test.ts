import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SampleBuffer } from '../../../../../shared/promql/sample-buffer.ts';
import { isStaleMarker, staleMarker } from '../../../../../shared/promql/stale-marker.ts';
import { CompactSamples } from '../../../../../shared/promql/storage/compact-samples.ts';

const HOUR_MS = 3_600_000;

/** A number by its bits, so that NaNs differ and zeros too. */
function bitsOf(value: number): string {
  const words = new Uint32Array(Float64Array.of(value).buffer);
  return `${words[1]?.toString(16)}:${words[0]?.toString(16)}`;
}

function numberOf(high: number, low: number): number {
  const number = new Float64Array(1);
  new Uint32Array(number.buffer).set([low, high]);
  return number[0] as number;
}

type Pair = readonly [timeMs: number, bits: string];

function readAll(samples: CompactSamples, fromMs = -Infinity, toMs = Infinity): Pair[] {
  const buffer = new SampleBuffer();
  // What another series left must stay.
  buffer.push(1, 2);
  samples.read(fromMs, toMs, buffer);
  expect([buffer.timesMs[0], buffer.values[0]]).toEqual([1, 2]);
  return Array.from({ length: buffer.length - 1 }, (_, at) => [
    buffer.timesMs[at + 1] as number,
    bitsOf(buffer.values[at + 1] as number),
  ]);
}

function filled(pairs: Iterable<readonly [number, number]>): CompactSamples {
  const samples = new CompactSamples();
  for (const [timeMs, value] of pairs) samples.put(timeMs, value);
  return samples;
}

const anyBits = fc.tuple(fc.nat(0xffff_ffff), fc.nat(0xffff_ffff)).map(([high, low]) => numberOf(high, low));
const special = fc.constantFrom(
  0,
  -0,
  Infinity,
  -Infinity,
  Number.NaN,
  5e-324,
  -5e-324,
  Number.MAX_VALUE,
  2 ** 53,
  -(2 ** 53),
  2 ** 51,
  -(2 ** 51),
  0.1 + 0.2,
  1 / 3,
  1e-12,
  1e-13,
  123456.789,
  1e22,
  numberOf(0x7ff0_0000, 2),
  numberOf(0xfff8_0000, 1),
  numberOf(0x7fff_ffff, 0xffff_ffff),
);
const whole = fc.oneof(fc.integer({ min: -200, max: 200 }), fc.maxSafeInteger());
const decimal = fc
  .tuple(fc.integer(), fc.integer({ min: 0, max: 14 }))
  .map(([digits, places]) => Number(`${digits}e-${places}`));
/** How often a value comes again before the next one. */
const repeats = fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: 40 }));
/** Mostly of one kind, as in life, with some of another among them. */
const values = fc
  .constantFrom(whole, decimal, fc.double(), anyBits)
  .chain((kind) => {
    const value = fc.oneof({ weight: 12, arbitrary: kind }, special);
    return fc.array(fc.tuple(value, repeats), { maxLength: 200 });
  })
  .map((all) => all.flatMap(([value, count]) => Array.from({ length: count }, () => value)));
const gaps = fc.oneof(
  { weight: 8, arbitrary: fc.constant(15_000) },
  fc.integer({ min: 1, max: 300 }),
  fc.integer({ min: 1, max: 2 ** 28 }),
  fc.constantFrom(2 ** 26, 2 ** 26 + 1, 2 ** 40),
);
const startMs = fc.constantFrom(0, -5_000, 1_772_323_200_000);
/** Ascending in time. */
const series = fc.tuple(startMs, values, fc.infiniteStream(gaps)).map(([first, all, steps]) => {
  let timeMs = first;
  return all.map((value) => [(timeMs += steps.next().value as number), value] as const);
});
/** In any order, some times more than once. */
const shuffled = series.chain((all) =>
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: Math.max(0, all.length - 1) }), special), { maxLength: 30 })
    .chain((again) =>
      fc
        .tuple(fc.boolean(), fc.shuffledSubarray(all, { minLength: all.length }))
        .map(([isInOrder, mixed]) => [
          ...(isInOrder ? all : mixed),
          ...again.flatMap(([at, value]) => {
            const [timeMs] = all[at] ?? [undefined];
            return timeMs === undefined ? [] : [[timeMs, value] as const];
          }),
        ]),
    ),
);

function model(pairs: readonly (readonly [number, number])[], fromMs = -Infinity, toMs = Infinity): Pair[] {
  return [...new Map(pairs)]
    .filter(([timeMs]) => timeMs > fromMs && timeMs <= toMs)
    .sort(([a], [b]) => a - b)
    .map(([timeMs, value]) => [timeMs, bitsOf(value)]);
}

describe('compact samples', () => {
  test('whatever is put in any order is read back bit by bit', () => {
    fc.assert(
      fc.property(shuffled, (pairs) => {
        expect(readAll(filled(pairs))).toEqual(model(pairs));
      }),
      { numRuns: 300 },
    );
  });

  test('every range gives exactly its samples, the first time not included', () => {
    fc.assert(
      fc.property(shuffled, fc.nat(), fc.nat(), fc.integer({ min: -1, max: 1 }), (pairs, a, b, off) => {
        const samples = filled(pairs);
        const times = pairs.map(([timeMs]) => timeMs);
        const fromMs = (times[a % Math.max(1, times.length)] ?? 0) + off;
        const toMs = times[b % Math.max(1, times.length)] ?? 0;
        expect(readAll(samples, fromMs, toMs)).toEqual(model(pairs, fromMs, toMs));
      }),
      { numRuns: 300 },
    );
  });

  test('prune keeps all that is later, and at most one chunk of what is not', () => {
    fc.assert(
      fc.property(shuffled, shuffled, fc.nat(), (pairs, later, a) => {
        const samples = filled(pairs);
        const upToMs = pairs[a % Math.max(1, pairs.length)]?.[0] ?? 0;
        samples.prune(upToMs);
        const left = model(pairs, upToMs);
        const read = readAll(samples);
        expect(read.filter(([timeMs]) => timeMs > upToMs)).toEqual(left);
        expect(model(pairs)).toEqual(expect.arrayContaining(read));
        expect(read.length - left.length).toBeLessThan(129);
        // It goes on as before.
        const more = later.map(([timeMs, value]) => [timeMs + upToMs, value] as const);
        for (const [timeMs, value] of more) samples.put(timeMs, value);
        expect(readAll(samples, upToMs)).toEqual(model([...pairs, ...more], upToMs));
      }),
      { numRuns: 200 },
    );
  });

  test('what changed, put in the place of what was there, gives the same samples', () => {
    fc.assert(
      fc.property(fc.array(shuffled, { maxLength: 4 }), (batches) => {
        const samples = new CompactSamples();
        const disk = new Map<number, Uint8Array>();
        for (const batch of batches) {
          for (const [timeMs, value] of batch) samples.put(timeMs, value);
          const { fromMs, chunks } = samples.changes();
          for (const firstMs of disk.keys()) if (firstMs >= fromMs) disk.delete(firstMs);
          for (const { firstMs, bytes } of chunks) disk.set(firstMs, bytes.slice());
          samples.forgetChanges();
          expect(samples.changes().chunks).toEqual([]);
        }
        const restored = new CompactSamples();
        for (const [firstMs, bytes] of [...disk].sort(([a], [b]) => a - b))
          restored.restore({ firstMs, bytes });
        expect(readAll(restored)).toEqual(model(batches.flat()));
        expect(restored.lastMs).toBe(samples.lastMs);
        restored.put(2 ** 52, 1);
        expect(readAll(restored)).toEqual(model([...batches.flat(), [2 ** 52, 1]]));
      }),
      { numRuns: 200 },
    );
  });

  test('a NaN keeps its payload and its quiet bit', () => {
    const nans = new Float64Array(2);
    new Uint32Array(nans.buffer).set([2, 0x7ff0_0000, 5, 0xfff8_0001]);
    const samples = new CompactSamples();
    nans.forEach((nan, at) => {
      samples.put(at, nan);
    });
    expect(readAll(samples)).toEqual([
      [0, '7ff00000:2'],
      [1, 'fff80001:5'],
    ]);
  });

  test('a stale marker among counts stays one, and the chunk stays small', () => {
    const counts = Array.from({ length: 100 }, (_, at) => [at * 15_000, at * 7] as const);
    const samples = filled([...counts, [100 * 15_000, staleMarker()], [101 * 15_000, 900]]);
    const buffer = new SampleBuffer();
    samples.read(99 * 15_000, 100 * 15_000, buffer);
    expect(isStaleMarker(buffer.values[0] ?? 0)).toBe(true);
    expect(samples.sizeBytes).toBeLessThan(200);
  });

  test.each([
    { what: 'a constant', bytesEach: 0.5, value: () => 1 },
    { what: 'a constant that is no short decimal', bytesEach: 0.5, value: () => 1 / 3 },
    { what: 'a counter of requests', bytesEach: 1.8, value: (at: number) => at * 17 + ((at * 7919) % 23) },
    { what: 'a gauge with two decimals', bytesEach: 2.8, value: (at: number) => ((at * 7919) % 5000) / 100 },
  ])('$what, scraped regularly, takes under $bytesEach bytes a sample', ({ bytesEach, value }) => {
    const samples = filled(Array.from({ length: 5_760 }, (_, at) => [at * 15_000, value(at)] as const));
    expect(samples.sizeBytes / 5_760).toBeLessThan(bytesEach);
  });

  test('an empty series has no samples and no time', () => {
    const samples = new CompactSamples();
    expect(readAll(samples)).toEqual([]);
    expect([samples.firstMs, samples.lastMs]).toEqual([Infinity, -Infinity]);
    samples.put(HOUR_MS, 1);
    samples.prune(HOUR_MS);
    expect([samples.firstMs, samples.lastMs, samples.sizeBytes]).toEqual([Infinity, -Infinity, 0]);
  });
});
