import { expect, test } from 'vitest';
import type { IncidentAlert } from '../../../../../shared/domain/incident/state.ts';
import { considerRecovery } from '../../../../../shared/domain/recovery/consider.ts';
import { anOrganization, aRecovery, aSystem } from '../../../../builders/catalog.ts';
import { anIncident, anIncidentAlert } from '../../../../builders/incident.ts';

const consider = (alert: Partial<IncidentAlert>, over = {}, recoveries = [aRecovery()]) =>
  considerRecovery(anIncident({ alerts: { k: anIncidentAlert(alert) }, ...over }), {
    system: aSystem({ recoveries }),
    organization: anOrganization(),
    nowMs: 0,
  });

test("the first recovery whose labels fit, on the alert's own service", () => {
  const never = aRecovery({ name: 'never', match: { alertname: ['ServiceDown'], zone: ['x'] } });
  const found = consider({}, {}, [never, aRecovery(), aRecovery({ name: 'later' })]);
  expect(found).toMatchObject({ recovery: { name: 'restart' }, alert: 'ServiceDown' });
  expect(found?.steps).toEqual([{ action: 'restart_service', target: 'inventory' }]);
});

test('an action that names a service acts on that one', () => {
  const actions = [
    { action: 'restart_service' as const, service: 'checkout' },
    { action: 'restart_service' as const },
  ];
  expect(consider({}, {}, [aRecovery({ actions })])?.steps.map(({ target }) => target)).toEqual([
    'checkout',
    'inventory',
  ]);
});

test('an alert without a service of its own leaves only the actions that name one', () => {
  expect(consider({ labels: { alertname: 'ServiceDown' } })?.steps).toEqual([]);
});

test.each([
  ['a warning (A3)', { severity: 'warning' as const }, {}],
  ['what is out of sight', { sight: 'unknown' as const }, {}],
  ['what is calm', { sight: 'ok' as const }, {}],
  ['a storm', {}, { subject: { kind: 'storm' as const, name: 'shop' } }],
  ['what fires since before an attempt was verified', { sinceMs: 5 }, { verified: { restart: 5 } }],
  ['another alert', { labels: { alertname: 'HighLatency' } }, {}],
])('%s is not acted on', (_, alert, over) => {
  expect(consider(alert, over)).toBeUndefined();
});

test('what began to fire after an attempt was verified is', () => {
  expect(consider({ sinceMs: 6 }, { verified: { restart: 5 } })).toBeDefined();
});

test('what the verified recovery is not for asks as ever', () => {
  const other = aRecovery({ name: 'other', match: { alertname: ['HighLatency'] } });
  const over = { verified: { other: 5 } };
  expect(consider({ sinceMs: 5 }, over, [aRecovery(), other])?.recovery.name).toBe('restart');
});
