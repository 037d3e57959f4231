import type { Kernel } from '../kernel/kernel.ts';
import { AwsError } from '../kernel/service.ts';
import { schedulePayload, type ScheduledRun } from './schedule-payload.ts';
import type { Schedule } from './schedule.ts';

/** Delivers runs and tries again those that failed, over restarts. */
export interface ScheduleDelivery {
  readonly begin: (schedule: Schedule, run: ScheduledRun) => void;
  /** Takes up the retries that an earlier run of the cloud left. */
  readonly resume: () => void;
  /** Resolves when no delivery is under way. */
  readonly halt: () => Promise<void>;
}

interface PendingRun extends ScheduledRun {
  readonly scheduleArn: string;
  readonly nextAtMs: number;
}

/** AWS says "exponential backoff" and gives no numbers. */
const RETRY_MS = { first: 1_000, most: 600_000 };

/**
 * Deliveries of all schedules. A run is kept until it is delivered, handed to the dead-letter queue
 * or given up, so it is delivered at least once.
 */
export function createScheduleDelivery(
  kernel: Kernel,
  scheduleOf: (arn: string) => Schedule | undefined,
): ScheduleDelivery {
  const { clock } = kernel;
  const table = kernel.state('scheduler').table<PendingRun>('pending_runs');
  const timers = new Map<string, () => void>();
  const underWay = new Set<Promise<void>>();

  const tryNow = (schedule: Schedule, run: PendingRun): void => {
    const work = attempt(schedule, run).finally(() => underWay.delete(work));
    underWay.add(work);
  };
  const attempt = async (schedule: Schedule, run: PendingRun): Promise<void> => {
    const tried = { ...run, attempts: run.attempts + 1 };
    try {
      const payload = schedulePayload(schedule, tried, kernel);
      await kernel.deliver(schedule.target.arn, { payload, ...senderOf(schedule) });
      table.delete(run.executionId);
    } catch (error) {
      await settleFailure(schedule, tried, error);
    }
  };
  const settleFailure = async (schedule: Schedule, run: PendingRun, error: unknown): Promise<void> => {
    const { target } = schedule;
    const delayMs = Math.min(RETRY_MS.first * 2 ** (run.attempts - 1), RETRY_MS.most);
    const next = { ...run, nextAtMs: clock.nowMs() + delayMs };
    const isTooOld = next.nextAtMs - run.scheduledAtMs > target.maximumAgeMs;
    if (run.attempts <= target.maximumRetryAttempts && !isTooOld) {
      table.put(run.executionId, next);
      arm(schedule, next);
      return;
    }
    const condition = isTooOld ? 'MaximumEventAgeInSeconds' : 'MaximumRetryAttempts';
    kernel.log('error', `${schedule.arn}: a run is given up (${condition}).`, { error: String(error) });
    await sendDeadLetter(kernel, schedule, { run, error, condition });
    table.delete(run.executionId);
  };
  const arm = (schedule: Schedule, run: PendingRun): void => {
    const cancel = clock.after(Math.max(0, run.nextAtMs - clock.nowMs()), () => {
      timers.delete(run.executionId);
      tryNow(schedule, run);
    });
    timers.set(run.executionId, cancel);
  };

  return {
    begin: (schedule, run) => {
      const pending = { ...run, scheduleArn: schedule.arn, nextAtMs: clock.nowMs() };
      table.put(run.executionId, pending);
      tryNow(schedule, pending);
    },
    resume: () => {
      for (const [id, run] of table.entries()) {
        const schedule = scheduleOf(run.scheduleArn);
        if (schedule === undefined) table.delete(id);
        else arm(schedule, run);
      }
    },
    halt: async () => {
      await Promise.all(underWay);
      for (const cancel of timers.values()) cancel();
      timers.clear();
    },
  };
}

interface GivenUp {
  readonly run: PendingRun;
  readonly error: unknown;
  readonly condition: string;
}

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html */
async function sendDeadLetter(kernel: Kernel, schedule: Schedule, { run, error, condition }: GivenUp) {
  const arn = schedule.target.deadLetterArn;
  if (arn === undefined) return;
  const text = (value: string) => ({ type: 'String', value });
  const attributes = {
    ERROR_CODE: text(error instanceof AwsError ? error.code : 'InternalFailure'),
    ERROR_MESSAGE: text(error instanceof Error ? error.message : String(error)),
    EXHAUSTED_RETRY_CONDITION: text(condition),
    SCHEDULE_ARN: text(schedule.arn),
    TARGET_ARN: text(schedule.target.arn),
    RETRY_ATTEMPTS: { type: 'Number', value: String(run.attempts - 1) },
  };
  try {
    const payload = schedulePayload(schedule, run, kernel);
    await kernel.deliver(arn, { payload, ...senderOf(schedule), attributes });
  } catch (failure) {
    kernel.log('error', `${schedule.arn}: its dead letter could not be sent to ${arn}.`, {
      error: String(failure),
    });
  }
}

function senderOf(schedule: Schedule) {
  return { from: 'scheduler.amazonaws.com', sourceArn: schedule.arn };
}
