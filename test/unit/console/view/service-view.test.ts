import { expect, test } from 'vitest';
import { headlineOf, serviceViews } from '../../../../console/view/service-view.ts';
import { aService, aSystem } from '../../../builders/catalog.ts';
import { aReading, aStateWith, someSignals } from '../../../builders/console.ts';
import { anIncident, anIncidentAlert } from '../../../builders/incident.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 9);
const scrape = { kind: 'static' as const, urls: ['http://inventory.test/metrics'] };
const system = aSystem({
  services: { inventory: aService('inventory', { scrape }), checkout: aService('checkout') },
});

function inventoryOf(over: Parameters<typeof aReading>[1]) {
  const [inventory] = serviceViews(system, aReading(NOW_MS, over), NOW_MS);
  if (inventory === undefined) throw new Error('inventory is not shown');
  return inventory;
}

const withSignals = (over: Parameters<typeof someSignals>[1]) =>
  inventoryOf({ signals: { inventory: someSignals(NOW_MS, over) } });

test('a service is healthy when all that the catalog names is fresh and good', () => {
  expect(inventoryOf({})).toMatchObject({
    state: 'healthy',
    because: 'health check and metrics page answer',
    since: { atMs: NOW_MS - 900_000, isAtLeast: true },
    instances: { running: 1, desired: 1 },
    lastProbe: { atMs: NOW_MS, isGood: true },
  });
});

// Fresh for two scrape intervals of 30 s and a timeout of 5 s.
test.each([
  { what: 'the newest probe is 65 s old', newestMs: NOW_MS - 65_000, state: 'healthy' },
  { what: 'the newest probe is older', newestMs: NOW_MS - 65_001, state: 'unknown' },
])('if $what it is $state', ({ newestMs, state }) => {
  expect(withSignals({ probe: { isGood: true, newestMs } }).state).toBe(state);
});

test.each([
  ['nothing was read yet', inventoryOf({ signals: {} })],
  ['the series cannot be read', inventoryOf({ signals: undefined as never, signalsProblem: 'no answer' })],
  [
    'a signal is missing',
    serviceViews(
      system,
      aReading(NOW_MS, {
        signals: { inventory: { probe: { isGood: true, newestMs: NOW_MS }, seenSinceMs: 0 } },
      }),
      NOW_MS,
    )[0],
  ],
  ['a bad sample is old', withSignals({ probe: { isGood: false, newestMs: 0 } })],
])('silence is not health: unknown if %s', (_, view) => {
  expect(view?.state).toBe('unknown');
  expect(view?.because).not.toBe('');
});

test('a service of which the catalog names nothing to see is unknown', () => {
  const { health: _, ...bare } = aService('inventory');
  const [view] = serviceViews({ ...system, services: { inventory: bare } }, aReading(NOW_MS), NOW_MS);
  expect(view).toMatchObject({
    state: 'unknown',
    because: expect.stringContaining('nothing can be seen') as unknown,
  });
});

test('what is bad is said before what is missing', () => {
  const view = withSignals({
    probe: { isGood: false, newestMs: NOW_MS },
    scrape: { isGood: true, newestMs: 0 },
    changedAtMs: NOW_MS - 3_000,
  });
  expect(view).toMatchObject({ state: 'troubled', since: { atMs: NOW_MS - 3_000, isAtLeast: false } });
});

test('fewer instances than wanted are trouble, even if those that run are well', () => {
  expect(withSignals({ instances: { running: 1, desired: 2 } })).toMatchObject({
    state: 'troubled',
    because: '1 of 2 instances run',
  });
});

test('an open incident is trouble, whatever the signals say by now', () => {
  const state = aStateWith(anIncident({ openedAtMs: 7, alerts: { a: anIncidentAlert() } }));
  expect(inventoryOf({ state })).toMatchObject({
    state: 'troubled',
    incident: 'shop-1',
    because: 'incident shop-1 is open: inventory does not answer',
    since: { atMs: 7, isAtLeast: false },
  });
});

test('an incident whose alerts are out of sight makes the service unknown, not healthy', () => {
  const state = aStateWith(anIncident({ alerts: { a: anIncidentAlert({ sight: 'unknown', sinceMs: 9 }) } }));
  expect(inventoryOf({ state })).toMatchObject({ state: 'unknown', since: { atMs: 9 } });
});

test('a storm that holds an alert of the service is its trouble too', () => {
  const storm = anIncident({
    subject: { kind: 'storm', name: 'shop' },
    alerts: { a: anIncidentAlert() },
  });
  expect(inventoryOf({ state: aStateWith(storm) }).state).toBe('troubled');
});

test('a silenced alert that fires is still trouble', () => {
  const { sight: _, sinceMs, firedAtMs: __, ...alert } = anIncidentAlert({ sinceMs: 5 });
  const state = { ...aStateWith(), muted: { a: { alert, silence: 's1', sinceMs } } };
  expect(inventoryOf({ state })).toMatchObject({
    state: 'troubled',
    because: 'ServiceDown fires and is silenced by s1',
  });
});

test.each([
  { states: ['healthy', 'healthy'], open: 0, state: 'healthy', text: 'All 2 services are healthy.' },
  { states: ['healthy'], open: 0, state: 'healthy', text: 'The service is healthy.' },
  { states: ['healthy', 'unknown'], open: 0, state: 'unknown', text: 'b is out of sight.' },
  {
    states: ['troubled', 'unknown'],
    open: 1,
    state: 'troubled',
    text: 'a is in trouble. 1 incident is open.',
  },
  {
    states: ['troubled', 'troubled'],
    open: 2,
    state: 'troubled',
    text: 'a and b are in trouble. 2 incidents are open.',
  },
  { states: ['healthy'], open: 1, state: 'troubled', text: '1 incident is open.' },
  { states: [], open: 0, state: 'unknown', text: 'The catalog has no services.' },
] as const)('the headline of $states with $open open is: $text', ({ states, open, state, text }) => {
  const services = states.map((one, at) => ({ ...inventoryOf({}), service: 'ab'[at] ?? '', state: one }));
  expect(headlineOf(services, open)).toEqual({ state, text });
});
