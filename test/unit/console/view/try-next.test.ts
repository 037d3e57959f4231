import { expect, test } from 'vitest';
import { pageParts } from '../../../../console/view/page-parts.ts';
import { aCatalog } from '../../../builders/catalog.ts';
import { aReading, aStateWith } from '../../../builders/console.ts';
import { anIncident, anIncidentAlert } from '../../../builders/incident.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 9);

const commandsWith = (over: Parameters<typeof aReading>[1], breakable?: string) =>
  pageParts({
    catalog: aCatalog(),
    readings: { shop: aReading(NOW_MS, over) },
    told: [],
    ...(breakable === undefined ? {} : { breakable }),
    nowMs: NOW_MS,
  }).tryNext.map(({ command }) => command);

test('while all is well there is something to break, where there is a workload', () => {
  expect(commandsWith({}, 'inventory')).toEqual(['npx homeostat fault inventory crash']);
  expect(commandsWith({})).toEqual([undefined]);
});

test('during an incident one may acknowledge it, as somebody whom the catalog knows, and ask why', () => {
  const state = aStateWith(anIncident({ alerts: { a: anIncidentAlert() } }));
  expect(commandsWith({ state }, 'inventory').filter((one) => one !== undefined)).toEqual([
    'npx homeostat ack shop-1 --by ana',
    'npx homeostat explain shop-1',
  ]);
});

test('after an incident one may ask why, for ten minutes', () => {
  const ended = (agoMs: number) => ({
    ...aStateWith(),
    resolved: [{ ...anIncident(), resolvedAtMs: NOW_MS - agoMs, resolvedSeq: 2, by: 'homeostat' }],
  });
  expect(commandsWith({ state: ended(1_000) }, 'inventory')[0]).toBe('npx homeostat explain shop-1');
  expect(commandsWith({ state: ended(700_000) }, 'inventory')).toEqual([
    'npx homeostat fault inventory crash',
  ]);
});

test('rules whose alarms could not be read are not said to be OK', () => {
  const { inAlarm: _, ...reading } = aReading(NOW_MS);
  const { rules } = pageParts({ catalog: aCatalog(), readings: { shop: reading }, told: [], nowMs: NOW_MS });
  expect(new Set(rules.map(({ state }) => state))).toEqual(new Set(['unknown']));
});
