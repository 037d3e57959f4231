import { expect, test } from 'vitest';
import { readAttainment } from '../../../../shared/application/read-attainment.ts';
import type { SeriesRange } from '../../../../shared/ports/series.ts';

const DAY_MS = 86_400_000;
const NOW = 100 * DAY_MS + 12_345;
const objective = {
  name: 'up',
  query: 'up',
  holds: 'at-least' as const,
  limit: 1,
  target: 0.9,
  windowS: 30 * 86_400,
};

/** Up until an hour ago, then down, with two hours of silence a day ago. */
function aReader() {
  const asked: SeriesRange[] = [];
  const range = (_: string, span: SeriesRange) => {
    asked.push(span);
    const points = [];
    for (let atMs = span.startMs; atMs <= span.endMs; atMs += span.stepMs) {
      const ageMs = NOW - atMs;
      if (ageMs < DAY_MS || ageMs >= DAY_MS + 7_200_000)
        points.push({ atMs, value: ageMs < 3_600_000 ? 0 : 1 });
    }
    return Promise.resolve([{ labels: {}, points }]);
  };
  return { asked, range };
}

test('a month is asked a day at a time, every moment once', async () => {
  const reader = aReader();
  await readAttainment(reader, objective, NOW);
  expect(reader.asked).toHaveLength(30);
  for (const [at, { startMs, endMs, stepMs }] of reader.asked.entries()) {
    expect(stepMs).toBe(300_000);
    expect(endMs - startMs).toBeLessThan(DAY_MS);
    const before = reader.asked[at - 1];
    if (before !== undefined) expect(startMs - before.endMs).toBe(stepMs);
  }
  expect(reader.asked.at(-1)?.endMs).toBe(Math.floor(NOW / 300_000) * 300_000);
});

test('what was good, bad and silent; another window may be asked for', async () => {
  const month = await readAttainment(aReader(), objective, NOW);
  expect(month.known).toBeCloseTo(1 - 24 / 8_640, 4);
  expect(month.attained).toBeCloseTo(1 - 12 / (8_640 - 24), 4);
  expect(month).toMatchObject({ state: 'met' });
  expect(month.burn).toBeCloseTo(10, 9);
  const hours = await readAttainment(aReader(), objective, NOW, 4 * 3_600);
  expect(hours).toMatchObject({ state: 'missed', known: 1 });
  expect(hours.attained).toBeCloseTo(0.75, 2);
});
