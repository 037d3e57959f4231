import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  formatForApi,
  formatGeneral,
  formatWithPoint,
  parseNumber,
} from '../../../../shared/promql/number-text.ts';

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

test.each([
  { value: 0, two: '0' },
  { value: 9.96, two: '10' },
  { value: 10, two: '10' },
  { value: 123, two: '1.2e+02' },
  { value: 0.00012345, two: '0.00012' },
  { value: 0.000012345, two: '1.2e-05' },
])('$value is $two in two digits', ({ value, two }) => {
  expect(formatGeneral(value, 2)).toBe(two);
});

test.each([
  { value: 0, label: '0.0' },
  { value: 1, label: '1.0' },
  { value: -2, label: '-2.0' },
  { value: 0.25, label: '0.25' },
  { value: 1e9, label: '1e+09' },
  { value: Number.NaN, label: 'NaN' },
  { value: Infinity, label: '+Inf' },
])('$value is $label in a label of quantiles', ({ value, label }) => {
  expect(formatWithPoint(value)).toBe(label);
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
