/**
 * How long SNS waits before retry `n` (from 1) to a queue or function: three at once, two after a second,
 * ten with growing waits from 1 to 20 s, then every 20 s (SNS developer guide, "Amazon SNS message
 * delivery retries", AWS managed endpoints).
 */
export function snsRetryDelayMs(retry: number): number {
  if (retry <= 3) return 0;
  if (retry <= 5) return 1_000;
  if (retry <= 15) return Math.round(1_000 * 20 ** ((retry - 6) / 9));
  return 20_000;
}

/** Retries after the first try: 100,015 tries over 23 days in all. */
export const SNS_MAX_RETRIES = 100_014;
export const SNS_MAX_AGE_MS = 23 * 86_400_000;
