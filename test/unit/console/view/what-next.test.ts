import { expect, test } from 'vitest';
import { whatNext } from '../../../../console/view/what-next.ts';
import type { Attempt } from '../../../../shared/domain/incident/state.ts';
import { aCatalog } from '../../../builders/catalog.ts';
import { aStateWith } from '../../../builders/console.ts';
import { anIncident, anIncidentAlert } from '../../../builders/incident.ts';

const firing = { alerts: { a: anIncidentAlert() } };

function nextOf(over: Parameters<typeof anIncident>[0], attempts: Record<string, Attempt> = {}) {
  const incident = anIncident(over);
  return whatNext(incident, { ...aStateWith(incident), attempts }, aCatalog());
}

// Levels: ana and raj, then max; three more rounds; then everybody.
test.each([
  { level: 1, round: 0, people: 'max is' },
  { level: 2, round: 0, people: 'ana, raj are' },
  { level: 2, round: 3, people: 'ana, raj, max are' },
])('after level $level of round $round, $people paged', ({ level, round, people }) => {
  const [next] = nextOf({
    ...firing,
    escalation: { hasPaged: true, round, level, nextAtMs: 300_000, paged: [] },
  });
  expect(next).toEqual({ text: `Unless somebody acknowledges, ${people} paged`, atMs: 300_000 });
});

test('a severity that pages nobody says so', () => {
  expect(nextOf({ ...firing, severity: 'warning' })[0]?.text).toContain('Nobody is paged for warning');
});

test('an attempt that runs is told with its deadline, and nothing is said to be held', () => {
  const attempt: Attempt = {
    id: 'shop-1-r1',
    incident: 'shop-1',
    recovery: 'restart',
    targets: ['inventory'],
    orderedAtMs: 0,
    deadlineMs: 600_000,
    isClaimed: true,
    intents: {},
    taken: [],
  };
  const next = nextOf({ ...firing, held: { reason: 'it runs already' } }, { 'shop-1-r1': attempt });
  expect(next[0]).toMatchObject({
    text: expect.stringContaining('"restart" (shop-1-r1) is at work') as unknown,
    atMs: 600_000,
  });
  expect(next.map(({ text }) => text).join()).not.toContain('held back');
});

test('what holds a recovery back is told, with when it is looked at again', () => {
  expect(nextOf({ ...firing, held: { reason: 'cool-down', untilMs: 60_000 } })[0]).toEqual({
    text: 'Recovery is held back: cool-down. It is looked at again',
    atMs: 60_000,
  });
});

test('an acknowledgement ends the paging until it expires', () => {
  const next = nextOf({ ...firing, acknowledgement: { by: 'ana', atMs: 0, untilMs: 3_600_000 } });
  expect(next[0]).toEqual({
    text: 'ana has it in hand. If it is still open, paging starts over',
    atMs: 3_600_000,
  });
});

test.each([
  [firing, 'resolves by itself once'],
  [{ alerts: { a: anIncidentAlert({ sight: 'unknown' }) } }, 'out of sight'],
  [{ alerts: { a: anIncidentAlert({ sight: 'ok' }) } }, 'still being verified'],
  [{ alerts: {}, counted: { alarm: 2 } }, 'resolves by itself once'],
] as const)('what it takes to end is always said (%#)', (over, words) => {
  expect(nextOf(over).at(-1)?.text).toContain(words);
});
