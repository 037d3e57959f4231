import type { Kernel } from '../kernel/kernel.ts';
import type { Schedule } from './schedule.ts';

/** One run of a schedule: the same over all tries to deliver it. */
export interface ScheduledRun {
  readonly executionId: string;
  readonly scheduledAtMs: number;
  readonly attempts: number;
}

/**
 * What the target gets: the declared input with its context attributes filled in, parsed if it is
 * JSON; without an input the event that AWS makes up.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
export function schedulePayload(schedule: Schedule, run: ScheduledRun, kernel: Kernel): unknown {
  const scheduledTime = `${new Date(run.scheduledAtMs).toISOString().slice(0, 19)}Z`;
  if (schedule.target.input === undefined) {
    return {
      version: '0',
      id: run.executionId,
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      account: kernel.accountId,
      time: scheduledTime,
      region: kernel.region,
      resources: [schedule.arn],
      detail: '{}',
    };
  }
  const attributes: Readonly<Record<string, string>> = {
    'schedule-arn': schedule.arn,
    'scheduled-time': scheduledTime,
    'execution-id': run.executionId,
    'attempt-number': String(run.attempts),
  };
  const text = schedule.target.input.replaceAll(
    /<aws\.scheduler\.([a-z-]+)>/g,
    (whole, name: string) => attributes[name] ?? whole,
  );
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
