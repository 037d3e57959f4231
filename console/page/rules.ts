import type { RuleView } from '../view/page-view.ts';
import { byId, el, fillSelect, keyedList, selectById, setText } from './dom.ts';
import type { Row } from './dom.ts';
import { plotOf, redrawAll } from './plot.ts';

/** So many plots are open from the start; on a narrow screen one. */
const OPEN_AT_FIRST = 6;

let created = 0;
const mostOpen = matchMedia('(min-width: 44rem)').matches ? OPEN_AT_FIRST : 1;
const update = keyedList<RuleView>(byId('rules'), ({ system, alarm }) => `${system} ${alarm}`, ruleCard);

export function showRules(rules: readonly RuleView[]): void {
  byId('no-rules').hidden = rules.length > 0;
  update(rules);
}

/** The services whose lines can be chosen. */
export function showRuleServices(services: readonly string[]): void {
  fillSelect(selectById('rule-service'), [
    { value: '', label: 'all services' },
    ...[...new Set(services)].map((name) => ({ value: name, label: name })),
  ]);
}

selectById('rule-service').addEventListener('change', redrawAll);

function chosenService(): string | undefined {
  const { value } = selectById('rule-service');
  return value === '' ? undefined : value;
}

function ruleCard({ system, alarm, alert, severity, condition }: RuleView): Row<RuleView> {
  const state = el('span', { class: 'state' });
  created += 1;
  const node = el(
    'details',
    { class: 'card rule', open: created <= mostOpen },
    el('summary', {}, el('h3', {}, alert), el('span', { class: 'severity' }, severity), state),
    el('p', { class: 'condition' }, el('code', {}, condition)),
    plotOf({ system, alarm, service: chosenService }),
  );
  node.dataset['severity'] = severity;
  return {
    node,
    update: (view) => {
      node.dataset['state'] = view.state;
      setText(state, { fires: 'fires', ok: 'OK', unknown: 'not known' }[view.state]);
    },
  };
}
