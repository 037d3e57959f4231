import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatForApi, formatGeneral, parseNumber } from '../../../../shared/promql/number-text.ts';

test.each([
  { value: 0, general: '0', api: '0' },
  { value: -0, general: '-0', api: '-0' },
  { value: 4, general: '4', api: '4' },
  { value: -12.5, general: '-12.5', api: '-12.5' },
  { value: 100_000, general: '100000', api: '100000' },
  { value: 1_000_000, general: '1e+06', api: '1000000' },
  { value: 123_456_789.5, general: '1.234567895e+08', api: '123456789.5' },
  { value: 0.0001, general: '0.0001', api: '0.0001' },
  { value: 0.00001, general: '1e-05', api: '0.00001' },
  { value: 1e-7, general: '1e-07', api: '1e-07' },
  { value: 1e21, general: '1e+21', api: '1e+21' },
  { value: 1.5e100, general: '1.5e+100', api: '1.5e+100' },
  { value: Infinity, general: '+Inf', api: '+Inf' },
  { value: -Infinity, general: '-Inf', api: '-Inf' },
  { value: Number.NaN, general: 'NaN', api: 'NaN' },
])('$value is written $general in messages and $api in the API', ({ value, general, api }) => {
  expect(formatGeneral(value)).toBe(general);
  expect(formatForApi(value)).toBe(api);
});

test('every number reads as it was before it was written', () => {
  fc.assert(
    fc.property(fc.double(), (value) => {
      expect(parseNumber(formatGeneral(value))).toBe(value);
      expect(parseNumber(formatForApi(value))).toBe(value);
    }),
  );
});

test.each(['', '1x', '0x10', '1_000', '.', 'e5', 'infinit', '--1'])('%j is no number', (text) => {
  expect(parseNumber(text)).toBeUndefined();
});
