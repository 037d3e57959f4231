import { expect, test } from 'vitest';
import { LISTED_ALERTS } from '../../../../../shared/domain/incident/state.ts';
import { aRule, aSystem } from '../../../../builders/catalog.ts';
import { aSignal, aTruth, startDecisions } from '../../../../builders/timeline-of-decisions.ts';

const ALARMS = 100;
const CONTRIBUTORS = 100;
const rules = Array.from({ length: ALARMS }, (_, at) => aRule({ alert: `Storm${String(at)}` }));
const attributesOf = (number: number) => ({ instance: `10.0.0.${String(number)}:80` });

test('ten thousand alerts make a handful of incidents, a bounded state and a bounded number of pages', () => {
  const shop = startDecisions(aSystem({ rules, recoveries: [] }));
  for (let contributor = 0; contributor < CONTRIBUTORS; contributor += 1) {
    for (let alarm = 0; alarm < ALARMS; alarm += 10) {
      const batch = rules
        .slice(alarm, alarm + 10)
        .map(({ alarmName }) =>
          aSignal({ alarm: alarmName, attributes: attributesOf(contributor), atMs: contributor * 100 }),
        );
      shop.give(contributor * 100, ...batch);
    }
  }
  const incidents = Object.values(shop.state().incidents);
  expect(incidents.map(({ subject }) => subject.kind)).toEqual([
    'rule',
    'rule',
    'rule',
    'rule',
    'rule',
    'storm',
  ]);
  const total = incidents.flatMap((incident) => [
    Object.keys(incident.alerts).length,
    ...Object.values(incident.counted),
  ]);
  expect(total.reduce((sum, count) => sum + count, 0)).toBe(ALARMS * CONTRIBUTORS);
  expect(Math.max(...incidents.map((incident) => Object.keys(incident.alerts).length))).toBe(LISTED_ALERTS);
  expect(shop.pages().length).toBeLessThanOrEqual(12);
  expect(JSON.stringify(shop.state()).length).toBeLessThan(1_500_000);
});

test('a storm is over only when every alarm was read and is calm', () => {
  const shop = startDecisions(aSystem({ rules: rules.slice(0, 8), recoveries: [] }));
  for (const { alarmName } of rules.slice(0, 8)) {
    for (let number = 0; number < CONTRIBUTORS; number += 1)
      shop.give(number, aSignal({ alarm: alarmName, attributes: attributesOf(number), atMs: number }));
  }
  const calm = rules.slice(0, 8).map(({ alarmName }) => aTruth({ alarm: alarmName, atMs: 60_000 }));
  shop.give(60_000, ...calm.slice(0, 7));
  expect(Object.values(shop.state().incidents).map(({ subject }) => subject.kind)).toEqual(['storm']);
  shop.give(61_000, ...calm.slice(7));
  expect(shop.state().incidents).toEqual({});
});
