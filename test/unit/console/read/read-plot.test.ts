import { expect, test } from 'vitest';
import { PlotReader } from '../../../../console/read/read-plot.ts';
import type { SeriesRange } from '../../../../shared/ports/series.ts';
import { aCatalog, aRule } from '../../../builders/catalog.ts';
import { FakeClock } from '../../../fakes/fake-clock.ts';

const { alarmName } = aRule();

/** A reader, what it asked, and a store that may be down. */
function aReader() {
  const asked: (SeriesRange & { query: string })[] = [];
  const clock = new FakeClock();
  const store = { failure: undefined as Error | undefined };
  const series = {
    range: (query: string, range: SeriesRange) => {
      asked.push({ query, ...range });
      return store.failure === undefined ? Promise.resolve([]) : Promise.reject(store.failure);
    },
  };
  return { reader: new PlotReader({ catalog: aCatalog(), clock, series }), asked, clock, store };
}

test('the last 15 minutes are asked for, on the grid of the scrapes', async () => {
  const { reader, asked, clock } = aReader();
  clock.forward(17_123);
  await reader.read('shop', alarmName, undefined);
  expect(asked).toMatchObject([{ query: 'up{"@resource.homeostat.system"="shop"}', stepMs: 30_000 }]);
  expect((asked[0]?.endMs ?? 1) % 30_000).toBe(0);
  expect((asked[0]?.endMs ?? 0) - (asked[0]?.startMs ?? 0)).toBe(900_000);
});

test('what several pages draw at the same time is read once, and read anew a step later', async () => {
  const { reader, asked, clock } = aReader();
  await Promise.all([
    reader.read('shop', alarmName, undefined),
    reader.read('shop', alarmName, 'inventory'),
    reader.read('shop', alarmName, 'checkout'),
  ]);
  expect(asked).toHaveLength(1);
  clock.forward(30_000);
  await reader.read('shop', alarmName, undefined);
  expect(asked).toHaveLength(2);
});

test('a failure is told and not kept', async () => {
  const { reader, store } = aReader();
  store.failure = new Error('no answer');
  await expect(reader.read('shop', alarmName, undefined)).rejects.toThrow('no answer');
  store.failure = undefined;
  expect(await reader.read('shop', alarmName, undefined)).toMatchObject({ lines: [] });
});

test('there is no plot of what the catalog does not have', async () => {
  const { reader, asked } = aReader();
  expect(await reader.read('shop', 'other', undefined)).toBeUndefined();
  expect(await reader.read('__proto__', alarmName, undefined)).toBeUndefined();
  expect(asked).toEqual([]);
});
