import { expect, test } from 'vitest';
import { historyOf, readSignals, signalsByJob } from '../../../../console/read/read-signals.ts';
import type { SeriesRange } from '../../../../shared/ports/series.ts';
import { aService, aSystem } from '../../../builders/catalog.ts';

const value = (job: string, instance: string, is: number) => ({
  labels: { job, instance },
  value: is,
  atMs: 0,
});

test('a job is good if all of its targets that are still read are', () => {
  const values = [value('a', '1', 1), value('a', '2', 0), value('b', '1', 1)];
  const times = [value('a', '1', 100), value('a', '2', 100), value('b', '1', 90)];
  expect(Object.fromEntries(signalsByJob(values, times, 80_000))).toEqual({
    a: { isGood: false, newestMs: 100_000 },
    b: { isGood: true, newestMs: 90_000 },
  });
});

test('an instance that is gone says nothing while another one is read', () => {
  const values = [value('a', 'old', 0), value('a', 'new', 1)];
  const times = [value('a', 'old', 10), value('a', 'new', 100)];
  expect(signalsByJob(values, times, 80_000).get('a')).toEqual({ isGood: true, newestMs: 100_000 });
});

test('if none is read any more, the newest one speaks, with its age', () => {
  const values = [value('a', 'old', 1), value('a', 'older', 1), value('a', 'newest', 0)];
  const times = [value('a', 'old', 10), value('a', 'older', 5), value('a', 'newest', 20)];
  expect(signalsByJob(values, times, 80_000).get('a')).toEqual({ isGood: false, newestMs: 20_000 });
});

const line = (...points: (readonly [number, number])[]) => ({
  labels: {},
  points: points.map(([atMs, is]) => ({ atMs, value: is })),
});

test.each([
  { what: 'it was well all the time', lines: [line([0, 1], [5, 1], [10, 1])], changedAtMs: undefined },
  { what: 'it was ill for a while', lines: [line([0, 1], [5, 0], [10, 1], [15, 1])], changedAtMs: 10 },
  { what: 'it is ill since', lines: [line([0, 1], [5, 0], [10, 0])], changedAtMs: 5 },
  {
    what: 'one of two signals was ill',
    lines: [line([0, 1], [5, 1], [10, 1]), line([0, 1], [5, 0], [10, 1])],
    changedAtMs: 10,
  },
  { what: 'it is read since a moment within the span', lines: [line([5, 1], [10, 1])], changedAtMs: 5 },
  { what: 'nothing was read', lines: [], changedAtMs: undefined },
])('when $what, the last change was at $changedAtMs', ({ lines, changedAtMs }) => {
  expect(historyOf(lines, 0, 20).changedAtMs).toBe(changedAtMs);
});

test('the moment of the last change is the same at every look', async () => {
  const system = aSystem({ services: { checkout: aService('checkout') } });
  const recoveredMs = 1_000_000;
  const goodSince = ({ startMs, endMs, stepMs }: SeriesRange) => {
    const times = Array.from(
      { length: Math.floor((endMs - startMs) / stepMs) + 1 },
      (_, at) => startMs + at * stepMs,
    );
    return line(...times.map((atMs): [number, number] => [atMs, atMs < recoveredMs ? 0 : 1]));
  };
  const changedAt = async (nowMs: number) => {
    const sources = {
      clock: { nowMs: () => nowMs, sleep: () => Promise.resolve() },
      series: {
        instant: () => Promise.resolve([]),
        range: (_: string, range: SeriesRange) =>
          Promise.resolve([{ ...goodSince(range), labels: { job: 'checkout' } }]),
      },
      counts: { counts: () => Promise.reject(new Error('not asked')) },
    };
    return (await readSignals(sources, system))['checkout']?.changedAtMs;
  };
  const looks = await Promise.all([1_100_001, 1_107_500, 1_119_999].map(changedAt));
  // The first step of the grid at which it is well: it is read every 30 s.
  expect(new Set(looks)).toEqual(new Set([1_020_000]));
});
