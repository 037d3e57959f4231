import { expect, test } from 'vitest';
import { ruleChart } from '../../../../../shared/domain/dashboard/rule-chart.ts';
import { aRule } from '../../../../builders/catalog.ts';

const chartOf = (query: string) => ruleChart(aRule({ query }));

test.each([
  ['up == 0', 'up', 0, 'elsewhere'],
  ['up != 1', 'up', 1, 'elsewhere'],
  ['rate(errors_total[5m]) > 0.05', 'rate(errors_total[5m])', 0.05, 'above'],
  ['(sum(x) >= 3)', 'sum(x)', 3, 'above'],
  ['days_left < 7', 'days_left', 7, 'below'],
  ['disk_free_bytes <= 1e9', 'disk_free_bytes', 1e9, 'below'],
  ['5 < queue_depth', 'queue_depth', 5, 'above'],
  ['temperature < -(4)', 'temperature', -4, 'below'],
])('%s is drawn as %s with a line at %d, and fires %s', (query, series, value, fires) => {
  expect(chartOf(query)).toEqual({
    title: 'critical ServiceDown',
    queries: [{ query: series }],
    threshold: { value, fires },
  });
});

test.each([
  ['no number', 'used_bytes > limit_bytes'],
  ['two conditions', 'up == 0 and on (job) absent(maintenance)'],
  ['an answer of 0 or 1', 'up == bool 0'],
  ['no comparison', 'absent(up)'],
  ['numbers on both sides', 'vector(1) > 0 > 1 and 1 > bool 2'],
  ['no end', 'up < Inf'],
])('with %s the rule itself is drawn: %s', (_, query) => {
  expect(chartOf(query)).toEqual({ title: 'critical ServiceDown', queries: [{ query }] });
});
