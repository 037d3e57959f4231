import { expect, test } from 'vitest';
import { billOf } from '../../../../../shared/domain/cost/bill.ts';
import { PRICES, stalePrices } from '../../../../../shared/domain/cost/prices.ts';

const bySum = (usd: number) => expect.closeTo(usd, 8) as number;

test('a month worked out by hand: quantity over unit times price, with and without the free tier', () => {
  const bill = billOf([
    // 3 million requests at $0.20 a million are $0.60; the first million is free.
    { item: 'lambdaRequests', quantity: 1_000_000 },
    { item: 'lambdaRequests', system: 'shop', quantity: 2_000_000 },
    // 12 alarms at $0.10 are $1.20; ten are free.
    { item: 'alarms', system: 'shop', quantity: 12 },
    // 20 GB at $0.50 are $10, none of it free.
    { item: 'otlpGb', system: 'bank', quantity: 20 },
    // 5,000 e-mails at $2 for 100,000 are $0.10; a thousand are free.
    { item: 'snsEmails', quantity: 5_000 },
  ]);
  expect(bill).toEqual({
    lines: [
      { item: 'lambdaRequests', quantity: 3_000_000, usd: bySum(0.6), usdAfterFree: bySum(0.4) },
      { item: 'otlpGb', quantity: 20, usd: 10, usdAfterFree: 10 },
      { item: 'alarms', quantity: 12, usd: bySum(1.2), usdAfterFree: bySum(0.2) },
      { item: 'snsEmails', quantity: 5_000, usd: bySum(0.1), usdAfterFree: bySum(0.08) },
    ],
    usd: bySum(11.9),
    usdAfterFree: bySum(10.68),
    bySystem: { shop: bySum(1.6), bank: 10 },
    sharedUsd: bySum(0.3),
  });
});

test('what is free costs nothing after the free tier, and nothing used is no line', () => {
  const bill = billOf([
    { item: 'dashboards', quantity: 2 },
    { item: 'sms', quantity: 0 },
  ]);
  expect(bill.lines).toEqual([{ item: 'dashboards', quantity: 2, usd: 6, usdAfterFree: 0 }]);
  expect(billOf([])).toEqual({ lines: [], usd: 0, usdAfterFree: 0, bySystem: {}, sharedUsd: 0 });
});

test('every price has a day on which it was read, and says so where no source was found', () => {
  for (const [item, { usd, per, free, readOn, source, basis }] of Object.entries(PRICES)) {
    expect(new Date(readOn).toISOString().slice(0, 10), item).toBe(readOn);
    expect(usd, item).toBeGreaterThanOrEqual(0);
    expect(per, item).toBeGreaterThan(0);
    expect(free, item).toBeGreaterThanOrEqual(0);
    expect(basis === 'unverified', item).toBe(source === 'none found');
  }
});

test('a price is stale a year and a day after it was read, and not before', () => {
  expect(PRICES.otlpGb.readOn).toBe('2026-10-07');
  expect(stalePrices('2027-10-07')).not.toContain('otlpGb');
  expect(stalePrices('2027-10-08')).toContain('otlpGb');
  expect(stalePrices('2026-11-25')).toEqual([]);
  expect(stalePrices('2040-01-01')).toEqual(Object.keys(PRICES));
});
