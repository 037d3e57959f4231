import { describe, expect, test } from 'vitest';
import { LISTED_ALERTS } from '../../../../../shared/domain/incident/state.ts';
import { aRule, aSystem } from '../../../../builders/catalog.ts';
import { aSignal, aTruth, startDecisions } from '../../../../builders/timeline-of-decisions.ts';

const MIN = 60_000;
const disk = (over = {}) => aSignal({ alarm: aRule({ alert: 'DiskFilling' }).alarmName, ...over });
const instance = (number: number) => ({ job: 'inventory', instance: `10.0.0.${String(number)}:80` });
const noticesOf = (shop: ReturnType<typeof startDecisions>, word: string) =>
  shop
    .events()
    .flatMap((event) => (event.type === 'noticed' && event.because.includes(word) ? [event.because] : []));

describe('an alert that joins an incident that is in hand', () => {
  test('is told to the teams once per name, and pages nobody', () => {
    const shop = startDecisions();
    shop.give(0, aSignal());
    shop.give(1, { type: 'acknowledge', incident: 'shop-1', by: 'ana' });
    const before = shop.pages().length;
    shop.give(MIN, disk({ atMs: MIN }), disk({ atMs: MIN, attributes: instance(2) }));
    shop.give(MIN, aSignal({ atMs: MIN, attributes: instance(2) }));
    expect(noticesOf(shop, 'as well')).toEqual(['DiskFilling fires as well']);
    expect(shop.pages()).toHaveLength(before);
  });

  test('up to ten names', () => {
    const rules = Array.from({ length: 15 }, (_, at) => aRule({ alert: `Alert${String(at)}` }));
    const shop = startDecisions(aSystem({ rules, recoveries: [] }));
    for (const { alarmName } of rules) shop.give(0, aSignal({ alarm: alarmName }));
    const told = noticesOf(shop, 'as well');
    expect(told).toHaveLength(9);
    expect(told.at(-1)).toBe('Alert9 fires as well; alerts of further names are only listed');
  });
});

/** A hundred of ServiceDown are listed, DiskFilling can only be counted. */
function startFull() {
  const shop = startDecisions(aSystem({ recoveries: [] }));
  const all = Array.from({ length: LISTED_ALERTS }, (_, at) => aSignal({ attributes: instance(at) }));
  shop.give(0, ...all);
  const firing = [1, 2, 3].map((number) => ({ attributes: instance(number), sinceMs: 0 }));
  shop.give(1, aTruth({ alarm: disk().alarm, atMs: 1, firing }));
  return { shop, all };
}

test('an alert that is only counted is told once too', () => {
  const { shop } = startFull();
  expect(shop.state().incidents['shop-1']?.counted).toEqual({ [disk().alarm]: 3 });
  shop.give(MIN, disk({ atMs: MIN, attributes: instance(9) }));
  expect(noticesOf(shop, 'as well')).toEqual(['DiskFilling fires as well']);
});

test('nobody closes an incident while counted alerts fire', () => {
  const { shop, all } = startFull();
  shop.give(MIN, ...all.map((signal) => ({ ...signal, value: 'OK' as const, atMs: MIN })));
  const resolve = { type: 'resolve', incident: 'shop-1', by: 'ana', reason: 'done' } as const;
  expect(shop.give(2 * MIN, resolve)).toEqual([]);
  shop.give(3 * MIN, aTruth({ alarm: disk().alarm, atMs: 3 * MIN }));
  expect(shop.state().incidents).toEqual({});
});
