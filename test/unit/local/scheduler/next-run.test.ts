import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextRunMs } from '../../../../local/scheduler/next-run.ts';
import { parseExpression } from '../../../../local/scheduler/parse-expression.ts';

const next = (expression: string, after: string, timeZone = 'UTC'): string | undefined => {
  const atMs = nextRunMs(parseExpression(expression), timeZone, Date.parse(after));
  return atMs === undefined ? undefined : new Date(atMs).toISOString().slice(0, 19);
};

test.each([
  ['rate(1 minute)', '2026-03-01T10:00:00Z', '2026-03-01T10:01:00'],
  ['rate(5 minutes)', '2026-03-01T10:02:11Z', '2026-03-01T10:05:00'],
  ['rate(12 hours)', '2026-03-01T10:02:11Z', '2026-03-01T12:00:00'],
  ['rate(1 day)', '2026-03-01T10:02:11Z', '2026-03-02T00:00:00'],
  ['at(2026-03-01T10:00:30)', '2026-03-01T10:00:00Z', '2026-03-01T10:00:30'],
  ['at(2026-03-01T10:00:30)', '2026-03-01T10:00:30Z', undefined],
  ['cron(15 10 * * ? *)', '2026-03-01T10:15:00Z', '2026-03-02T10:15:00'],
  ['cron(0/15 * * * ? *)', '2026-03-01T10:31:00Z', '2026-03-01T10:45:00'],
  ['cron(0 8 ? * MON-FRI *)', '2026-03-06T09:00:00Z', '2026-03-09T08:00:00'],
  ['cron(0 8 1,15 * ? *)', '2026-03-02T00:00:00Z', '2026-03-15T08:00:00'],
  ['cron(0 8 L * ? *)', '2028-02-01T00:00:00Z', '2028-02-29T08:00:00'],
  ['cron(0 8 15W * ? *)', '2026-03-01T00:00:00Z', '2026-03-16T08:00:00'],
  ['cron(0 8 1W * ? *)', '2026-07-31T12:00:00Z', '2026-08-03T08:00:00'],
  ['cron(0 8 ? * TUE#2 *)', '2026-03-01T00:00:00Z', '2026-03-10T08:00:00'],
  ['cron(0 8 ? * 6L *)', '2026-03-01T00:00:00Z', '2026-03-27T08:00:00'],
  ['cron(0 8 ? * L *)', '2026-03-01T00:00:00Z', '2026-03-07T08:00:00'],
  ['cron(0 0 29 FEB ? *)', '2026-03-01T00:00:00Z', '2028-02-29T00:00:00'],
  ['cron(0 0 30 2 ? *)', '2026-03-01T00:00:00Z', undefined],
  ['cron(0 0 1 1 ? 2020)', '2026-03-01T00:00:00Z', undefined],
])('%s after %s runs at %s', (expression, after, expected) => {
  expect(next(expression, after)).toBe(expected);
});

test.each([
  { what: 'winter', after: '2026-01-10T00:00:00Z', expected: '2026-01-10T01:30:00' },
  {
    what: 'the day the clock is set forward: no 02:30',
    after: '2026-03-29T00:00:00Z',
    expected: '2026-03-30T00:30:00',
  },
  {
    what: 'the day the clock is set back: once, the first',
    after: '2026-10-24T22:00:00Z',
    expected: '2026-10-25T00:30:00',
  },
  {
    what: 'after the first 02:30 of that day',
    after: '2026-10-25T00:30:00Z',
    expected: '2026-10-26T01:30:00',
  },
])('02:30 in Berlin, $what', ({ after, expected }) => {
  expect(next('cron(30 2 * * ? *)', after, 'Europe/Berlin')).toBe(expected);
});

test.each([
  ['every minute', 'no rate(), at() or cron()'],
  ['rate(0 minutes)', 'a number from 1'],
  ['rate(5 seconds)', 'minutes, hours or days'],
  ['at(tomorrow)', 'yyyy-mm-ddThh:mm:ss'],
  ['cron(0 8 * * *)', 'six fields, not 5'],
  ['cron(0 8 * * * *)', 'must be ?'],
  ['cron(60 8 * * ? *)', '"60" is no minutes (0-59)'],
  ['cron(0 8 ? * MUN *)', '"MUN" is no day-of-week (1-7)'],
  ['cron(0/0 8 * * ? *)', '"0/0" is no minutes'],
])('%s is refused: %s', (expression, why) => {
  expect(() => parseExpression(expression)).toThrow(why);
});

test('a next run is always later, and there is none between', () => {
  const expressions = ['rate(7 minutes)', 'cron(0/20 6-9 ? * MON-FRI *)', 'cron(30 2 L * ? *)'];
  const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'];
  const moment = fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2028, 0) });
  fc.assert(
    fc.property(fc.constantFrom(...expressions), fc.constantFrom(...zones), moment, (text, zone, afterMs) => {
      const expression = parseExpression(text);
      const firstMs = nextRunMs(expression, zone, afterMs) ?? 0;
      expect(firstMs).toBeGreaterThan(afterMs);
      expect(nextRunMs(expression, zone, firstMs - 1)).toBe(firstMs);
      expect(nextRunMs(expression, zone, Math.floor((afterMs + firstMs) / 2))).toBe(firstMs);
    }),
    { numRuns: 60 },
  );
});
