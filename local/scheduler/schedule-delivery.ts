import { createHash } from 'node:crypto';
import type { Kernel } from '../kernel/kernel.ts';
import { AwsError } from '../kernel/service.ts';
import type { StateTable } from '../kernel/state-store.ts';
import { schedulePayload, type ScheduledRun } from './schedule-payload.ts';
import type { Schedule } from './schedule.ts';

interface PendingRun extends ScheduledRun {
  readonly scheduleArn: string;
  readonly nextAtMs: number;
}

/** AWS says "exponential backoff" and gives no numbers. */
const RETRY_MS = { first: 1_000, most: 600_000 };

/**
 * Delivers the runs of all schedules and tries again those that failed. A run is kept until it is
 * delivered, handed to the dead-letter queue or given up, so it is delivered at least once.
 */
export class ScheduleDelivery {
  readonly #kernel: Kernel;
  readonly #scheduleOf: (arn: string) => Schedule | undefined;
  readonly #table: StateTable<PendingRun>;
  readonly #timers = new Map<string, () => void>();
  readonly #underWay = new Set<Promise<void>>();

  constructor(kernel: Kernel, scheduleOf: (arn: string) => Schedule | undefined) {
    this.#kernel = kernel;
    this.#scheduleOf = scheduleOf;
    this.#table = kernel.state('scheduler').table<PendingRun>('pending_runs');
  }

  begin(schedule: Schedule, run: ScheduledRun): void {
    const nowMs = this.#kernel.clock.nowMs();
    const nextAtMs = Math.max(nowMs, run.scheduledAtMs + offsetMs(schedule, run));
    const pending = { ...run, scheduleArn: schedule.arn, nextAtMs };
    this.#table.put(run.executionId, pending);
    if (nextAtMs > nowMs) this.#arm(schedule, pending);
    else this.#tryNow(schedule, pending);
  }

  /** Takes up the retries that an earlier run of the cloud left. */
  resume(): void {
    for (const [id, run] of this.#table.entries()) {
      const schedule = this.#scheduleOf(run.scheduleArn);
      if (schedule === undefined) this.#table.delete(id);
      else this.#arm(schedule, run);
    }
  }

  /** Resolves when no delivery is under way. */
  async halt(): Promise<void> {
    await Promise.all(this.#underWay);
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  #tryNow(schedule: Schedule, run: PendingRun): void {
    const work = this.#attempt(schedule, run).finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
  }

  async #attempt(schedule: Schedule, run: PendingRun): Promise<void> {
    const tried = { ...run, attempts: run.attempts + 1 };
    try {
      const payload = schedulePayload(schedule, tried, this.#kernel);
      await this.#kernel.deliver(schedule.target.arn, { payload, ...senderOf(schedule) });
      this.#table.delete(run.executionId);
    } catch (error) {
      await this.#settleFailure(schedule, tried, error);
    }
  }

  async #settleFailure(schedule: Schedule, run: PendingRun, error: unknown): Promise<void> {
    const { maximumAgeMs, maximumRetryAttempts } = schedule.target;
    const delayMs = Math.min(RETRY_MS.first * 2 ** (run.attempts - 1), RETRY_MS.most);
    const next = { ...run, nextAtMs: this.#kernel.clock.nowMs() + delayMs };
    const isTooOld = next.nextAtMs - run.scheduledAtMs > maximumAgeMs;
    if (run.attempts <= maximumRetryAttempts && !isTooOld) {
      this.#table.put(run.executionId, next);
      this.#arm(schedule, next);
      return;
    }
    const condition = isTooOld ? 'MaximumEventAgeInSeconds' : 'MaximumRetryAttempts';
    this.#kernel.log('error', `${schedule.arn}: a run is given up (${condition}).`, { error: String(error) });
    await this.#sendDeadLetter(schedule, run, deadLetterAttributes(schedule, run, { error, condition }));
    this.#table.delete(run.executionId);
  }

  #arm(schedule: Schedule, run: PendingRun): void {
    const { clock } = this.#kernel;
    const cancel = clock.after(Math.max(0, run.nextAtMs - clock.nowMs()), () => {
      this.#timers.delete(run.executionId);
      this.#tryNow(schedule, run);
    });
    this.#timers.set(run.executionId, cancel);
  }

  async #sendDeadLetter(schedule: Schedule, run: PendingRun, attributes: Attributes): Promise<void> {
    const arn = schedule.target.deadLetterArn;
    if (arn === undefined) return;
    try {
      const payload = schedulePayload(schedule, run, this.#kernel);
      await this.#kernel.deliver(arn, { payload, ...senderOf(schedule), attributes });
    } catch (error) {
      const message = `${schedule.arn}: its dead letter could not be sent to ${arn}.`;
      this.#kernel.log('error', message, { error: String(error) });
    }
  }
}

/** Where in its flexible window a run falls. From a hash, so that a day can be repeated. */
function offsetMs({ arn, windowMs }: Schedule, { scheduledAtMs }: ScheduledRun): number {
  const share = createHash('sha256').update(`${arn} ${scheduledAtMs}`).digest().readUInt32BE() / 2 ** 32;
  return Math.floor(share * windowMs);
}

type Attributes = Readonly<Record<string, { readonly type: string; readonly value: string }>>;

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html */
function deadLetterAttributes(
  { arn, target }: Schedule,
  run: PendingRun,
  { error, condition }: { readonly error: unknown; readonly condition: string },
): Attributes {
  const text = (value: string) => ({ type: 'String', value });
  return {
    ERROR_CODE: text(error instanceof AwsError ? error.code : 'InternalFailure'),
    ERROR_MESSAGE: text(error instanceof Error ? error.message : String(error)),
    EXHAUSTED_RETRY_CONDITION: text(condition),
    SCHEDULE_ARN: text(arn),
    TARGET_ARN: text(target.arn),
    RETRY_ATTEMPTS: { type: 'Number', value: String(run.attempts - 1) },
  };
}

function senderOf(schedule: Schedule) {
  return { from: 'scheduler.amazonaws.com', sourceArn: schedule.arn, roleArn: schedule.target.roleArn };
}
