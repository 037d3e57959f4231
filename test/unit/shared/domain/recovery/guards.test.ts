import { describe, expect, test } from 'vitest';
import type { Attempt, Incident, SystemState } from '../../../../../shared/domain/incident/state.ts';
import { EMPTY_STATE } from '../../../../../shared/domain/incident/state.ts';
import type { RecoveryPlan } from '../../../../../shared/domain/recovery/consider.ts';
import { guard } from '../../../../../shared/domain/recovery/guards.ts';
import { aRecovery, aService, aSystem } from '../../../../builders/catalog.ts';
import { anIncident, anIncidentAlert } from '../../../../builders/incident.ts';

/** Law 5: no action without a guard; R3: three attempts, ten minutes of cool-down. */

const MIN = 60_000;
const NOW = 100 * MIN;
const plan = (...targets: readonly string[]): RecoveryPlan => ({
  recovery: aRecovery(),
  alert: 'ServiceDown',
  steps: targets.map((target) => ({ action: 'restart_service', target })),
});
const anAttempt = (id: string, over: Partial<Attempt> = {}): Attempt => ({
  id,
  incident: 'shop-9',
  recovery: 'restart',
  targets: ['inventory'],
  orderedAtMs: NOW,
  deadlineMs: NOW + 10 * MIN,
  isClaimed: true,
  intents: {},
  taken: [],
  ...over,
});
const ended = (
  atMin: number,
  outcome: 'recovered' | 'failed' | 'not-needed' = 'failed',
): Partial<Attempt> => ({
  orderedAtMs: atMin * MIN - 1,
  ended: { atMs: atMin * MIN, outcome, reason: '' },
});
const aState = (
  over: { attempts?: readonly Attempt[]; incidents?: readonly Incident[] } = {},
): SystemState => ({
  ...EMPTY_STATE,
  attempts: Object.fromEntries((over.attempts ?? []).map((one) => [one.id, one])),
  incidents: Object.fromEntries((over.incidents ?? []).map((one) => [one.id, one])),
});
const judge = (state: SystemState, targets = ['inventory'], system = aSystem()) =>
  guard(plan(...targets), anIncident(), state, system, NOW);

test('nothing in the way: go, each target once', () => {
  expect(judge(aState(), ['inventory', 'inventory'])).toEqual({ go: true, targets: ['inventory'] });
});

test('whoever acknowledged has it in hand', () => {
  const incident = anIncident({ acknowledgement: { by: 'ana', atMs: 0, untilMs: NOW } });
  expect(guard(plan('inventory'), incident, aState(), aSystem(), NOW)).toEqual({
    go: false,
    reason: 'ana acknowledged and has it in hand',
  });
});

test.each([
  [[], '"restart" has nothing to act on: the alert names no service that runs on ECS'],
  [['elsewhere'], '"restart" has nothing to act on: elsewhere names no service that runs on ECS'],
])('a target %j that is not known', (targets, reason) => {
  expect(judge(aState(), targets)).toEqual({ go: false, reason });
});

