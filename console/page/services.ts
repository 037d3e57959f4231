import type { ServiceView } from '../view/page-view.ts';
import { byId, el, keyedList, setText } from './dom.ts';
import type { Row } from './dom.ts';
import { showRuleServices } from './rules.ts';
import { timeEl } from './time.ts';

const update = keyedList<ServiceView>(
  byId('services'),
  ({ system, service }) => `${system} ${service}`,
  serviceCard,
);

/** The system is told only where there are several. */
let hasManySystems = false;

export function showServices(services: readonly ServiceView[]): void {
  hasManySystems = new Set(services.map(({ system }) => system)).size > 1;
  byId('no-services').hidden = services.length > 0;
  update(services);
  showRuleServices(services.map(({ service }) => service));
}

function serviceCard({ service }: ServiceView): Row<ServiceView> {
  const state = el('span', { class: 'state' });
  const because = el('p', { class: 'because' });
  const facts = el('dl', { class: 'facts' });
  const node = el(
    'li',
    { class: 'card service' },
    el('div', { class: 'card-head' }, el('h3', {}, service), state),
    because,
    facts,
  );
  return {
    node,
    update: (view) => {
      node.dataset['state'] = view.state;
      setText(state, view.state);
      setText(because, sentence(view.because));
      facts.replaceChildren(...factsOf(view));
    },
  };
}

function factsOf(view: ServiceView): HTMLElement[] {
  const { since, instances, lastProbe, incident } = view;
  return [
    ...(hasManySystems ? [fact('system', view.system)] : []),
    ...(since === undefined
      ? []
      : [
          fact(
            'since',
            since.isAtLeast ? 'at least ' : '',
            timeEl('at', since.atMs),
            ', ',
            timeEl('ago', since.atMs),
          ),
        ]),
    ...(instances === undefined
      ? []
      : [fact('instances', `${String(instances.running)} of ${String(instances.desired)} running`)]),
    fact(
      'last probe',
      ...(lastProbe === undefined
        ? ['never seen']
        : [lastProbe.isGood ? 'good, ' : 'bad, ', timeEl('ago', lastProbe.atMs)]),
    ),
    ...(view.dependsOn.length === 0 ? [] : [fact('depends on', view.dependsOn.join(', '))]),
    fact('owner', `${view.owner}, ${view.criticality}`),
    ...(incident === undefined ? [] : [fact('incident', el('a', { href: `#${incident}` }, incident))]),
  ];
}

function fact(name: string, ...value: readonly (Node | string)[]): HTMLElement {
  return el('div', {}, el('dt', {}, name), el('dd', {}, ...value));
}

export function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${/[.!?…]$/.test(text) ? '' : '.'}`;
}
