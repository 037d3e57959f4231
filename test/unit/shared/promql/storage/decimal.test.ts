import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decimalsOf,
  mantissaOf,
  MAX_DECIMALS,
  powerOf,
} from '../../../../../shared/promql/storage/decimal.ts';

test('a value that has a mantissa comes back from it exactly', () => {
  const digits = fc.maxSafeInteger();
  const value = fc.oneof(
    fc.double(),
    fc.integer(),
    fc.tuple(digits, fc.nat(15)).map(([whole, places]) => Number(`${whole}e-${places}`)),
  );
  fc.assert(
    fc.property(value, fc.nat(MAX_DECIMALS), (number, decimals) => {
      const mantissa = mantissaOf(number, decimals);
      if (Number.isNaN(mantissa)) return;
      expect(Number.isSafeInteger(mantissa)).toBe(true);
      expect(Object.is(mantissa / powerOf(decimals), number)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  { value: 0, decimals: 0 },
  { value: 42, decimals: 0 },
  { value: -1e15, decimals: 0 },
  { value: 0.5, decimals: 1 },
  { value: 12.34, decimals: 2 },
  { value: 1_700_000_000.123, decimals: 3 },
  { value: 0.000_000_001, decimals: 9 },
  { value: 1e-12, decimals: 12 },
  { value: 1e-13, decimals: undefined },
  { value: 1 / 3, decimals: undefined },
  { value: 0.1 + 0.2, decimals: undefined },
  { value: -0, decimals: undefined },
  { value: 2 ** 60, decimals: undefined },
  { value: Infinity, decimals: undefined },
  { value: Number.NaN, decimals: undefined },
])('$value has $decimals decimals', ({ value, decimals }) => {
  expect(decimalsOf(value)).toBe(decimals);
});
