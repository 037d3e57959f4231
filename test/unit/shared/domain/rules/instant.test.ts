import { expect, test } from 'vitest';
import { parseInstantMs } from '../../../../../shared/domain/rules/instant.ts';

test.each([
  ['0', 0],
  ['1704067200', 1_704_067_200_000],
  ['1.5', 1_500],
  ['2024-01-01T00:00:00Z', 1_704_067_200_000],
  ['2024-02-29T12:30:45.25Z', 1_709_209_845_250],
  ['2024-01-01T02:00:00+02:00', 1_704_067_200_000],
  ['2023-12-31T19:00:00-05:00', 1_704_067_200_000],
  ['1969-12-31T23:59:59Z', -1_000],
])('%s', (text, expected) => {
  expect(parseInstantMs(text)).toBe(expected);
});

test.each(['', 'now', '2024-01-01', '2023-02-29T00:00:00Z', '2024-13-01T00:00:00Z', '2024-01-01T24:00:00Z'])(
  '%s is no time',
  (text) => {
    expect(parseInstantMs(text)).toBeUndefined();
  },
);
