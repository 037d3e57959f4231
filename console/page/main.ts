import type { PageView } from '../view/page-view.ts';
import { byId, setText } from './dom.ts';
import { showIncidents } from './incidents.ts';
import { follow } from './live.ts';
import { showLiveness } from './liveness.ts';
import { showResolved } from './resolved.ts';
import { showRules } from './rules.ts';
import { showServices } from './services.ts';
import { showSilences, showTold, showTry } from './side.ts';
import { tick } from './time.ts';
import { showPeople, startWho } from './who.ts';

/** What draws each part of the page. */
const SHOW: { readonly [K in keyof PageView]: (value: PageView[K]) => void } = {
  frame: showFrame,
  services: showServices,
  rules: showRules,
  incidents: showIncidents,
  resolved: showResolved,
  silences: showSilences,
  told: showTold,
  tryNext: showTry,
};

function showFrame({ systems, catalogHash, people, headline }: PageView['frame']): void {
  setText(byId('systems'), systems.join(', '));
  setText(byId('foot'), `Catalog ${catalogHash}. What the page knows, \`npx homeostat\` knows as well.`);
  showPeople(people);
  const node = byId('headline');
  node.dataset['state'] = headline.state;
  setText(node, headline.text);
  document.title = headline.state === 'healthy' ? 'Homeostat' : `${headline.text} · Homeostat`;
}

startWho();
follow({
  onPart: (name, value) => {
    if (Object.hasOwn(SHOW, name)) (SHOW[name as keyof PageView] as (value: unknown) => void)(value);
  },
  onLiveness: showLiveness,
});
setInterval(tick, 1_000);
