import { expect, test } from 'vitest';
import {
  incidentsView,
  resolvedViews,
  SHOWN_INCIDENTS,
  storyView,
} from '../../../../console/view/incident-view.ts';
import type { Commit } from '../../../../shared/domain/incident/commit.ts';
import { aCatalog } from '../../../builders/catalog.ts';
import { aReading, aStateWith } from '../../../builders/console.ts';
import { anIncident, anIncidentAlert } from '../../../builders/incident.ts';

const HOSTILE = '<img src=x onerror=alert(1)>"\'\u2028</script>';

const viewOf = (over: Parameters<typeof anIncident>[0]) => {
  const [view] = incidentsView(
    { shop: aReading(0, { state: aStateWith(anIncident(over)) }) },
    aCatalog(),
  ).shown;
  if (view === undefined) throw new Error('the incident is not shown');
  return view;
};

test('of hundreds of incidents the worst and newest are shown and the rest is counted', () => {
  const many = Array.from({ length: 300 }, (_, at) =>
    anIncident({
      id: `shop-${String(at)}`,
      openedAtMs: at,
      severity: at % 100 === 0 ? 'critical' : 'warning',
    }),
  );
  const { shown, more } = incidentsView({ shop: aReading(0, { state: aStateWith(...many) }) }, aCatalog());
  expect(shown).toHaveLength(SHOWN_INCIDENTS);
  expect(more).toBe(300 - SHOWN_INCIDENTS);
  expect(shown.slice(0, 4).map(({ id }) => id)).toEqual(['shop-200', 'shop-100', 'shop-0', 'shop-299']);
});

test('hostile labels stay what they are, text among JSON', () => {
  const alert = anIncidentAlert({ attributes: { job: HOSTILE }, labels: { job: HOSTILE }, summary: HOSTILE });
  const view = viewOf({ alerts: { a: alert } });
  expect(view.alerts[0]).toMatchObject({ summary: HOSTILE, labels: `job="${HOSTILE}"` });
  expect(view.silences.map(({ match }) => match)).toEqual([
    { alertname: 'ServiceDown', job: HOSTILE },
    { job: HOSTILE },
  ]);
});

test('an alert that fires while it is silenced is not shown as OK', () => {
  const alerts = {
    held: anIncidentAlert({ key: 'held', sight: 'ok' }),
    over: anIncidentAlert({ key: 'over', sight: 'ok' }),
  };
  const muted = { held: { alert: alerts.held, silence: 's1', sinceMs: 0 } };
  const state = { ...aStateWith(anIncident({ alerts })), muted };
  const { shown } = incidentsView({ shop: aReading(0, { state }) }, aCatalog());
  expect(shown[0]?.alerts.map(({ sight }) => sight)).toEqual(['silenced', 'ok']);
});

test('a hundred alerts are a few lines and a number; counted ones are among it', () => {
  const alerts = Object.fromEntries(
    Array.from({ length: 100 }, (_, at) => [String(at), anIncidentAlert({ key: String(at) })]),
  );
  const view = viewOf({ alerts, counted: { alarm: 23 } });
  expect(view.alerts.length + view.moreAlerts).toBe(123);
  expect(view.alerts.length).toBeLessThan(10);
  // One rule, drawn once; one pair of choices, not two hundred.
  expect(view.plots).toHaveLength(1);
  expect(view.silences).toHaveLength(2);
});

test.each([
  { what: 'fires', alerts: { a: anIncidentAlert() }, counted: {}, may: false },
  { what: 'is only counted', alerts: {}, counted: { alarm: 1 }, may: false },
  { what: 'is out of sight', alerts: { a: anIncidentAlert({ sight: 'unknown' }) }, counted: {}, may: true },
])('a person may close an incident whose alert $what: $may', ({ alerts, counted, may }) => {
  expect(viewOf({ alerts, counted }).whyNotResolve === undefined).toBe(may);
});

test('who has it in hand is told by name', () => {
  const view = viewOf({ acknowledgement: { by: 'stranger', atMs: 1, untilMs: 2 } });
  expect(view).toMatchObject({ state: 'acknowledged', acknowledgement: { by: 'stranger', untilMs: 2 } });
});

const aCommit = (seq: number): Commit => ({
  seq,
  atMs: seq * 1000,
  by: 'intake',
  catalogHash: 'c',
  events: [{ type: 'nobody-reached', incident: 'shop-1', because: `because ${HOSTILE}` }],
});

test('a long story shows its end and says how much came before', () => {
  const commits = Array.from({ length: 100 }, (_, at) => aCommit(at + 1));
  const { lines, earlier } = storyView('shop-1', commits);
  expect(lines.length + earlier).toBe(100);
  expect(lines.at(-1)).toEqual({
    atMs: 100_000,
    what: 'nobody was reached: everybody is paged',
    why: `because ${HOSTILE}`,
    by: 'intake',
    kind: 'bad',
  });
  expect(storyView('shop-2', commits)).toEqual({ lines: [], earlier: 0 });
});

test('the last incidents that ended are told, newest first', () => {
  const resolved = Array.from({ length: 50 }, (_, at) => ({
    ...anIncident({ id: `shop-${String(50 - at)}` }),
    resolvedAtMs: 50 - at,
    resolvedSeq: 50 - at,
    by: 'ana',
  }));
  const views = resolvedViews({ shop: aReading(0, { state: { ...aStateWith(), resolved } }) }, aCatalog());
  expect(views.map(({ id }) => id).slice(0, 2)).toEqual(['shop-50', 'shop-49']);
  expect(views.length).toBeLessThan(10);
});
