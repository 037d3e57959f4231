import type { Kernel } from '../kernel/kernel.ts';
import type { StateStore } from '../kernel/state-store.ts';
import type { AlarmHistory } from './alarm-history.ts';
import type { Notice } from './notices.ts';

/** A delivery that failed is tried again after so long; then it is given up and the log says so. */
const RETRY_AFTER_MS: readonly number[] = [1_000, 5_000, 25_000];

export interface Outbox {
  /** Writes notices down, in the caller's transaction; nothing is sent yet. */
  readonly add: (notices: readonly Notice[]) => void;
  /** Sends what was added and is not yet under way, in order. Never throws. */
  readonly send: () => void;
}

interface Entry {
  readonly key: string;
  readonly notice: Notice;
}

/**
 * Everything that alarms send, kept on disk from the change of state until it is delivered: a crash in
 * between sends it again, so receivers get each notice at least once. What a former run left behind
 * goes out with the first {@link Outbox.send}.
 */
export function openOutbox(kernel: Kernel, state: StateStore, history: AlarmHistory): Outbox {
  const table = state.table<Notice>('outbox');
  let waiting: Entry[] = table.entries().map(([key, notice]) => ({ key, notice }));
  let sequence = Number(waiting.at(-1)?.key ?? 0);
  const deliver = async (entry: Entry, attempt: number): Promise<void> => {
    if (entry.notice.kind === 'event') return;
    const { target, delivery, alarmName } = entry.notice;
    try {
      await kernel.deliver(target, delivery);
    } catch (error) {
      const delayMs = RETRY_AFTER_MS[attempt];
      const context = { alarm: alarmName, target, attempt: attempt + 1, error: String(error) };
      if (delayMs !== undefined) {
        kernel.log('warn', 'An alarm action failed and will be tried again.', { ...context, delayMs });
        kernel.clock.after(delayMs, () => void deliver(entry, attempt + 1));
        return;
      }
      kernel.log('error', 'An alarm action failed and is given up.', context);
      settle(entry, `Failed to execute action ${target}. Received error: "${String(error)}"`);
      return;
    }
    settle(entry, `Successfully executed action ${target}`);
  };
  const settle = ({ key, notice }: Entry, summary: string): void => {
    state.atomically(() => {
      table.delete(key);
      if (notice.kind === 'action') history.add(actionItem(notice, summary, kernel.clock.nowMs()));
    });
  };
  return {
    add: (notices) => {
      for (const notice of notices) {
        sequence += 1;
        const key = String(sequence).padStart(15, '0');
        table.put(key, notice);
        waiting.push({ key, notice });
      }
    },
    send: () => {
      const entries = waiting;
      waiting = [];
      const emitted: string[] = [];
      for (const entry of entries) {
        if (entry.notice.kind === 'event') {
          kernel.emit(entry.notice.event);
          emitted.push(entry.key);
        } else void deliver(entry, 0);
      }
      state.atomically(() => {
        for (const key of emitted) table.delete(key);
      });
    },
  };
}

function actionItem(
  notice: Extract<Notice, { kind: 'action' }>,
  summary: string,
  atMs: number,
): Parameters<AlarmHistory['add']>[0] {
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
