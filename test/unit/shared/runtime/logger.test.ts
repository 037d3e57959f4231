import { expect, test } from 'vitest';
import { asLog } from '../../../../shared/runtime/logger.ts';

test("the owner's service has a key of its own: the logger keeps `service` for the function's name", () => {
  const lines: unknown[][] = [];
  const take = (...line: unknown[]): void => void lines.push(line);
  const log = asLog({ info: take, warn: take, error: take });
  log.error('A target is not well', { system: 'shop', service: 'inventory' });
  log.warn('Alarms could not be read');
  expect(lines).toEqual([
    ['A target is not well', { system: 'shop', ownService: 'inventory' }],
    ['Alarms could not be read', {}],
  ]);
});
