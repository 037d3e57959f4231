import { expect, test } from 'vitest';
import { kindOf } from '../../systems/kind.ts';

test.each([
  ['absent(jobs_total)', 'absence'],
  ['up{job="api"} == 0', 'absence'],
  ['a > 2 * a offset 1d', 'baseline'],
  ['predict_linear(free[3h], 14400) < 0', 'trend'],
  ['histogram_quantile(0.95, sum by (le) (rate(d_bucket[5m]))) > 1', 'histogram'],
  ['sum(topk(3, votes)) / sum(votes) > 0.5', 'concentration'],
  ['rate(errors_total[5m]) / rate(all_total[5m]) > 0.01', 'ratio'],
  ['rate(errors_total[5m]) > 0.01', 'rate'],
  ['cpu > 80', 'threshold'],
  // A metric whose name merely begins like one that tells absence.
  ['up_total > 3', 'threshold'],
])('%s is judged by %s', (query, kind) => {
  expect(kindOf(query)).toBe(kind);
});
