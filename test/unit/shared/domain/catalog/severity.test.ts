import { expect, test } from 'vitest';
import { parseSeverity } from '../../../../../shared/domain/catalog/severity.ts';

// A2
test.each([
  ['critical', 'critical'],
  ['CRITICAL', 'critical'],
  ['P0', 'critical'],
  ['p1', 'high'],
  ['High', 'high'],
  ['P2', 'warning'],
  ['info', 'info'],
  ['P3', 'info'],
  ['P4', undefined],
  ['page', undefined],
  ['', undefined],
])('%j is %s', (text, severity) => {
  expect(parseSeverity(text)).toBe(severity);
});
