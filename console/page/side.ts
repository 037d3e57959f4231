import type { SilenceView, TryView } from '../view/page-view.ts';
import type { Told } from '../../shared/ports/outbox.ts';
import { byId, el, staticList } from './dom.ts';
import { timeEl } from './time.ts';

const updateTold = staticList<Told>(
  byId('told'),
  (told) => JSON.stringify(told),
  ({ at, kind, who, via, subject }) =>
    el(
      'li',
      { 'data-kind': kind },
      timeEl('at', Date.parse(at)),
      el(
        'div',
        {},
        el(
          'p',
          {},
          el('strong', {}, who),
          ` ${kind === 'page' ? 'was paged' : 'were told'} by ${via.join(', ')}`,
        ),
        el('p', { class: 'quiet' }, subject),
      ),
    ),
);

/** The outbox: who was told what, when, through what. */
export function showTold(told: readonly Told[]): void {
  byId('no-told').hidden = told.length > 0;
  updateTold(told);
}

const updateSilences = staticList<SilenceView>(
  byId('silences'),
  (silence) => JSON.stringify(silence),
  ({ system, labels, by, reason, untilMs, holds }) =>
    el(
      'li',
      {},
      el(
        'p',
        {},
        el('code', {}, labels),
        ` of ${system} is held back; it ends `,
        timeEl('until', untilMs),
        '.',
      ),
      // A reason that turns the direction of writing must not turn ours.
      el('p', { class: 'quiet' }, `${by}: `, el('bdi', {}, reason), `. It holds ${String(holds)} back now.`),
    ),
);

export function showSilences(silences: readonly SilenceView[]): void {
  byId('no-silences').hidden = silences.length > 0;
  updateSilences(silences);
}

const updateTry = staticList<TryView>(
  byId('try'),
  (hint) => JSON.stringify(hint),
  ({ text, atMs, command }) =>
    el(
      'li',
      {},
      el('p', {}, text, ...(atMs === undefined ? [] : [' ', timeEl('until', atMs), '.'])),
      command === undefined ? undefined : commandLine(command),
    ),
);

export function showTry(hints: readonly TryView[]): void {
  updateTry(hints);
}

/** A command with a button that copies it. */
function commandLine(command: string): HTMLElement {
  const button = el('button', { type: 'button', class: 'copy' }, 'Copy');
  button.addEventListener('click', () => {
    navigator.clipboard.writeText(command).then(
      () => (button.textContent = 'Copied'),
      () => (button.textContent = 'Not allowed'),
    );
  });
  return el('p', { class: 'command' }, el('code', {}, command), button);
}
