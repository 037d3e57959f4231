import { randomUUID } from 'node:crypto';
import type { LocalClock } from '../kernel/kernel.ts';
import { AwsError } from '../kernel/service.ts';
import { readReceiptHandle, type StoredMessage } from './message.ts';
import type { MessageStore } from './message-store.ts';
import type { QueueSettings } from './queue-settings.ts';

/** A message to put into a queue. `delayS` of the queue if none is given. */
export interface NewMessage extends Pick<StoredMessage, 'body' | 'attributes' | 'system'> {
  readonly delayS?: number;
}

export interface QueueDeps {
  readonly clock: LocalClock;
  readonly store: MessageStore;
  /** Takes a message that was received too often; false if its dead-letter queue is not there. */
  readonly redrive: (message: StoredMessage, from: QueueSettings) => boolean;
  /** So many messages may be received and not yet deleted. */
  readonly maxInFlight: number;
}

/**
 * One standard queue. Everything it does is on disk when the call returns, so a message that was
 * accepted is still there after a crash, with its receive count.
 */
export class Queue {
  settings: QueueSettings;
  /** Messages sent since the last look, for the vended metric. */
  sentCount = 0;
  readonly #deps: QueueDeps;
  readonly #waiters = new Set<() => void>();
  #isStopped = false;

  constructor(settings: QueueSettings, deps: QueueDeps) {
    this.settings = settings;
    this.#deps = deps;
  }

