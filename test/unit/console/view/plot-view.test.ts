import { expect, test } from 'vitest';
import { plotQueryOf, plotView } from '../../../../console/view/plot-view.ts';
import { aRule } from '../../../builders/catalog.ts';

const range = { startMs: 0, endMs: 900_000, stepMs: 5_000 };
const aLine = (labels: Record<string, string>, ...points: (readonly [number, number])[]) => ({
  labels,
  points: points.map(([atMs, value]) => ({ atMs, value })),
});

test('the side with series is asked for, confined as the rule is, beside its number', () => {
  expect(plotQueryOf(aRule())).toEqual({
    query: 'up{"@resource.homeostat.system"="shop"}',
    threshold: { comparison: '==', value: 0 },
  });
});

test.each(['absent(up)', 'a > b', 'this is ( no PromQL'])('%s is asked for as a whole', (query) => {
  expect(plotQueryOf(aRule({ query }))).toEqual({ query });
});

test('a gap stays a gap, and what is no number is not drawn', () => {
  const line = aLine({ job: 'a' }, [0, 1], [10_000, NaN], [15_000, Infinity], [900_000, 2]);
  const { timesMs, lines } = plotView([line], range, { query: '' }, undefined);
  expect(timesMs).toHaveLength(181);
  expect(lines[0]?.values.slice(0, 4)).toEqual([1, null, null, null]);
  expect(lines[0]?.values.at(-1)).toBe(2);
});

test('what began just now fills its frame: three minutes at least, from the first sample', () => {
  const late = plotView([aLine({ job: 'a' }, [895_000, 1])], range, { query: '' }, undefined);
  expect(late.timesMs[0]).toBe(900_000 - 180_000);
  const earlier = plotView([aLine({ job: 'a' }, [300_000, 1])], range, { query: '' }, undefined);
  expect(earlier.timesMs[0]).toBe(300_000);
  const none = plotView([], range, { query: '' }, undefined);
  expect(none).toMatchObject({ lines: [], more: 0 });
});

test('lines are named by what tells them apart, AWS labels left out', () => {
  const lines = [
    aLine({ __name__: 'up', job: 'a', instance: 'x', '@resource.service.name': 'a' }, [0, 1]),
    aLine({ __name__: 'up', job: 'b', instance: 'y', '@resource.service.name': 'b' }, [0, 1]),
  ];
  expect(plotView(lines, range, { query: '' }, undefined).lines.map(({ label }) => label)).toEqual([
    'a',
    'b',
  ]);
  const instances = [aLine({ job: 'a', instance: 'x' }, [0, 1]), aLine({ job: 'a', instance: 'y' }, [0, 1])];
  expect(plotView(instances, range, { query: '' }, undefined).lines.map(({ label }) => label)).toEqual([
    'a x',
    'a y',
  ]);
});

test('of a service only its own lines are drawn, and those that name none', () => {
  const lines = [aLine({ job: 'a' }, [0, 1]), aLine({ job: 'b' }, [0, 2]), aLine({}, [0, 3])];
  const { lines: drawn } = plotView(lines, range, { query: '' }, 'b');
  expect(drawn.map(({ values }) => values[0])).toEqual([2, 3]);
});

test('more lines than can be told apart are counted', () => {
  const lines = Array.from({ length: 500 }, (_, at) => aLine({ job: `j${String(at)}` }, [0, at]));
  const { lines: drawn, more } = plotView(lines, range, { query: '' }, undefined);
  expect(drawn.length + more).toBe(500);
  expect(drawn.length).toBeLessThan(10);
});
