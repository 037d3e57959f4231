import { el, setText } from './dom.ts';

/** How a moment is told: at which time, how long ago, or in how long. */
type Manner = 'at' | 'ago' | 'until';

let offsetMs = 0;
let frozenMs: number | undefined;

/** Sets the page's clock by the server's. Frozen: what is shown was so at that time, and does not age. */
export function setNow(serverNowMs: number): void {
  offsetMs = serverNowMs - Date.now();
  frozenMs = undefined;
}

export function freezeAt(atMs: number): void {
  frozenMs = atMs;
}

function nowMs(): number {
  return frozenMs ?? Date.now() + offsetMs;
}

const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
});

/** Local time of day. */
export function clockText(atMs: number): string {
  return CLOCK.format(atMs);
}

/** A moment that tells itself anew every second. */
export function timeEl(manner: Manner, atMs: number): HTMLTimeElement {
  const node = el('time', { 'data-manner': manner });
  setTime(node, atMs);
  return node;
}

export function setTime(node: HTMLTimeElement, atMs: number): void {
  node.dateTime = new Date(atMs).toISOString();
  node.title = new Date(atMs).toLocaleString();
  node.dataset['atMs'] = String(atMs);
  tell(node);
}

/** Tells all moments on the page anew; called once a second. */
export function tick(): void {
  for (const node of document.querySelectorAll<HTMLTimeElement>('time[data-manner]')) tell(node);
}

function tell(node: HTMLTimeElement): void {
  const atMs = Number(node.dataset['atMs']);
  switch (node.dataset['manner'] as Manner) {
    case 'at':
      return setText(node, clockText(atMs));
    case 'ago':
      return setText(node, `${lengthText(nowMs() - atMs)} ago`);
    case 'until':
      return setText(
        node,
        atMs > nowMs() ? `in ${lengthText(atMs - nowMs())} (${clockText(atMs)})` : `any moment`,
      );
  }
}

/** A length of time in its largest unit: 42 s, 3 min, 2 h, 5 d. */
export function lengthText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${String(seconds)} s`;
  if (seconds < 5_400) return `${String(Math.round(seconds / 60))} min`;
  if (seconds < 129_600) return `${String(Math.round(seconds / 3_600))} h`;
  return `${String(Math.round(seconds / 86_400))} d`;
}
