import { expect, test } from 'vitest';
import { BUSY } from '../../../../../shared/domain/cost/month.ts';
import { statementBlocks } from '../../../../../shared/domain/cost/print-statement.ts';
import { rivalsOf, samplesAMonth } from '../../../../../shared/domain/cost/rivals.ts';
import { assumedSize } from '../../../../../shared/domain/cost/sizes.ts';
import { costStatement } from '../../../../../shared/domain/cost/statement.ts';
import { aCatalog } from '../../../../builders/catalog.ts';

const catalog = aCatalog();
const sizes = Object.fromEntries(
  Object.values(catalog.systems).map((system) => [system.system, assumedSize(system)]),
);

test('others are worked out by hand at their list prices', () => {
  const [datadog, pagerduty, amp] = rivalsOf({
    hosts: 3,
    users: 4,
    series: 1_000,
    // 2 billion at $0.90 for 10 million are $180; one billion more at $0.35 are $35.
    samples: 3e9,
    scanned: 5e9,
  });
  // Three hosts at $15; 700 metrics beyond 100 a host at $0.05.
  expect(datadog?.usd).toBeCloseTo(45 + 35, 6);
  expect(pagerduty?.usd).toBe(84);
  // And 5.6 GB at $0.03, 5 billion scanned at $0.10.
  expect(amp?.usd).toBeCloseTo(180 + 35 + ((3e9 * 2) / 2 ** 30) * 0.03 + 0.5, 6);
});

test('the largest estate of samples goes through all three tiers', () => {
  const [, , amp] = rivalsOf({ hosts: 0, users: 0, series: 0, samples: 352e9, scanned: 0 });
  expect(amp?.usd).toBeCloseTo(180 + 8_750 + 1_600 + ((352e9 * 2) / 2 ** 30) * 0.03, 4);
});

test('300 points every 30 s are 26 million samples a month', () => {
  expect(samplesAMonth(300, 30)).toBe(26_280_000);
});

test('a busy month costs more than an idle one, and systems and what they share add up to it', () => {
  const { idle, busy } = costStatement(catalog, sizes, BUSY);
  expect(busy.usd).toBeGreaterThan(idle.usd);
  for (const bill of [idle, busy]) {
    const parts = Object.values(bill.bySystem).reduce((sum, usd) => sum + usd, bill.sharedUsd);
    expect(parts).toBeCloseTo(bill.usd, 8);
    expect(bill.usdAfterFree).toBeLessThan(bill.usd);
  }
});

test('hosts and users are those of the catalog, unless others are given', () => {
  const { rivals } = costStatement(catalog, sizes, BUSY, { hosts: 50, users: 12 });
  expect(rivals.map(({ usd }) => usd).slice(0, 2)).toEqual([750, 252]);
});

test('a person reads every price with its day, and which ones are not verified', () => {
  const blocks = new Map(
    statementBlocks(costStatement(catalog, sizes, BUSY)).map(({ title, rows }) => [title, rows]),
  );
  const prices = blocks.get('Prices') ?? [];
  expect(prices.length).toBeGreaterThan(15);
  for (const [, price = '', read = '', source = ''] of prices) {
    expect(price).toMatch(/^\$[\d.]+ for [\d,]+ \S/);
    expect(read).toMatch(/^(?:read|noted) \d{4}-\d\d-\d\d$/);
    expect(source).not.toBe('');
  }
  expect(prices.some(([, , , source]) => source === 'not verified')).toBe(true);
  expect(prices).toContainEqual([
    'CloudWatch, dashboards',
    '$3 for 1 dashboard',
    'read 2026-10-07',
    'a copy of the AWS Price List',
  ]);
});
