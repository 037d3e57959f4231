import type { LookView } from '../view/page-view.ts';

/** How true the page is. Only `live` is now. */
export type Liveness =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live'; readonly look: LookView }
  /** The server answers, and cannot read what it should show. */
  | { readonly kind: 'behind'; readonly problem: string; readonly asOfMs: number | undefined }
  /** Nothing is heard. */
  | { readonly kind: 'lost'; readonly asOfMs: number | undefined }
  /** The server said that it ends. */
  | { readonly kind: 'ended'; readonly asOfMs: number | undefined };

export interface LiveListener {
  readonly onPart: (name: string, value: unknown) => void;
  readonly onLiveness: (liveness: Liveness) => void;
}

/** It is looked every second; so long without a word, and nothing is known any more. */
const SILENCE_MS = 6_000;
const AGAIN_MS = 2_000;

/** Follows the server's events for as long as the page is open, and says at every moment how true the page is. */
export function follow({ onPart, onLiveness }: LiveListener): void {
  let lastId = '';
  let heardMs = Date.now();
  let asOfMs: number | undefined;
  let hasEnded = false;

  const lose = (): void => {
    onLiveness(hasEnded ? { kind: 'ended', asOfMs } : { kind: 'lost', asOfMs });
  };

  const open = (): void => {
    // The browser itself comes back with the last id; after a refusal it does not, so we do.
    const source = new EventSource(
      lastId === '' ? '/api/live' : `/api/live?after=${encodeURIComponent(lastId)}`,
    );
    source.addEventListener('part', (event: MessageEvent<string>) => {
      lastId = event.lastEventId;
      const { name, value } = JSON.parse(event.data) as { name: string; value: unknown };
      onPart(name, value);
    });
    source.addEventListener('look', (event: MessageEvent<string>) => {
      const look = JSON.parse(event.data) as LookView;
      heardMs = Date.now();
      hasEnded = false;
      asOfMs = look.asOfMs ?? asOfMs;
      onLiveness(
        look.problem === undefined
          ? { kind: 'live', look }
          : { kind: 'behind', problem: look.problem, asOfMs: look.asOfMs },
      );
    });
    source.addEventListener('ended', () => {
      hasEnded = true;
      lose();
    });
    source.addEventListener('error', () => {
      lose();
      if (source.readyState !== EventSource.CLOSED) return;
      source.close();
      setTimeout(open, AGAIN_MS);
    });
  };
  open();
  setInterval(() => {
    if (Date.now() - heardMs > SILENCE_MS) lose();
  }, 1_000);
}
