import type { Kernel } from '../kernel/kernel.ts';
import type { EventSourceMapping } from './event-source-mapping.ts';
import { batchEvent, inPayloads, readFailures, type QueueMessage } from './queue-batch.ts';

/** The part of the embedded SQS that an event source mapping needs. */
export interface Queues {
  /** Waits up to `waitMs` for messages; gives at most 10, as ReceiveMessage does. */
  readonly receive: (queueArn: string, max: number, waitMs: number) => Promise<readonly QueueMessage[]>;
  readonly deleteMessages: (queueArn: string, receiptHandles: readonly string[]) => Promise<void>;
  readonly visibilityTimeoutS: (queueArn: string) => number;
}

export interface PollerDeps {
  readonly kernel: Kernel;
  readonly queues: Queues;
  readonly hasRoom: (functionName: string) => boolean;
  /** Throws what Invoke throws; a function error is an answer with `functionError`. */
  readonly invoke: (
    functionName: string,
    payload: string,
  ) => Promise<{ readonly payload: string; readonly functionError?: string | undefined }>;
}

/** A receive that waits longer would hold up the end of the cloud. */
const WAIT_MS = 5_000;
/** Failed or throttled batches in a row make the poller slower. AWS gives no numbers. */
const BACK_OFF_MS = { first: 100, most: 10_000 };

/** Reads one queue and hands batches to one function, from its creation until it is stopped. */
export class QueuePoller {
  readonly #mapping: EventSourceMapping;
  readonly #deps: PollerDeps;
  #isStopped = false;
  #running = 0;
  /** Batches that failed, and receives that failed, each in a row. */
  #failures = 0;
  #unread = 0;
  #endPause = (): void => undefined;
  #isWaitingForRoom = false;

  constructor(mapping: EventSourceMapping, deps: PollerDeps) {
    this.#mapping = mapping;
    this.#deps = deps;
    void this.#loop();
  }

  stop(): void {
    this.#isStopped = true;
    this.#endPause();
  }

  async #loop(): Promise<void> {
    while (!this.#isStopped) {
      try {
        await this.#turn();
      } catch (error) {
        this.#unread += 1;
        this.#log('error', 'cannot read the queue.', error);
      }
    }
  }

  async #turn(): Promise<void> {
    const failures = Math.max(this.#failures, this.#unread);
    if (failures > 0) await this.#pause(Math.min(BACK_OFF_MS.first * 2 ** failures, BACK_OFF_MS.most));
    // Messages are not taken out of the queue when nobody could work on them.
    if (!this.#mayReceive()) {
      this.#isWaitingForRoom = true;
      await this.#pause(BACK_OFF_MS.first);
      this.#isWaitingForRoom = false;
      return;
    }
    const { clock } = this.#deps.kernel;
    const askedMs = clock.nowMs();
    const batch = await this.#receiveBatch();
    this.#unread = 0;
    if (this.#isStopped) return;
    for (const part of inPayloads(batch)) void this.#work(part);
    // A queue that is closing answers at once, with nothing.
    if (batch.length === 0 && clock.nowMs() - askedMs < BACK_OFF_MS.first)
      await this.#pause(BACK_OFF_MS.first);
  }

  #mayReceive(): boolean {
    return (
      !this.#isStopped &&
      this.#running < this.#mapping.maxConcurrency &&
      this.#deps.hasRoom(this.#mapping.functionName)
    );
  }

  async #receiveBatch(): Promise<QueueMessage[]> {
    const { queueArn, batchSize, windowMs } = this.#mapping;
    const { clock } = this.#deps.kernel;
    const batch: QueueMessage[] = [];
    // The window opens with the first message.
    let untilMs = Infinity;
    do {
      const waitMs = Math.min(Math.max(0, untilMs - clock.nowMs()), WAIT_MS);
      const max = Math.min(10, batchSize - batch.length);
      batch.push(...(await this.#deps.queues.receive(queueArn, max, waitMs)));
      if (batch.length === 0) return batch;
      if (untilMs === Infinity) untilMs = clock.nowMs() + windowMs;
    } while (!this.#isStopped && batch.length < batchSize && clock.nowMs() < untilMs);
    return batch;
  }

  async #work(batch: readonly QueueMessage[]): Promise<void> {
    this.#running += 1;
    try {
      const handles = await this.#invoke(batch);
      this.#failures = handles.length === 0 ? this.#failures + 1 : 0;
      if (handles.length > 0) await this.#deps.queues.deleteMessages(this.#mapping.queueArn, handles);
    } catch (error) {
      // The messages come back when their visibility time-out ends.
      this.#failures += 1;
      this.#log('warn', 'a batch was not taken.', error);
    } finally {
      this.#running -= 1;
      if (this.#isWaitingForRoom) this.#endPause();
    }
  }

  /** Gives the receipt handles of the messages that are finished with. */
  async #invoke(batch: readonly QueueMessage[]): Promise<string[]> {
    const { queueArn, functionName, mayFailInPart } = this.#mapping;
    const event = batchEvent(batch, { queueArn, region: this.#deps.kernel.region });
    const answer = await this.#deps.invoke(functionName, event);
    if (answer.functionError !== undefined) return [];
    const failed = mayFailInPart ? readFailures(answer.payload, batch) : new Set<string>();
    return batch.filter((each) => !failed.has(each.messageId)).map((each) => each.receiptHandle);
  }

  async #pause(ms: number): Promise<void> {
    if (this.#isStopped) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#deps.kernel.clock.after(ms, resolve);
      this.#endPause = () => {
        cancel();
        resolve();
      };
    });
  }

  #log(level: 'warn' | 'error', what: string, error: unknown): void {
    const { functionName, queueArn } = this.#mapping;
    const message = `Event source mapping of ${functionName} on ${queueArn}: ${what}`;
    this.#deps.kernel.log(level, message, { error: String(error) });
  }
}