  send({ body, attributes, system, delayS = this.settings.delayS }: NewMessage): StoredMessage {
    const nowMs = this.#deps.clock.nowMs();
    const message = this.#deps.store.add({
      queue: this.settings.name,
      messageId: randomUUID(),
      body,
      attributes,
      system,
      sentAtMs: nowMs,
      visibleAtMs: nowMs + delayS * 1_000,
      receiveCount: 0,
    });
    this.sentCount += 1;
    this.#wake();
    return message;
  }

  /** Takes a message over from a queue that gave it up. Id, sent time and receive count stay (as on AWS). */
  adopt(message: StoredMessage, sourceArn: string): void {
    this.#deps.store.remove(message);
    this.#deps.store.add({
      ...message,
      queue: this.settings.name,
      visibleAtMs: this.#deps.clock.nowMs(),
      system: { ...message.system, DeadLetterQueueSourceArn: sourceArn },
    });
    this.#wake();
  }

  /** Takes up to `max` visible messages and hides them; what was received too often goes to the dead letters. */
  take(max: number, visibilityTimeoutS = this.settings.visibilityTimeoutS): StoredMessage[] {
    const nowMs = this.#deps.clock.nowMs();
    const most = Math.min(max, this.#roomInFlight());
    return this.#deps.store.atomically(() => {
      const taken: StoredMessage[] = [];
      for (const message of this.#alive(nowMs)) {
        if (taken.length >= most) break;
        if (message.visibleAtMs > nowMs || this.#isGivenUp(message)) continue;
        const received = {
          ...message,
          receiveCount: message.receiveCount + 1,
          firstReceivedAtMs: message.firstReceivedAtMs ?? nowMs,
          visibleAtMs: nowMs + visibilityTimeoutS * 1_000,
          receipt: randomUUID(),
        };
        this.#deps.store.replace(received);
        taken.push(received);
      }
      return taken;
    });
  }

  /**
   * As {@link take}, but waits up to `waitMs` for the first message. An empty list when the time is up.
   *
   * @throws AwsError `OverLimit` if it is not to wait and too many messages are in flight
   */
  async receive(max: number, waitMs: number, visibilityTimeoutS?: number): Promise<StoredMessage[]> {
    const untilMs = this.#deps.clock.nowMs() + waitMs;
    for (;;) {
      const taken = this.take(max, visibilityTimeoutS);
      const nowMs = this.#deps.clock.nowMs();
      if (taken.length === 0 && waitMs === 0) this.#refuseOverLimit();
      if (taken.length > 0 || nowMs >= untilMs || this.#isStopped) return taken;
      await this.#changeBefore(Math.min(untilMs, this.#nextVisibleMs(nowMs)) - nowMs);
    }
  }

  /**
   * Deletes the message that this receipt belongs to. One that is gone, or was received again since, is
   * left alone without an error.
   *
   * @throws AwsError `ReceiptHandleIsInvalid`
   */
  delete(handle: string): void {
    const message = this.#find(handle);
    if (message === undefined) return;
    const wasFull = this.#roomInFlight() <= 0;
    this.#deps.store.remove(message);
    if (wasFull) this.#wake();
  }

  /** Hides a message that is being worked on for `timeoutS` from now; 0 gives it back at once. */
  changeVisibility(handle: string, timeoutS: number): void {
    const nowMs = this.#deps.clock.nowMs();
    const message = this.#find(handle);
    if (message === undefined || message.visibleAtMs <= nowMs) {
      throw new AwsError(
        'MessageNotInflight',
        `The message of this receipt handle is not in flight in queue ${this.settings.name}: it is visible again, deleted, or was received by another.`,
      );
    }
    this.#deps.store.replace({ ...message, visibleAtMs: nowMs + timeoutS * 1_000 });
    this.#wake();
  }

  purge(): void {
    this.#deps.store.forget(this.settings.name);
  }

  /** How many messages are visible, in flight and delayed, and how old the oldest visible one is. */
  counts(): { visible: number; inFlight: number; delayed: number; oldestAgeS: number } {
    const nowMs = this.#deps.clock.nowMs();
    const counts = { visible: 0, inFlight: 0, delayed: 0, oldestAgeS: 0 };
    for (const { visibleAtMs, receiveCount, sentAtMs } of this.#alive(nowMs)) {
      if (visibleAtMs > nowMs) counts[receiveCount > 0 ? 'inFlight' : 'delayed'] += 1;
      else counts.visible += 1;
      if (visibleAtMs <= nowMs || receiveCount > 0) {
        counts.oldestAgeS = Math.max(counts.oldestAgeS, Math.floor((nowMs - sentAtMs) / 1_000));
      }
    }
    return counts;
  }

  /** Lets everybody who waits go home empty-handed. */
  stop(): void {
    this.#isStopped = true;
    this.#wake();
  }

  *#alive(nowMs: number): Generator<StoredMessage> {
    for (const message of this.#deps.store.of(this.settings.name)) {
      if (nowMs - message.sentAtMs < this.settings.retentionS * 1_000) yield message;
      else this.#deps.store.remove(message);
    }
  }

  #isGivenUp(message: StoredMessage): boolean {
    const { redrive } = this.settings;
    if (redrive === undefined || message.receiveCount < redrive.maxReceiveCount) return false;
    return this.#deps.redrive(message, this.settings);
  }

  /** Counted only when there could be too many: it takes a look at every message. */
  #roomInFlight(): number {
    const { store, maxInFlight } = this.#deps;
    if (store.count(this.settings.name) < maxInFlight) return Infinity;
    return maxInFlight - this.counts().inFlight;
  }

  /** With long polling SQS tells nothing (SQS developer guide, "Amazon SQS standard queue quotas"). */
  #refuseOverLimit(): void {
    if (this.#roomInFlight() > 0) return;
    throw new AwsError(
      'OverLimit',
      `Queue ${this.settings.name} has ${this.#deps.maxInFlight} messages in flight, the most there may be. Delete what was worked on.`,
    );
  }

  #find(handle: string): StoredMessage | undefined {
    const read = readReceiptHandle(handle);
    if (read === undefined) {
      throw new AwsError(
        'ReceiptHandleIsInvalid',
        `The input receipt handle "${handle}" is not a valid receipt handle.`,
      );
    }
    const message = this.#deps.store.get(this.settings.name, read.messageId);
    return message?.receipt === read.receipt ? message : undefined;
  }

  #nextVisibleMs(nowMs: number): number {
    let nextMs = Number.POSITIVE_INFINITY;
    // What is visible and was not taken waits for room, not for time.
    for (const { visibleAtMs } of this.#alive(nowMs)) {
      if (visibleAtMs > nowMs) nextMs = Math.min(nextMs, visibleAtMs);
    }
    return nextMs;
  }

  #changeBefore(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        this.#waiters.delete(done);
        resolve();
      };
      const cancel = this.#deps.clock.after(delayMs, done);
      this.#waiters.add(done);
    });
  }

  #wake(): void {
    for (const wake of this.#waiters) wake();
  }
}
