import type { StateStore } from '../kernel/state-store.ts';
import type { StoredMessage } from './message.ts';

/** All messages of all queues: in memory for reading, on disk before a call returns. */
export interface MessageStore {
  /** Messages of one queue, oldest arrival first. Removing while reading is allowed. */
  readonly of: (queue: string) => Iterable<StoredMessage>;
  readonly count: (queue: string) => number;
  readonly get: (queue: string, messageId: string) => StoredMessage | undefined;
  readonly add: (message: Omit<StoredMessage, 'sequence'>) => StoredMessage;
  readonly replace: (message: StoredMessage) => void;
  readonly remove: (message: StoredMessage) => void;
  /** Removes all messages of a queue. */
  readonly forget: (queue: string) => void;
  readonly atomically: <T>(work: () => T) => T;
}

/** Opens the messages that an earlier run left. */
export function openMessageStore(state: StateStore): MessageStore {
  const table = state.table<StoredMessage>('messages');
  const queues = new Map<string, Map<string, StoredMessage>>();
  const queueOf = (name: string): Map<string, StoredMessage> => {
    const known = queues.get(name) ?? new Map<string, StoredMessage>();
    queues.set(name, known);
    return known;
  };
  const kept = table.entries().map(([, message]) => message);
  kept.sort((left, right) => left.sequence - right.sequence);
  for (const message of kept) queueOf(message.queue).set(message.messageId, message);
  let sequence = kept.at(-1)?.sequence ?? 0;

  const replace = (message: StoredMessage): void => {
    table.put(keyOf(message), message);
    queueOf(message.queue).set(message.messageId, message);
  };
  const remove = (message: StoredMessage): void => {
    table.delete(keyOf(message));
    queueOf(message.queue).delete(message.messageId);
  };
  return {
    of: (queue) => queueOf(queue).values(),
    count: (queue) => queueOf(queue).size,
    get: (queue, messageId) => queueOf(queue).get(messageId),
    add: (message) => {
      sequence += 1;
      const stored = { ...message, sequence };
      replace(stored);
      return stored;
    },
    replace,
    remove,
    forget: (queue) => {
      state.atomically(() => {
        for (const message of queueOf(queue).values()) remove(message);
      });
    },
    atomically: state.atomically,
  };
}

function keyOf({ queue, messageId }: StoredMessage): string {
  return `${queue}/${messageId}`;
}