describe('on one target', () => {
  test('one attempt at a time, also one of another incident', () => {
    expect(judge(aState({ attempts: [anAttempt('shop-9-r1')] }))).toEqual({
      go: false,
      reason: 'shop-9-r1 is at work on inventory',
      untilMs: NOW + 10 * MIN,
    });
  });

  test.each([
    [89, true],
    [90, true],
    [91, false],
  ])('cools down: an attempt that ended at minute %i of 100 lets the next one go: %s', (atMin, go) => {
    expect(judge(aState({ attempts: [anAttempt('r1', ended(atMin))] })).go).toBe(go);
  });

  test('the cool-down says until when', () => {
    expect(judge(aState({ attempts: [anAttempt('r1', ended(95))] }))).toEqual({
      go: false,
      reason: 'inventory cools down for 10 min after the last attempt',
      untilMs: 105 * MIN,
    });
  });

  test('three attempts within the hour are the most, and the oldest says until when', () => {
    const attempts = [45, 60, 80].map((atMin) => anAttempt(`r${String(atMin)}`, ended(atMin, 'recovered')));
    expect(judge(aState({ attempts }))).toEqual({
      go: false,
      reason: 'inventory had 3 attempts within 60 min, the most allowed',
      untilMs: 45 * MIN - 1 + 60 * MIN,
      isUsedUp: true,
    });
    expect(judge(aState({ attempts: attempts.slice(1) })).go).toBe(true);
  });

  test('short times are told in seconds', () => {
    const recovery = aRecovery({ guards: { ...aRecovery().guards, coolDownS: 5 } });
    const state = aState({ attempts: [anAttempt('r1', ended(100))] });
    expect(guard({ ...plan('inventory'), recovery }, anIncident(), state, aSystem(), NOW)).toMatchObject({
      reason: 'inventory cools down for 5 s after the last attempt',
    });
  });

  test('an attempt that acted before its incident was closed costs its cool-down', () => {
    const intent = { action: 'restart_service', target: 'inventory', atMs: 0, knownDeployments: [] };
    const attempts = [anAttempt('r1', { ...ended(99, 'not-needed'), intents: { 0: intent } })];
    expect(judge(aState({ attempts })).go).toBe(false);
  });

  test('attempts that were not needed cost nothing, those on other targets neither', () => {
    const attempts = [
      anAttempt('r1', ended(99, 'not-needed')),
      anAttempt('r2', { ...ended(99), targets: ['checkout'] }),
      anAttempt('r3', { targets: ['checkout'] }),
    ];
    expect(judge(aState({ attempts })).go).toBe(true);
  });

  test('of two targets the one that is held holds both', () => {
    const attempts = [anAttempt('r1', { targets: ['checkout'] })];
    expect(judge(aState({ attempts }), ['inventory', 'checkout']).go).toBe(false);
  });
});

describe('a dependency', () => {
  const services = {
    web: aService('web', { dependsOn: ['checkout'] }),
    checkout: aService('checkout', { dependsOn: ['inventory'] }),
    inventory: aService('inventory'),
  };
  const system = aSystem({ services });
  const about = (name: string, over: Partial<Incident> = {}): Incident =>
    anIncident({ id: 'shop-2', subject: { kind: 'service', name }, ...over });
  const alerts = (over: Parameters<typeof anIncidentAlert>[0]) => ({ k: anIncidentAlert(over) });

  test('that is down comes first, near or far', () => {
    const state = aState({ incidents: [about('inventory', { alerts: alerts({ sight: 'firing' }) })] });
    const reason = (of: string) => ({
      go: false,
      reason: `${of} depends on inventory, which has shop-2: that comes first`,
    });
    expect(judge(state, ['checkout'], system)).toEqual(reason('checkout'));
    expect(judge(state, ['web'], system)).toEqual(reason('web'));
    expect(judge(state, ['inventory'], system).go).toBe(true);
  });

  test.each([
    ['out of sight is down', { alerts: alerts({ sight: 'unknown' }) }, false],
    ['handed over is down until its health is confirmed', { handedOver: 'failed' }, false],
    ['with a warning only is not down', { alerts: alerts({ severity: 'warning' }) }, true],
    ['calm again is not down', { alerts: alerts({ sight: 'ok' }) }, true],
  ])('%s', (_, over, go) => {
    expect(
      judge(aState({ incidents: [about('inventory', over as Partial<Incident>)] }), ['checkout'], system).go,
    ).toBe(go);
  });

  test('that is the service of the incident itself holds nothing up: its recovery acts on its users', () => {
    const own = about('inventory', { alerts: alerts({ sight: 'firing' }) });
    const state = aState({ incidents: [own] });
    expect(guard(plan('checkout'), own, state, system, NOW).go).toBe(true);
    expect(guard(plan('checkout'), anIncident(), state, system, NOW).go).toBe(false);
  });

  test('that is restarted together with what depends on it holds nothing up', () => {
    const state = aState({ incidents: [about('inventory', { alerts: alerts({}) })] });
    expect(judge(state, ['checkout', 'inventory'], system).go).toBe(true);
  });
});
