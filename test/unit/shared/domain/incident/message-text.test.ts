import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Attempt, Incident } from '../../../../../shared/domain/incident/state.ts';
import { messageText, subjectLine } from '../../../../../shared/domain/incident/message-text.ts';
import { alertOf } from '../../../../../shared/domain/alert/alert.ts';
import { anOrganization, aRule, aSystem } from '../../../../builders/catalog.ts';
import { anIncident, anIncidentAlert } from '../../../../builders/incident.ts';

const circumstances = { system: aSystem(), organization: anOrganization(), nowMs: 0 };
const render = (
  over: Partial<Incident> = {},
  kind: Parameters<typeof messageText>[1] = 'opened',
  attempts: readonly Attempt[] = [],
) => messageText(anIncident(over), kind, 'because', circumstances, attempts);
const anAttempt = (number: number, over: Partial<Attempt> = {}): Attempt => ({
  id: `shop-1-r${String(number)}`,
  incident: 'shop-1',
  recovery: 'restart',
  targets: ['inventory'],
  orderedAtMs: number,
  deadlineMs: 10,
  isClaimed: true,
  intents: {},
  taken: [],
  ended: { atMs: 5, outcome: 'failed', reason: 'still\n fires' },
  ...over,
});
const alerts = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, at) => [
      String(at),
      anIncidentAlert({ key: String(at), name: `Alert${String(at)}` }),
    ]),
  );

test('a new incident: what it is about, why, which alerts, what is done about it, and what to type', () => {
  expect(render({ alerts: { k: anIncidentAlert() } })).toEqual({
    subject: '[critical] shop-1 inventory: new',
    text: [
      'shop-1 (critical, open): service inventory in shop/production',
      'because',
      '- ServiceDown firing: inventory does not answer',
      'Recovery "restart" is configured.',
      'Acknowledge: homeostat ack shop-1 --by NAME',
      'Why: homeostat explain shop-1',
    ].join('\n'),
  });
});

test('what the rule says at length, with its value, and the run book: each once', () => {
  const annotations = {
    summary: '{{ $labels.job }} fails',
    description: '{{ $value | humanizePercentage }} of the requests of {{ $labels.job }} fail',
    runbook_url: 'https://runbooks.example/{{ $labels.job }}',
  };
  const rule = aRule({ annotations });
  const one = (instance: string) =>
    anIncidentAlert({ ...alertOf(rule, { job: 'api', instance }, 0.25), sight: 'firing' });
  const details = messageText(
    anIncident({ alerts: { a: one('a'), b: one('b') } }),
    'opened',
    'because',
    { ...circumstances, system: aSystem({ rules: [rule] }) },
    [],
  );
  expect(details.text).toContain(
    [
      '- ServiceDown firing: api fails',
      '- ServiceDown firing: api fails',
      '25% of the requests of api fail',
      'Run book: https://runbooks.example/api',
    ].join('\n'),
  );
});

test('without a recovery it says that it needs people', () => {
  expect(render({ alerts: { k: anIncidentAlert({ severity: 'warning' }) } }).text).toContain(
    'No recovery is configured for this: it needs you.',
  );
});

test('five alerts are named, the rest is counted, those beyond the list too', () => {
  const { text } = render({ alerts: alerts(7), counted: { a: 30 } });
  expect(text).toContain('- Alert4 ');
  expect(text).not.toContain('Alert5');
  expect(text).toContain('- and 32 more');
});

test('whoever takes over hears of the last three attempts, a line each', () => {
  const { ended: _, ...running } = anAttempt(4);
  const long = { atMs: 5, outcome: 'failed' as const, reason: 'x'.repeat(500) };
  const attempts = [anAttempt(1), anAttempt(2), anAttempt(3, { ended: long }), running];
  const lines = render({}, 'escalated', attempts).text.split('\n');
  expect(lines.filter((line) => line.startsWith('*'))).toEqual([
    '* tried restart on inventory (shop-1-r2): failed, still fires',
    `* tried restart on inventory (shop-1-r3): failed, ${'x'.repeat(117)}...`,
    '* tried restart on inventory (shop-1-r4): under way',
  ]);
  expect(render({}, 'resolved', attempts).text).not.toContain('tried');
});

test('the end asks for nothing', () => {
  const { subject, text } = render({}, 'resolved');
  expect(subject).toBe('[critical] shop-1 inventory: resolved');
  expect(text).not.toContain('ack');
});

test('an incident out of sight, and one acknowledged, say so', () => {
  expect(render({ alerts: { k: anIncidentAlert({ sight: 'unknown' }) } }).text).toContain(
    '(critical, unknown)',
  );
  expect(render({ acknowledgement: { by: 'ana', atMs: 0, untilMs: 1 } }).text).toContain(
    '(critical, acknowledged)',
  );
});

test('every subject is one that SNS takes: printable ASCII, one line, under 100 characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
      const { subject } = render({ subject: { kind: 'rule', name } });
      expect(subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
      expect(subjectLine(name).length).toBeLessThan(100);
    }),
  );
});
