import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { seededRandom } from '../../../../../local/chaos/seeded-random.ts';
import type { MetricChange } from '../../../../../local/workload/played/model.ts';
import { PlayedService } from '../../../../../local/workload/played/played-service.ts';
import { readPlayedModel } from '../../../../../local/workload/played/read-model.ts';
import { renderExposition } from '../../../../../local/workload/played/render.ts';
import { parseExposition } from '../../../../../shared/domain/collection/exposition.ts';

const START_MS = Date.parse('2026-03-01T00:00:00Z');
const MINUTE_MS = 60_000;

/** One service with the metrics given, and the changes of its faults by name. */
function played(metrics: string, faults = '{}') {
  const model = readPlayedModel(`services: {a: {metrics: ${metrics}}}\nfaults: ${faults}`, 'plays.yaml');
  const service = new PlayedService(model.services['a'] ?? [], {
    startMs: START_MS,
    random: seededRandom(1),
  });
  const value = (name: string, labels = {}) =>
    service
      .families()
      .flatMap(({ samples }) => samples)
      .find(
        (sample) =>
          sample.name === name && Object.entries(labels).every(([key, one]) => sample.labels[key] === one),
      )?.value;
  return { service, value, changes: (alert: string) => (model.faults[alert] ?? []) as MetricChange[] };
}

test('a counter grows by its rate, and no more than its wobble beside it', () => {
  const { service, value } = played('{m: {rate: 2}}');
  expect(value('m')).toBe(0);
  for (let minute = 0; minute < 60; minute += 1) service.advance(MINUTE_MS, []);
  expect(value('m')).toBeGreaterThan(2 * 3600 * 0.9);
  expect(value('m')).toBeLessThan(2 * 3600 * 1.1);
});

test('a gauge stands at its value, and swings by the time of day', () => {
  const { service, value } = played('{g: {value: 10, swing: {by: 4, every: 4h}}}');
  expect(value('g')).toBe(10);
  service.advance(60 * MINUTE_MS, []);
  expect(value('g')).toBe(14);
  service.advance(120 * MINUTE_MS, []);
  expect(value('g')).toBe(6);
});

test('a gauge with an age is always so long ago', () => {
  const { service, value } = played('{g: {age: 60}}');
  service.advance(MINUTE_MS, []);
  expect(value('g')).toBe(START_MS / 1000);
});

test('half of the observations of a histogram are below its median, and its sum follows from the spread', () => {
  const { service, value } = played(
    '{h: {rate: 10, wobble: 0, median: 0.5, spread: 2, buckets: [0.25, 0.5, 1]}}',
  );
  service.advance(10_000, []);
  expect(value('h_count')).toBe(100);
  expect(value('h_bucket', { le: '+Inf' })).toBe(100);
  expect(value('h_bucket', { le: '0.5' })).toBeCloseTo(50, 3);
  // One standard deviation to either side.
  expect(value('h_bucket', { le: '1' })).toBeCloseTo(84.134, 2);
  expect(value('h_bucket', { le: '0.25' })).toBeCloseTo(15.866, 2);
  expect(value('h_sum')).toBeCloseTo(50 * Math.exp(Math.log(2) ** 2 / 2), 6);
});

test('a fault changes the series it names, from its beginning to its end', () => {
  const { service, value, changes } = played(
    '{g: {value: 1, labels: {x: [p, q]}}, n: {value: 5}}',
    '{F: [{service: a, metric: g, labels: {x: p}, value: 9}], S: [{service: a, metric: n, slope: 2}], G: [{service: a, metric: n, gone: true}]}',
  );
  service.advance(MINUTE_MS, changes('F'));
  expect([value('g', { x: 'p' }), value('g', { x: 'q' })]).toEqual([9, 1]);
  service.advance(MINUTE_MS, changes('S'));
  expect([value('g', { x: 'p' }), value('n')]).toEqual([1, 5]);
  service.advance(MINUTE_MS, changes('S'));
  expect(value('n')).toBe(5 + 2 * 60);
  service.advance(MINUTE_MS, changes('G'));
  expect(value('n')).toBeUndefined();
  service.advance(MINUTE_MS, []);
  expect(value('n')).toBe(5);
});

test('a fault that gives a value takes the place of an age', () => {
  const { service, value, changes } = played('{g: {age: 60}}', '{F: [{service: a, metric: g, value: 0}]}');
  service.advance(MINUTE_MS, changes('F'));
  expect(value('g')).toBe(0);
});

test('what is shown is read back as it is, whatever stands in help and labels', () => {
  const { service } = played(
    String.raw`{m: {rate: 1, help: "a\\b\nc", labels: {x: "q\"\\\n{},é"}}, h: {rate: 1, median: 1}}`,
  );
  service.advance(MINUTE_MS, []);
  const families = service.families();
  const { samples, types, problem } = parseExposition(renderExposition(families));
  expect(problem).toBeUndefined();
  expect(samples.map((sample) => ({ ...sample, labels: { ...sample.labels } }))).toEqual(
    families.flatMap((family) => family.samples),
  );
  expect([...types]).toEqual(families.map(({ name, type }) => [name, type]));
});

test('the counters of every example only grow, whatever chance says', () => {
  const file = resolve(import.meta.dirname, '../../../../../examples/qbm-ai/plays.yaml');
  const model = readPlayedModel(readFileSync(file, 'utf8'), file);
  for (const [name, metrics] of Object.entries(model.services)) {
    const service = new PlayedService(metrics, { startMs: START_MS, random: seededRandom(name.length) });
    let before: number[] = [];
    for (let minute = 0; minute < 24 * 60; minute += 10) {
      service.advance(10 * MINUTE_MS, []);
      const counts = service
        .families()
        .flatMap(({ type, samples }) => (type === 'gauge' ? [] : samples.map(({ value }) => value)));
      expect(counts.every((count, at) => count >= (before[at] ?? 0))).toBe(true);
      before = counts;
    }
  }
});
