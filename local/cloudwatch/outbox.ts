import type { Kernel } from '../kernel/kernel.ts';
import type { StateStore, StateTable } from '../kernel/state-store.ts';
import type { AlarmHistory, HistoryItem } from './alarm-history.ts';
import type { Notice } from './notices.ts';

/** A delivery that failed is tried again after so long; then it is given up and the log says so. */
const RETRY_AFTER_MS: readonly number[] = [1_000, 5_000, 25_000];

/** So many notices are sent before the rest of the cloud has its turn. */
const PORTION = 20;

interface Entry {
  readonly key: string;
  readonly notice: Notice;
}

type ActionEntry = Entry & { readonly notice: ActionNotice };
type ActionNotice = Extract<Notice, { kind: 'action' }>;

/**
 * Everything that alarms send, kept on disk from the change of state until it is delivered: a crash in
 * between sends it again, so receivers get each notice at least once. What a former run left behind
 * goes out with the first {@link Outbox.send}.
 */
export class Outbox {
  readonly #kernel: Kernel;
  readonly #state: StateStore;
  readonly #history: AlarmHistory;
  readonly #table: StateTable<Notice>;
  #waiting: Entry[];
  #sequence: number;
  #isClosed = false;

  constructor(kernel: Kernel, state: StateStore, history: AlarmHistory) {
    this.#kernel = kernel;
    this.#state = state;
    this.#history = history;
    this.#table = state.table<Notice>('outbox');
    this.#waiting = this.#table.entries().map(([key, notice]) => ({ key, notice }));
    this.#sequence = Number(this.#waiting.at(-1)?.key ?? 0);
  }

  /** Writes notices down, in the caller's transaction; nothing is sent yet. */
  add(notices: readonly Notice[]): void {
    for (const notice of notices) {
      this.#sequence += 1;
      const key = String(this.#sequence).padStart(15, '0');
      this.#table.put(key, notice);
      this.#waiting.push({ key, notice });
    }
  }

  /** Sends what was added and is not yet under way, in order, a storm in portions. Never throws for a receiver. */
  send(): void {
    if (this.#isClosed) return;
    const entries = this.#waiting.splice(0, PORTION);
    // Who gets the first of ten thousand notices must not wait for the last to be sent.
    if (this.#waiting.length > 0)
      this.#kernel.clock.after(0, () => {
        this.send();
      });
    const emitted: string[] = [];
    for (const { key, notice } of entries) {
      if (notice.kind === 'event') {
        this.#kernel.emit(notice.event);
        emitted.push(key);
      } else void this.#deliver({ key, notice }, 0);
    }
    if (emitted.length === 0) return;
    this.#state.atomically(() => {
      for (const key of emitted) this.#table.delete(key);
    });
  }

  /** From now on nothing is written: what is still under way stays in the box for the next run. */
  close(): void {
    this.#isClosed = true;
  }

  async #deliver(entry: ActionEntry, attempt: number): Promise<void> {
    const { target, delivery } = entry.notice;
    try {
      await this.#kernel.deliver(target, delivery);
    } catch (error) {
      this.#failed(entry, attempt, error);
      return;
    }
    this.#settle(entry, `Successfully executed action ${target}`);
  }

  #failed(entry: ActionEntry, attempt: number, error: unknown): void {
    if (this.#isClosed) return;
    const { target, alarmName } = entry.notice;
    const delayMs = RETRY_AFTER_MS[attempt];
    const context = { alarm: alarmName, target, attempt: attempt + 1, error: String(error) };
    if (delayMs === undefined) {
      this.#kernel.log('error', 'An alarm action failed and is given up.', context);
      this.#settle(entry, `Failed to execute action ${target}. Received error: "${String(error)}"`);
      return;
    }
    this.#kernel.log('warn', 'An alarm action failed and will be tried again.', { ...context, delayMs });
    this.#kernel.clock.after(delayMs, () => void this.#deliver(entry, attempt + 1));
  }

  #settle({ key, notice }: ActionEntry, summary: string): void {
    if (this.#isClosed) return;
    this.#state.atomically(() => {
      this.#table.delete(key);
      this.#history.add(actionItem(notice, summary, this.#kernel.clock.nowMs()));
    });
  }
}

function actionItem(notice: ActionNotice, summary: string, atMs: number): HistoryItem {
  const { alarmName, contributor, target } = notice;
  return {
    alarmName,
    atMs,
    type: contributor === undefined ? 'Action' : 'AlarmContributorAction',
    summary,
    data: JSON.stringify({ version: '1.0', notificationResource: target }),
    ...(contributor === undefined ? {} : { contributor }),
  };
}
