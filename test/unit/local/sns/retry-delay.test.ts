import { expect, test } from 'vitest';
import { SNS_MAX_AGE_MS, SNS_MAX_RETRIES, snsRetryDelayMs } from '../../../../local/sns/retry-delay.ts';

/** SNS developer guide, "Amazon SNS message delivery retries", AWS managed endpoints. */
test('queues and functions are tried 100,015 times over 23 days, in the four phases of the manual', () => {
  const delays = Array.from({ length: SNS_MAX_RETRIES }, (_, at) => snsRetryDelayMs(at + 1));
  expect(1 + delays.length).toBe(100_015);
  expect(delays.slice(0, 5)).toEqual([0, 0, 0, 1_000, 1_000]);
  const backoff = delays.slice(5, 15);
  expect([backoff[0], backoff.at(-1)]).toEqual([1_000, 20_000]);
  expect(backoff).toEqual(backoff.toSorted((a, b) => a - b));
  expect(new Set(delays.slice(15))).toEqual(new Set([20_000]));
  const days = delays.reduce((sum, delay) => sum + delay, 0) / 86_400_000;
  expect(Math.floor(days)).toBe(23);
  expect(SNS_MAX_AGE_MS).toBeGreaterThanOrEqual(23 * 86_400_000);
});
