import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Kernel } from '../kernel/kernel.ts';
import type { DeclaredResource, DeployedResource, Service } from '../kernel/service.ts';
import type { StateTable } from '../kernel/state-store.ts';
import { nextRunMs } from './next-run.ts';
import { ScheduleDelivery } from './schedule-delivery.ts';
import { readSchedule, type Schedule } from './schedule.ts';
import { groupArn, schedulerNeeds, schedulerRoutes } from './scheduler-routes.ts';

/** setTimeout holds no more than 24 days; a run further away is looked at again daily. */
const LONGEST_TIMER_MS = 86_400_000;

/** What is remembered of a schedule over restarts. */
interface ScheduleMemory {
  readonly expressionText: string;
  /** When this expression was first deployed: an at() before it was never due. */
  readonly createdAtMs: number;
  readonly hasRun: boolean;
}

export interface SchedulerOptions {
  /** A rate also runs once when the cloud starts, so that nobody waits for the first minute. Default true. */
  readonly runsRatesAtStart?: boolean;
}

/**
 * The embedded EventBridge Scheduler: schedules from templates, delivered with retries.
 *
 * Runs that fell into a time when the cloud was off are not made up for, except at(), which runs at
 * the next start. On AWS the first run of a rate is one interval after its creation; here it is on the
 * minute, and unless the options say otherwise also at the start.
 */
export function createScheduler(kernel: Kernel, options: SchedulerOptions = {}): Service {
  return new EmbeddedScheduler(kernel, options);
}

class EmbeddedScheduler implements Service {
  readonly name = 'scheduler';
  readonly rest: NonNullable<Service['rest']>;
  readonly resources: NonNullable<Service['resources']>;
  readonly needs: NonNullable<Service['needs']>;
  readonly #kernel: Kernel;
  readonly #memories: StateTable<ScheduleMemory>;
  readonly #schedules = new Map<string, Schedule>();
  readonly #groups = new Set(['default']);
  readonly #timers = new Map<string, () => void>();
  readonly #delivery: ScheduleDelivery;
  readonly #runsRatesAtStart: boolean;
  #isRunning = false;

  constructor(kernel: Kernel, { runsRatesAtStart = true }: SchedulerOptions) {
    this.#kernel = kernel;
    this.#runsRatesAtStart = runsRatesAtStart;
    this.#memories = kernel.state('scheduler').table<ScheduleMemory>('schedules');
    this.#delivery = new ScheduleDelivery(kernel, (arn) => this.#schedules.get(arn));
    this.rest = schedulerRoutes(kernel, this.#groups, () =>
      [...this.#schedules.values()].map((schedule) => ({
        schedule,
        createdAtMs: this.#remember(schedule).createdAtMs,
      })),
    );
    this.needs = schedulerNeeds(kernel);
    this.resources = [
      {
        type: 'AWS::Scheduler::Schedule',
        put: (resource) => this.#put(resource),
        remove: (name) => {
          this.#remove(name);
        },
      },
      { type: 'AWS::Scheduler::ScheduleGroup', put: (resource) => this.#putGroup(resource) },
    ];
  }

  readonly start = (): void => {
    this.#isRunning = true;
    this.#delivery.resume();
    for (const schedule of this.#schedules.values()) this.#begin(schedule);
  };

  readonly stop = async (): Promise<void> => {
    this.#isRunning = false;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    await this.#delivery.halt();
  };

  #put(resource: DeclaredResource): DeployedResource {
    const schedule = readSchedule(resource, this.#kernel);
    this.#takeRole(schedule);
    this.#schedules.set(schedule.arn, schedule);
    this.#remember(schedule);
    if (this.#isRunning) this.#arm(schedule, this.#nowMs());
    return { ref: schedule.name, attributes: { Arn: schedule.arn } };
  }

  /** Trust policies are held to the group, not to the schedule (Scheduler user guide, "Confused deputy prevention"). */
  #takeRole({ group, target }: Schedule): void {
    const sourceArn = groupArn(this.#kernel, group);
    const scheduler = { kind: 'service', service: 'scheduler.amazonaws.com', sourceArn } as const;
    this.#kernel.authorize(scheduler, [{ action: 'sts:AssumeRole', resource: target.roleArn }]);
  }

  #remove(name: string): void {
    for (const schedule of this.#schedules.values()) {
      if (schedule.name !== name) continue;
      this.#timers.get(schedule.arn)?.();
      this.#schedules.delete(schedule.arn);
    }
  }

  #putGroup({ properties, suggestedName }: DeclaredResource): DeployedResource {
    const { Name: name = suggestedName } = z.object({ Name: z.string().optional() }).parse(properties);
    this.#groups.add(name);
    return { ref: name, attributes: { Arn: groupArn(this.#kernel, name) } };
  }

  #begin(schedule: Schedule): void {
    const nowMs = this.#nowMs();
    const { createdAtMs, hasRun } = this.#remember(schedule);
    const { kind } = schedule.expression;
    if (kind === 'rate' && this.#runsRatesAtStart && isOpen(schedule, nowMs)) this.#run(schedule, nowMs);
    const atMs =
      kind === 'at' ? nextRunMs(schedule.expression, schedule.timeZone, createdAtMs - 1) : undefined;
    const isMissed = !hasRun && atMs !== undefined && atMs <= nowMs;
    if (isMissed && isOpen(schedule, atMs)) this.#run(schedule, atMs);
    this.#arm(schedule, nowMs);
  }

  #remember(schedule: Schedule): ScheduleMemory {
    const { arn, expressionText } = schedule;
    const known = this.#memories.get(arn);
    if (known?.expressionText === expressionText) return known;
    const memory = { expressionText, createdAtMs: this.#nowMs(), hasRun: false };
    this.#memories.put(arn, memory);
    return memory;
  }

  #run(schedule: Schedule, scheduledAtMs: number): void {
    this.#memories.put(schedule.arn, { ...this.#remember(schedule), hasRun: true });
    this.#delivery.begin(schedule, { executionId: randomUUID(), scheduledAtMs, attempts: 0 });
  }

  #arm(schedule: Schedule, afterMs: number): void {
    this.#timers.get(schedule.arn)?.();
    this.#timers.delete(schedule.arn);
    const nextMs = nextRunMs(schedule.expression, schedule.timeZone, afterMs);
    if (!schedule.isEnabled || nextMs === undefined) return;
    const delayMs = Math.max(0, nextMs - this.#nowMs());
    const wake = (): void => {
      if (delayMs > LONGEST_TIMER_MS) {
        this.#arm(schedule, afterMs);
        return;
      }
      if (isOpen(schedule, nextMs)) this.#run(schedule, nextMs);
      // A machine that slept has one late run, not all the missed ones.
      this.#arm(schedule, Math.max(nextMs, this.#nowMs()));
    };
    this.#timers.set(schedule.arn, this.#kernel.clock.after(Math.min(delayMs, LONGEST_TIMER_MS), wake));
  }

  #nowMs(): number {
    return this.#kernel.clock.nowMs();
  }
}

function isOpen({ isEnabled, startMs = -Infinity, endMs = Infinity }: Schedule, atMs: number): boolean {
  return isEnabled && atMs >= startMs && atMs < endMs;
}
