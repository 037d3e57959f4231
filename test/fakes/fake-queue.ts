import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import type { Clock } from '../../shared/ports/clock.ts';
import { aRecord } from '../builders/alarm-events.ts';

interface Message {
  readonly id: string;
  readonly body: string;
  receives: number;
  visibleMs: number;
}

export interface FakeQueue {
  readonly send: (body: string, delayMs?: number) => void;
  /** Messages given up after too many tries. */
  readonly dead: readonly string[];
  readonly waiting: () => number;
}

/** As infra/stacks/alerting-stack.ts declares the queue and its event source. */
const VISIBILITY_MS = 180_000;
const MOST_RECEIVES = 5;
const BATCH = 10;

/** SQS with its event source: batches of ten, partial failures come again, a consumer that dies loses nothing. */
export function fakeQueue(
  clock: Clock,
  consume: (records: readonly SQSRecord[]) => Promise<SQSBatchResponse>,
): FakeQueue {
  let messages: Message[] = [];
  const dead: string[] = [];
  let sent = 0;
  const hand = async (batch: readonly Message[]): Promise<void> => {
    for (const message of batch) {
      message.receives += 1;
      message.visibleMs = clock.nowMs() + VISIBILITY_MS;
    }
    const died = clock.sleep(VISIBILITY_MS).then((): undefined => undefined);
    const answer = await Promise.race([
      consume(batch.map(({ id, body, receives }) => aRecord(id, body, receives))).catch(() => undefined),
      died,
    ]);
    if (answer === undefined) return;
    const failed = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    messages = messages.filter((message) => !batch.includes(message) || failed.has(message.id));
  };
  const poll = (): void => {
    const visible = messages.filter(({ visibleMs }) => visibleMs <= clock.nowMs());
    const lost = visible.filter(({ receives }) => receives >= MOST_RECEIVES);
    dead.push(...lost.map(({ body }) => body));
    messages = messages.filter((message) => !lost.includes(message));
    const batch = visible.filter((message) => !lost.includes(message)).slice(0, BATCH);
    if (batch.length === 0) return;
    void hand(batch).then(() => {
      if (messages.some(({ visibleMs }) => visibleMs <= clock.nowMs())) poll();
    });
    // What was not deleted is received again.
    void clock.sleep(VISIBILITY_MS).then(poll);
  };
  return {
    dead,
    waiting: () => messages.length,
    send: (body, delayMs = 0) => {
      sent += 1;
      messages.push({ id: `q-${String(sent)}`, body, receives: 0, visibleMs: clock.nowMs() + delayMs });
      void clock.sleep(delayMs).then(poll);
    },
  };
}
