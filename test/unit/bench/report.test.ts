import { expect, test } from 'vitest';
import { isKept, ratioOf } from '../../../bench/figure.ts';
import type { Figure } from '../../../bench/figure.ts';
import { asMarkdown, asText } from '../../../bench/report.ts';
import type { Report } from '../../../bench/report.ts';

const init: Figure = {
  what: 'init of intake',
  value: 130,
  unit: 'ms',
  beside: { what: 'bare sns', value: 100, ratio: 1.25 },
  mustHold: { limit: 1.3, ofRatio: true },
};
const ready: Figure = { what: 'ready', value: 12.345, unit: 's', mustHold: { limit: 10 } };
const rate: Figure = {
  what: 'commits',
  value: 1_234.5,
  unit: '/s',
  beside: { what: 'puts', value: 2_469 },
};

test('a ratio is that of the pairs, else that of the values', () => {
  expect([init, ready, rate].map(ratioOf)).toEqual([1.25, undefined, 0.5]);
});

test('a promise is about the value or the ratio; the limit itself is kept', () => {
  expect([init, ready, rate].map(isKept)).toEqual([true, false, undefined]);
  expect(isKept({ ...ready, value: 10 })).toBe(true);
  expect(isKept({ what: 'x', value: 1, unit: 's', mustHold: { limit: 2, ofRatio: true } })).toBe(false);
});

const report: Report = {
  takenAt: '2026-03-01T12:00:00.000Z',
  machine: { cores: 2, system: 'linux x64', node: 'v24.0.0', load: 0.4 },
  figures: [init, ready, rate],
  failures: ['storm: it did not end'],
};

test('the table has three digits that count, units and promises', () => {
  expect(asText(report).split('\n')).toEqual([
    'figure          value    beside    value    ratio  must hold',
    'init of intake  130 ms   bare sns  100 ms   1.25   ratio ≤ 1.3: yes',
    'ready           12.3 s                             ≤ 10 s: no',
    'commits         1,235/s  puts      2,469/s  0.5',
    'not measured: storm: it did not end',
    '',
  ]);
});

test('the page tells when and where it was measured', async () => {
  const page = await asMarkdown(report);
  expect(page).toContain(
    'on 2026-03-01: 2 shared cores, linux x64, Node v24.0.0, with a load of 0.4 from other work.',
  );
  expect(page).toContain('- not measured: storm: it did not end');
  expect(page).toMatch(
    /\| init of intake +\| 130 ms +\| bare sns +\| 100 ms +\| 1\.25 +\| ratio ≤ 1\.3: yes +\|/,
  );
});
