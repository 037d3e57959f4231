import type { ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { reasonOf } from '../read/system-watch.ts';
import type { LookView, PageView } from '../view/page-view.ts';
import type { Board } from './board.ts';

interface Reader {
  readonly response: ServerResponse;
  /** The last posting that it has; undefined for nothing yet. */
  lastId: string | undefined;
}

/** A reader that takes nothing is cut off; its browser comes back and catches up. */
const MOST_UNSENT_BYTES = 4_000_000;
/** More pages than one person opens. */
const MOST_READERS = 40;

/**
 * Server-sent events for every open page. It looks while somebody reads, and rests otherwise. Events: `part` (a part of the page,
 * with an id to come back with), `look` (how true it is) and `ended` (the server ends).
 */
export class LiveFeed {
  readonly #board: Board;
  readonly #look: () => Promise<PageView>;
  readonly #everyMs: number;
  readonly #readers = new Set<Reader>();
  readonly #ending = new AbortController();
  #pause = new AbortController();
  #loop: Promise<void> | undefined;
  #asOfMs: number | undefined;

  constructor(board: Board, look: () => Promise<PageView>, everyMs: number) {
    this.#board = board;
    this.#look = look;
    this.#everyMs = everyMs;
  }

  /**
   * Adds a reader; it hears the first time after a fresh look, so that nothing old looks new.
   *
   * @param lastId the last posting that it had
   * @returns false if there are too many
   */
  add(response: ServerResponse, lastId: string | undefined): boolean {
    if (this.#readers.size >= MOST_READERS || this.#ending.signal.aborted) return false;
    const reader: Reader = { response, lastId };
    this.#readers.add(reader);
    response.on('close', () => this.#readers.delete(reader));
    // Tells the browser at once that the connection stands, and how soon to try again.
    response.write('retry: 1000\n\n');
    this.#loop ??= this.#run();
    this.lookNow();
    return true;
  }

  /** Does not wait for the next turn. */
  lookNow(): void {
    this.#pause.abort();
  }

  /** Says goodbye to all readers. */
  async end(): Promise<void> {
    this.#ending.abort();
    this.lookNow();
    for (const { response } of this.#readers) response.end('event: ended\ndata: {}\n\n');
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (this.#readers.size > 0 && !this.#ending.signal.aborted) {
      this.#pause = new AbortController();
      const problem = await this.#lookOnce();
      this.#tell(problem);
      await setTimeout(this.#everyMs, undefined, { signal: this.#pause.signal }).catch(() => undefined);
    }
    this.#loop = undefined;
  }

  /** Returns why it could not be looked. */
  async #lookOnce(): Promise<string | undefined> {
    const startedMs = Date.now();
    try {
      this.#board.publish(await this.#look());
      this.#asOfMs = startedMs;
      return undefined;
    } catch (error) {
      return reasonOf(error);
    }
  }

  #tell(problem: string | undefined): void {
    if (this.#ending.signal.aborted) return;
    const look: LookView = {
      nowMs: Date.now(),
      ...(this.#asOfMs === undefined ? {} : { asOfMs: this.#asOfMs }),
      ...(problem === undefined ? {} : { problem }),
    };
    for (const reader of this.#readers) {
      if (reader.response.writableLength > MOST_UNSENT_BYTES) {
        reader.response.destroy();
        continue;
      }
      const missed = this.#board.since(reader.lastId);
      reader.lastId = missed.at(-1)?.id ?? reader.lastId;
      const parts = missed.map(
        ({ id, name, json }) =>
          `id: ${id}\nevent: part\ndata: {"name":${JSON.stringify(name)},"value":${json}}\n\n`,
      );
      reader.response.write(`${parts.join('')}event: look\ndata: ${JSON.stringify(look)}\n\n`);
    }
  }
}
