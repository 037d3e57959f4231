import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDurationS, parseDurationS } from '../../../../../shared/domain/catalog/duration.ts';

describe('duration', () => {
  test.each([
    ['30s', 30],
    ['1h30m', 5400],
    ['1d', 86_400],
    ['1w', 604_800],
    ['1y', 31_536_000],
    ['1500ms', 1.5],
    ['1m0s', 60],
    ['0', 0],
    ['0s', 0],
  ])('%s is %d seconds', (text, seconds) => {
    expect(parseDurationS(text)).toBe(seconds);
  });

  test.each(['', '30', '1.5h', '-5m', '5 m', '30m1h', '1h1h', 'm', '5M', ' 5m', '5m\n'])(
    '%j is none',
    (text) => {
      expect(parseDurationS(text)).toBeUndefined();
    },
  );

  test('what is formatted reads back as the same', () => {
    fc.assert(
      fc.property(fc.nat(100_000_000), (seconds) => {
        expect(parseDurationS(formatDurationS(seconds))).toBe(seconds);
      }),
    );
  });
});
