import { expect, test } from 'vitest';
import { aSignal, aTruth, startDecisions } from '../../../../builders/timeline-of-decisions.ts';

/** A stamp ahead of our clock counts as now: it must not make deaf to what really follows. */

const MIN = 60_000;
const AHEAD = 24 * 60 * MIN;

test('an ALARM dated tomorrow is over with the OK of today', () => {
  const shop = startDecisions();
  shop.give(MIN, aSignal({ atMs: AHEAD }));
  expect(Object.values(shop.state().seen)).toEqual([{ value: 'ALARM', atMs: MIN }]);
  shop.give(2 * MIN, aSignal({ value: 'OK', atMs: 2 * MIN }));
  expect(shop.state().incidents).toEqual({});
});

test('an OK dated tomorrow does not hide the ALARM of today', () => {
  const shop = startDecisions();
  shop.give(0, aSignal());
  shop.give(MIN, aSignal({ value: 'OK', atMs: AHEAD }));
  shop.give(2 * MIN, aSignal({ atMs: 2 * MIN }));
  expect(Object.keys(shop.state().incidents)).toEqual(['shop-2']);
});

test.each([
  ['its contributors', aTruth({ atMs: MIN, firing: [{ attributes: aSignal().attributes, sinceMs: AHEAD }] })],
  ['it', aTruth({ atMs: AHEAD, firing: [{ attributes: aSignal().attributes, sinceMs: AHEAD }] })],
])('a reading is no different: %s', (_, truth) => {
  const shop = startDecisions();
  shop.give(MIN, truth);
  expect(Object.keys(shop.state().incidents)).toEqual(['shop-1']);
  shop.give(2 * MIN, aSignal({ value: 'OK', atMs: 2 * MIN }));
  expect(shop.state().incidents).toEqual({});
});

test('clocks that differ by less than a second do not change the order', () => {
  const shop = startDecisions();
  shop.give(MIN, aSignal({ atMs: MIN + 5 }), aSignal({ value: 'OK', atMs: MIN + 8 }));
  expect(shop.state().incidents).toEqual({});
});
