import { expect, test } from 'vitest';
import { evaluationInterval } from '../../../../../shared/domain/catalog/rule-interval.ts';

test.each([
  [undefined, 60],
  [0, 60],
  [10, 10],
  [20, 20],
  [30, 30],
  [60, 60],
  [3600, 3600],
])('%s s is offered as %d s', (asked, everyS) => {
  expect(evaluationInterval(asked)).toEqual({ everyS });
});

test.each([
  [1, 10, '1s becomes 10s'],
  [15, 20, '15s becomes 20s'],
  [25, 30, '25s becomes 30s'],
  [45, 60, '45s becomes 1m'],
  [90, 120, '90s becomes 2m'],
])('%d s becomes %d s with a warning', (asked, everyS, message) => {
  const found = evaluationInterval(asked);
  expect(found.everyS).toBe(everyS);
  expect(found.problem?.severity).toBe('warning');
  expect(found.problem?.message).toContain(message);
});

test('over an hour is an error', () => {
  expect(evaluationInterval(7200).problem).toEqual({
    severity: 'error',
    message:
      'found 2h, expected at most 1h; CloudWatch evaluates every 10s, 20s, 30s or whole minutes up to 1h',
  });
});
