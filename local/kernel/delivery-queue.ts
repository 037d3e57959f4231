import type { Kernel } from './kernel.ts';
import { AwsError, type Delivery } from './service.ts';
import type { StateStore } from './state-store.ts';

/** One delivery that has to arrive at least once. */
export interface PendingDelivery {
  /** In order of acceptance. */
  readonly id: string;
  readonly arn: string;
  readonly delivery: Delivery;
  readonly acceptedAtMs: number;
  readonly attempts: number;
  readonly nextAtMs: number;
  /** At most so many tries after the first one. */
  readonly maxRetries: number;
  readonly maxAgeMs: number;
  /** The queue that gets what could not be delivered. */
  readonly deadLetterArn?: string;
}

/** Why a delivery was given up, in the words of the EventBridge and SNS guides. */
export interface Failure {
  readonly pending: PendingDelivery;
  readonly error: unknown;
  readonly condition: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds' | 'ClientError';
}

export interface DeliveryQueue {
  /** Keeps deliveries; once this returns each will be tried at least once. In the caller's transaction, if there is one. */
  readonly add: (
    deliveries: readonly Omit<PendingDelivery, 'id' | 'acceptedAtMs' | 'attempts' | 'nextAtMs'>[],
  ) => void;
  /** Takes up what an earlier run left. Before that nothing is sent: receivers may not be there yet. */
  readonly start: () => void;
  readonly stop: () => void;
}

export interface DeliveryQueueOptions {
  /** Where they are kept; each queue of a service has its own. Default `pending_deliveries`. */
  readonly table?: string;
  /** Hands one over; throws what the receiver throws. Default: through the kernel to the service of the ARN. */
  readonly send?: (pending: PendingDelivery) => Promise<void>;
  /** The wait before retry `n`, counted from 1. */
  readonly delayMs: (retry: number, pending: PendingDelivery) => number;
  /** What the dead-letter queue gets. */
  readonly deadLetter: (failure: Failure) => Delivery;
}

/**
 * The retry queue behind SNS and EventBridge: on disk from acceptance to arrival, so a kill of the cloud
 * delivers twice at worst. A client error (the receiver is not there, refuses the caller or the payload)
 * is not tried again, as on AWS; throttling and server errors are.
 */
export function createDeliveryQueue(
  kernel: Kernel,
  state: StateStore,
  options: DeliveryQueueOptions,
): DeliveryQueue {
  const table = state.table<PendingDelivery>(options.table ?? 'pending_deliveries');
  const send = options.send ?? (({ arn, delivery }) => kernel.deliver(arn, delivery));
  const cancels = new Map<string, () => void>();
  let isRunning = false;
  let sequence = Number(table.entries().at(-1)?.[0] ?? 0);

  const schedule = (pending: PendingDelivery): void => {
    const delayMs = pending.nextAtMs - kernel.clock.nowMs();
    if (delayMs <= 0) {
      void attempt(pending);
      return;
    }
    const cancel = kernel.clock.after(delayMs, () => {
      cancels.delete(pending.id);
      void attempt(pending);
    });
    cancels.set(pending.id, cancel);
  };
  const attempt = async (pending: PendingDelivery): Promise<void> => {
    try {
      await send(pending);
    } catch (error) {
      // The receivers were stopped before us: not this delivery's fault, the next run takes it up.
      if (isRunning) retryOrGiveUp({ ...pending, attempts: pending.attempts + 1 }, error);
      return;
    }
    forget(pending.id);
  };
  /** After stop the memory may be closed; the next run then sends once more. */
  const forget = (id: string): void => {
    if (isRunning) table.delete(id);
  };
  const retryOrGiveUp = (pending: PendingDelivery, error: unknown): void => {
    const nowMs = kernel.clock.nowMs();
    const next = { ...pending, nextAtMs: nowMs + options.delayMs(pending.attempts, pending) };
    const condition = isClientError(error)
      ? 'ClientError'
      : pending.attempts > pending.maxRetries
        ? 'MaximumRetryAttempts'
        : next.nextAtMs - pending.acceptedAtMs > pending.maxAgeMs
          ? 'MaximumEventAgeInSeconds'
          : undefined;
    const context = { arn: pending.arn, attempts: pending.attempts, error: String(error) };
    if (condition !== undefined) {
      kernel.log('error', 'A delivery is given up.', { ...context, condition });
      void bury({ pending, error, condition });
      return;
    }
    kernel.log('warn', 'A delivery failed and will be tried again.', context);
    table.put(next.id, next);
    schedule(next);
  };
  const bury = async (failure: Failure): Promise<void> => {
    const { id, deadLetterArn } = failure.pending;
    try {
      if (deadLetterArn !== undefined) await kernel.deliver(deadLetterArn, options.deadLetter(failure));
    } catch (error) {
      kernel.log('error', 'A dead letter could not be kept; the delivery is lost.', {
        arn: deadLetterArn,
        delivery: failure.pending.delivery,
        error: String(error),
      });
    }
    forget(id);
  };
  return {
    add: (deliveries) => {
      const nowMs = kernel.clock.nowMs();
      for (const one of deliveries) {
        sequence += 1;
        const id = String(sequence).padStart(15, '0');
        const pending = { ...one, id, acceptedAtMs: nowMs, attempts: 0, nextAtMs: nowMs };
        table.put(id, pending);
        // Not before the caller's transaction is through.
        if (isRunning) queueMicrotask(() => schedule(pending));
      }
    },
    start: () => {
      isRunning = true;
      for (const [, pending] of table.entries()) schedule(pending);
    },
    stop: () => {
      isRunning = false;
      for (const cancel of cancels.values()) cancel();
      cancels.clear();
    },
  };
}

const THROTTLES = /Throttl|TooManyRequests|LimitExceeded|OverLimit/;

function isClientError(error: unknown): boolean {
  return (
    error instanceof AwsError && error.status < 500 && error.status !== 429 && !THROTTLES.test(error.code)
  );
}
