import type { AlertView, IncidentsView, IncidentView, NextView } from '../view/page-view.ts';
import { actionsFor } from './actions.ts';
import { byId, el, keyedList, setText, staticList } from './dom.ts';
import type { Row } from './dom.ts';
import { plotOf } from './plot.ts';
import { sentence } from './services.ts';
import { storyList } from './story.ts';
import { timeEl } from './time.ts';

const update = keyedList<IncidentView>(byId('incidents'), ({ id }) => id, incidentCard);
let known: ReadonlySet<string> | undefined;

export function showIncidents({ shown, more }: IncidentsView): void {
  byId('no-incidents').hidden = shown.length > 0;
  const rest = byId('more-incidents');
  rest.hidden = more === 0;
  setText(rest, `${String(more)} more are open: npx homeostat incidents`);
  update(shown);
  announce(shown);
}

/** Says what opened and what ended, for whoever does not see it. */
function announce(shown: readonly IncidentView[]): void {
  const before = known;
  known = new Set(shown.map(({ id }) => id));
  if (before === undefined) return;
  const opened = shown.filter(({ id }) => !before.has(id));
  const ended = [...before].filter((id) => known?.has(id) === false);
  const news = [
    ...opened.map(({ id, severity, subject }) => `Incident ${id} opened: ${severity}, ${subject}.`),
    ...ended.map((id) => `Incident ${id} is no longer open.`),
  ];
  if (news.length > 0) setText(byId('announcer'), news.join(' '));
}

function incidentCard({ id, system, subject, openedAtMs, service }: IncidentView): Row<IncidentView> {
  const severity = el('span', { class: 'severity' });
  const state = el('span', { class: 'state' });
  const alerts = el('ul', { class: 'alerts' });
  const moreAlerts = el('p', { class: 'quiet' });
  const next = el('ul', { class: 'next' });
  const plots = el('div', { class: 'plots' });
  const actions = actionsFor(id, system);
  const story = storyList(id);
  const node = el(
    'article',
    { class: 'card incident', id, 'aria-labelledby': `${id}-title` },
    el('div', { class: 'card-head' }, el('h3', { id: `${id}-title` }, `${id} ${subject}`), severity, state),
    el('p', { class: 'quiet' }, 'opened at ', timeEl('at', openedAtMs), ', ', timeEl('ago', openedAtMs)),
    alerts,
    moreAlerts,
    actions.node,
    el('h4', {}, 'What happens next'),
    next,
    plots,
    el('h4', {}, 'What happened, and why'),
    story.node,
  );
  const updateAlerts = staticList<AlertView>(alerts, (alert) => JSON.stringify(alert), alertLine);
  const updateNext = staticList<NextView>(next, (one) => JSON.stringify(one), nextLine);
  const updatePlots = staticList<IncidentView['plots'][number]>(
    plots,
    ({ alarm }) => alarm,
    ({ alarm, alert }) => el('figure', {}, el('figcaption', {}, alert), plotOf({ system, alarm, service })),
  );
  return {
    node,
    update: (view) => {
      node.dataset['severity'] = view.severity;
      node.dataset['state'] = view.state;
      setText(severity, view.severity);
      setText(state, stateText(view));
      updateAlerts(view.alerts);
      moreAlerts.hidden = view.moreAlerts === 0;
      setText(moreAlerts, `and ${String(view.moreAlerts)} more alerts`);
      updateNext(view.next);
      updatePlots(view.plots);
      actions.update(view);
      story.update(view.story);
    },
  };
}

function stateText({ state, acknowledgement }: IncidentView): string {
  if (state === 'unknown') return 'out of sight';
  return acknowledgement === undefined ? 'open' : `acknowledged by ${acknowledgement.by}`;
}

function alertLine({ name, summary, labels, sight, sinceMs }: AlertView): HTMLElement {
  const word = {
    firing: 'fires since',
    unknown: 'is out of sight since',
    silenced: 'is silenced and fires since',
    ok: 'is OK since',
  }[sight];
  return el(
    'li',
    { 'data-sight': sight },
    el('p', {}, el('strong', {}, name), ` ${word} `, timeEl('at', sinceMs), `: ${summary}`),
    labels === '' ? undefined : el('p', { class: 'labels' }, el('code', {}, labels)),
  );
}

function nextLine({ text, atMs }: NextView): HTMLElement {
  return atMs === undefined
    ? el('li', {}, sentence(text))
    : el('li', {}, `${text} `, timeEl('until', atMs), '.');
}
