import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Kernel } from '../kernel/kernel.ts';
import type { DeclaredResource, Service } from '../kernel/service.ts';
import { nextRunMs } from './next-run.ts';
import { readSchedule, type Schedule } from './schedule.ts';
import { createScheduleDelivery } from './schedule-delivery.ts';

/** setTimeout holds no more than 24 days; a run further away is looked at again daily. */
const LONGEST_TIMER_MS = 86_400_000;

/** What is remembered of a schedule over restarts. */
interface ScheduleMemory {
  readonly expressionText: string;
  /** When this expression was first deployed: an at() before it was never due. */
  readonly createdAtMs: number;
  readonly hasRun: boolean;
}

/**
 * The embedded EventBridge Scheduler: schedules from templates, delivered with retries.
 *
 * Runs that fell into a time when the cloud was off are not made up for, except at(), which runs at
 * the next start. On AWS the first run of a rate is one interval after its creation; here it is also
 * run once when the cloud starts, so that nobody waits for the first minute, and then on the minute.
 */
export function createScheduler(kernel: Kernel): Service {
  const { clock } = kernel;
  const state = kernel.state('scheduler');
  const memories = state.table<ScheduleMemory>('schedules');
  const schedules = new Map<string, Schedule>();
  const timers = new Map<string, () => void>();
  const delivery = createScheduleDelivery(kernel, (arn) => schedules.get(arn));
  let isRunning = false;

  const remember = (schedule: Schedule): ScheduleMemory => {
    const known = memories.get(schedule.arn);
    if (known?.expressionText === schedule.expressionText) return known;
    const { expressionText } = schedule;
    const memory = { expressionText, createdAtMs: clock.nowMs(), hasRun: false };
    memories.put(schedule.arn, memory);
    return memory;
  };
  const run = (schedule: Schedule, scheduledAtMs: number): void => {
    memories.put(schedule.arn, { ...remember(schedule), hasRun: true });
    delivery.begin(schedule, { executionId: randomUUID(), scheduledAtMs, attempts: 0 });
  };
  const isOpen = ({ isEnabled, startMs = -Infinity, endMs = Infinity }: Schedule, atMs: number): boolean =>
    isEnabled && atMs >= startMs && atMs < endMs;
  const arm = (schedule: Schedule, afterMs: number): void => {
    timers.get(schedule.arn)?.();
    timers.delete(schedule.arn);
    const nextMs = nextRunMs(schedule.expression, schedule.timeZone, afterMs);
    if (!schedule.isEnabled || nextMs === undefined) return;
    const delayMs = Math.max(0, nextMs - clock.nowMs());
    const wake = (): void => {
      if (delayMs <= LONGEST_TIMER_MS && isOpen(schedule, nextMs)) run(schedule, nextMs);
      // A machine that slept has one late run, not all the missed ones.
      arm(schedule, delayMs <= LONGEST_TIMER_MS ? Math.max(nextMs, clock.nowMs()) : afterMs);
    };
    timers.set(schedule.arn, clock.after(Math.min(delayMs, LONGEST_TIMER_MS), wake));
  };
  const begin = (schedule: Schedule): void => {
    const nowMs = clock.nowMs();
    const { createdAtMs, hasRun } = remember(schedule);
    if (schedule.expression.kind === 'rate' && isOpen(schedule, nowMs)) run(schedule, nowMs);
    const atMs = nextRunMs(schedule.expression, schedule.timeZone, createdAtMs - 1);
    const isMissed = schedule.expression.kind === 'at' && !hasRun && atMs !== undefined && atMs <= nowMs;
    if (isMissed && isOpen(schedule, atMs)) run(schedule, atMs);
    arm(schedule, nowMs);
  };
  const put = (resource: DeclaredResource) => {
    const schedule = readSchedule(resource, kernel);
    schedules.set(schedule.arn, schedule);
    remember(schedule);
    if (isRunning) arm(schedule, clock.nowMs());
    return { ref: schedule.name, attributes: { Arn: schedule.arn } };
  };
  const remove = (name: string): void => {
    for (const schedule of schedules.values()) {
      if (schedule.name !== name) continue;
      timers.get(schedule.arn)?.();
      schedules.delete(schedule.arn);
    }
  };
  const putGroup = ({ properties, suggestedName }: DeclaredResource) => {
    const { Name: name = suggestedName } = z.object({ Name: z.string().optional() }).parse(properties);
    const arn = `arn:aws:scheduler:${kernel.region}:${kernel.accountId}:schedule-group/${name}`;
    return { ref: name, attributes: { Arn: arn } };
  };

  return {
    name: 'scheduler',
    resources: [
      { type: 'AWS::Scheduler::Schedule', put, remove },
      { type: 'AWS::Scheduler::ScheduleGroup', put: putGroup },
    ],
    start: () => {
      isRunning = true;
      delivery.resume();
      for (const schedule of schedules.values()) begin(schedule);
    },
    stop: async () => {
      isRunning = false;
      for (const cancel of timers.values()) cancel();
      timers.clear();
      await delivery.halt();
    },
  };
}
