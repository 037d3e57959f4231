import { byId, setText } from './dom.ts';
import type { Liveness } from './live.ts';
import { clockText, freezeAt, setNow, tick } from './time.ts';

/** Says how true the page is, in words, and marks everything on it that is not now. */
export function showLiveness(liveness: Liveness): void {
  document.body.dataset['live'] = liveness.kind;
  const isLive = liveness.kind === 'live';
  setText(byId('live'), isLive ? 'Live' : liveness.kind === 'connecting' ? 'Connecting…' : 'Not live');
  const banner = byId('not-live');
  banner.hidden = isLive || liveness.kind === 'connecting';
  if (liveness.kind === 'connecting') return;
  if (liveness.kind === 'live') setNow(liveness.look.nowMs);
  else {
    if (liveness.asOfMs !== undefined) freezeAt(liveness.asOfMs);
    setText(banner, wordsFor(liveness));
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-acts]'))
    button.disabled = !isLive || button.dataset['blocked'] !== undefined;
  tick();
}

function wordsFor(liveness: Exclude<Liveness, { kind: 'live' | 'connecting' }>): string {
  const asOf =
    liveness.asOfMs === undefined
      ? 'Nothing was read yet.'
      : `What you see is as it was at ${clockText(liveness.asOfMs)}.`;
  switch (liveness.kind) {
    case 'ended':
      return `The cloud was stopped. ${asOf} Start it again with \`npm start\`: this page then goes on by itself.`;
    case 'lost':
      return `The connection is lost. ${asOf} Trying again…`;
    case 'behind':
      return `The incidents cannot be read: ${liveness.problem} ${asOf} Trying again…`;
  }
}
