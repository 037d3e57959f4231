import { randomUUID } from 'node:crypto';
import type { Kernel } from '../kernel/kernel.ts';
import type { EventInvokeConfigs } from './event-invoke-config.ts';
import type { Outcome } from './execution-environment.ts';
import { deliverResult, type FinalResult } from './async-result.ts';
import type { FunctionRegistry, ResolvedFunction } from './function-registry.ts';
import type { Invoker } from './invoker.ts';

/** One asynchronous invocation, kept until its function succeeded or the tries are used up. */
export interface AsyncEvent {
  readonly id: string;
  readonly functionName: string;
  readonly qualifier?: string | undefined;
  /** JSON text. */
  readonly payload: string;
  readonly receivedAtMs: number;
  readonly attempts: number;
  readonly nextAtMs: number;
}

export interface AsyncEvents {
  /** Keeps the event; once this returns it will be run at least once. */
  readonly add: (target: ResolvedFunction, payload: string) => AsyncEvent;
  /** Takes up what an earlier run of the cloud left. */
  readonly start: () => void;
  /** Runs what is ready and finds room. */
  readonly pump: () => void;
  readonly stop: () => void;
}

export interface AsyncEventsDeps {
  readonly kernel: Kernel;
  readonly registry: FunctionRegistry;
  readonly invoker: Invoker;
  readonly configs: EventInvokeConfigs;
  /** How long to wait before the second, third … try; the last one is used for all further ones. */
  readonly retryDelaysMs: readonly number[];
}

/** The queue of asynchronous invocations of all functions, first in first out for each function. */
export function createAsyncEvents(deps: AsyncEventsDeps): AsyncEvents {
  const { kernel } = deps;
  const table = kernel.state('lambda').table<AsyncEvent>('async_events');
  const ready = new Map<string, AsyncEvent[]>();
  const timers = new Map<string, () => void>();
  const throttledIds = new Set<string>();
  let isRunning = false;

  const arm = (event: AsyncEvent): void => {
    timers.set(
      event.id,
      kernel.clock.after(Math.max(0, event.nextAtMs - kernel.clock.nowMs()), () => {
        timers.delete(event.id);
        enqueue(event);
        pump();
      }),
    );
  };
  const enqueue = (event: AsyncEvent): void => {
    const waiting = ready.get(event.functionName);
    if (waiting === undefined) ready.set(event.functionName, [event]);
    else waiting.push(event);
  };
  const pump = (): void => {
    if (!isRunning) return;
    for (const waiting of ready.values()) {
      while (waiting[0] !== undefined && takeUp(waiting[0])) waiting.shift();
    }
  };
  /** False when there is no room: the event stays first in line. */
  const takeUp = (event: AsyncEvent): boolean => {
    const target = resolveOrDrop(event);
    if (target === undefined) return true;
    const settings = deps.configs.of(target);
    if (kernel.clock.nowMs() - event.receivedAtMs > settings.maximumAgeMs) {
      giveUp(event, target, { condition: 'EventAgeExceeded' });
      return true;
    }
    // One throttle is counted for an event that has to wait, however long it does.
    if (!deps.invoker.hasRoom(target.config) && throttledIds.has(event.id)) return false;
    const running = deps.invoker.run({ ...target, payload: event.payload, requestId: event.id });
    if (running === 'throttled') {
      throttledIds.add(event.id);
      return false;
    }
    throttledIds.delete(event.id);
    void running.then((outcome) => {
      settle(event, target, outcome);
    });
    return true;
  };
  const resolveOrDrop = (event: AsyncEvent): ResolvedFunction | undefined => {
    try {
      return deps.registry.resolve(event.functionName, event.qualifier);
    } catch (error) {
      kernel.log('warn', 'An asynchronous event is dropped: its function is gone.', { event, error });
      table.delete(event.id);
      return undefined;
    }
  };
  const settle = (event: AsyncEvent, target: ResolvedFunction, outcome: Outcome): void => {
    // The processes were killed by stop(): not the event's fault, the next start takes it up again.
    if (!isRunning) return;
    const tried = { ...event, attempts: event.attempts + 1 };
    const settings = deps.configs.of(target);
    if (outcome.ok) {
      giveUp(tried, target, { condition: 'Success', outcome });
      return;
    }
    if (tried.attempts > settings.maximumRetryAttempts) {
      giveUp(tried, target, { condition: 'RetriesExhausted', outcome });
      return;
    }
    const delays = deps.retryDelaysMs;
    const delayMs = delays[Math.min(event.attempts, delays.length - 1)] ?? 0;
    const next = { ...tried, nextAtMs: kernel.clock.nowMs() + delayMs };
    table.put(next.id, next);
    arm(next);
  };
  const giveUp = (event: AsyncEvent, target: ResolvedFunction, result: FinalResult): void => {
    void deliverResult(kernel, { event, target, result, settings: deps.configs.of(target) });
    table.delete(event.id);
  };

  return {
    add: (target, payload) => {
      const nowMs = kernel.clock.nowMs();
      const event: AsyncEvent = {
        id: randomUUID(),
        functionName: target.config.name,
        qualifier: target.qualifier,
        payload,
        receivedAtMs: nowMs,
        attempts: 0,
        nextAtMs: nowMs,
      };
      table.put(event.id, event);
      if (isRunning) {
        enqueue(event);
        pump();
      }
      return event;
    },
    start: () => {
      isRunning = true;
      const left = table.entries().map(([, event]) => event);
      for (const event of left.sort((a, b) => a.nextAtMs - b.nextAtMs)) arm(event);
    },
    pump,
    stop: () => {
      isRunning = false;
      for (const cancel of timers.values()) cancel();
      timers.clear();
      ready.clear();
    },
  };
}
