import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readPlayedModel } from '../../../../../local/workload/played/read-model.ts';

const EXAMPLES = resolve(import.meta.dirname, '../../../../../examples');

const plays = readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('plays.yaml'),
);

test.each(plays)('%s is sound', (file) => {
  const model = readPlayedModel(readFileSync(join(EXAMPLES, file), 'utf8'), file);
  expect(Object.keys(model.services).length).toBeGreaterThan(0);
  expect(Object.keys(model.faults).length).toBeGreaterThan(0);
});

test('labels with several values are a series for each, and a series wins over its metric', () => {
  const { services } = readPlayedModel(
    'services: {a: {metrics: {m: {value: 1, labels: {x: [p, q]}, series: [{}, {labels: {y: r}, value: 2}]}}}}',
    'plays.yaml',
  );
  expect(services['a']?.[0]?.series.map(({ labels, level }) => [labels, level.value])).toEqual([
    [{ x: 'p' }, 1],
    [{ x: 'q' }, 1],
    [{ x: 'p', y: 'r' }, 2],
    [{ x: 'q', y: 'r' }, 2],
  ]);
});

test('a service shows the metrics of its sets, its own first', () => {
  const { services } = readPlayedModel(
    'sets: {base: {m: {value: 1}, n: {value: 1}}}\nservices: {a: {sets: [base], metrics: {m: {rate: 3}}}}',
    'plays.yaml',
  );
  expect(services['a']?.map(({ name, kind }) => [name, kind])).toEqual([
    ['m', 'counter'],
    ['n', 'gauge'],
  ]);
});

const base = 'services:\n  api: {metrics: {m: {rate: 1, labels: {s: a}}, g: {value: 1}}}\n';

test.each([
  { what: 'an empty file', text: '', says: /^plays\.yaml:1:1: / },
  { what: 'broken YAML', text: 'services: [', says: /^plays\.yaml:\d+:\d+: / },
  {
    what: 'an unknown key',
    text: 'services: {a: {metrics: {m: {rat: 1}}}}',
    says: /:1:30: unknown key "rat"; did you mean "rate"\?/,
  },
  {
    what: 'a counter that is a gauge',
    text: 'services: {a: {metrics: {m: {rate: 1, value: 2}}}}',
    says: /:1:\d+: a series is a counter .*found gauge and counter/,
  },
  {
    what: 'a metric of nothing',
    text: 'services: {a: {metrics: {m: {labels: {x: y}}}}}',
    says: /found none of them/,
  },
  {
    what: 'a series of another kind',
    text: 'services: {a: {metrics: {m: {series: [{rate: 1}, {value: 2}]}}}}',
    says: /:1:\d+: a series is a counter .*found gauge/,
  },
  {
    what: 'buckets of a counter',
    text: 'services: {a: {metrics: {m: {rate: 1, buckets: [1]}}}}',
    says: /only a histogram .* has buckets/,
  },
  {
    what: 'buckets that fall',
    text: 'services: {a: {metrics: {m: {rate: 1, median: 1, buckets: [2, 1]}}}}',
    says: /expected ascending bounds/,
  },
  {
    what: 'an unknown set',
    text: 'sets: {base: {}}\nservices: {a: {sets: [bas]}}',
    says: /:2:\d+: no set "bas"; did you/,
  },
  {
    what: 'a fault of an unknown service',
    text: `${base}faults:\n  F: [{service: apo, process: crash}]`,
    says: /:4:17: no service "apo"; did you mean "api"\?/,
  },
  {
    what: 'a fault of an unknown metric',
    text: `${base}faults:\n  F: [{service: api, metric: x, rate: 1}]`,
    says: /:4:30: api has no metric "x"/,
  },
  {
    what: 'a fault of no series',
    text: `${base}faults:\n  F: [{service: api, metric: m, labels: {s: b}, rate: 1}]`,
    says: /:4:\d+: no series of "m" has these labels/,
  },
  {
    what: 'a rate of a gauge',
    text: `${base}faults:\n  F: [{service: api, metric: g, rate: 1}]`,
    says: /:4:33: "g" is a gauge, and those have no "rate"/,
  },
  {
    what: 'a fault that changes nothing',
    text: `${base}faults:\n  F: [{service: api, metric: g}]`,
    says: /it changes nothing/,
  },
  {
    what: 'a fault of process and metric',
    text: `${base}faults:\n  F: [{service: api, metric: g, process: hang}]`,
    says: /found both, expected either/,
  },
])('$what is an error with its place', ({ text, says }) => {
  expect(() => readPlayedModel(text, 'plays.yaml')).toThrow(says);
});
