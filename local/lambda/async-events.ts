import { randomUUID } from 'node:crypto';
import type { Kernel } from '../kernel/kernel.ts';
import type { StateTable } from '../kernel/state-store.ts';
import { deliverResult, type FinalResult } from './async-result.ts';
import type { EventInvokeConfigs } from './event-invoke-config.ts';
import type { Outcome } from './execution-environment.ts';
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
  /** It will be run once more after it succeeded. */
  readonly isDoubled: boolean;
}

export interface AsyncEventsDeps {
  readonly kernel: Kernel;
  readonly registry: FunctionRegistry;
  readonly invoker: Invoker;
  readonly configs: EventInvokeConfigs;
  /** How long to wait before the second, third … try; the last one is used for all further ones. */
  readonly retryDelaysMs: readonly number[];
  /** So many asynchronous events of one function run at once. */
  readonly asyncAtOnce: number;
  /**
   * Every so many-th event is run twice, with the same request id: the queue of AWS is "eventually
   * consistent" and may deliver an event again. Infinity: never.
   */
  readonly duplicateEvery: number;
}

/** The queue of asynchronous invocations of all functions, first in first out for each function. */
export class AsyncEvents {
  readonly #deps: AsyncEventsDeps;
  readonly #table: StateTable<AsyncEvent>;
  readonly #ready = new Map<string, AsyncEvent[]>();
  readonly #timers = new Map<string, () => void>();
  readonly #throttledIds = new Set<string>();
  readonly #running = new Map<string, number>();
  #added = 0;
  #isRunning = false;

  constructor(deps: AsyncEventsDeps) {
    this.#deps = deps;
    this.#table = deps.kernel.state('lambda').table<AsyncEvent>('async_events');
  }

  /** Keeps the event; once this returns it will be run at least once. */
  add({ config, qualifier }: ResolvedFunction, payload: string): AsyncEvent {
    const nowMs = this.#deps.kernel.clock.nowMs();
    this.#added += 1;
    const isDoubled = this.#added % this.#deps.duplicateEvery === 0;
    const moment = { receivedAtMs: nowMs, attempts: 0, nextAtMs: nowMs, isDoubled };
    const event: AsyncEvent = { id: randomUUID(), functionName: config.name, qualifier, payload, ...moment };
    this.#table.put(event.id, event);
    if (this.#isRunning) {
      this.#enqueue(event);
      this.pump();
    }
    return event;
  }

  /** Takes up what an earlier run of the cloud left. */
  start(): void {
    this.#isRunning = true;
    const left = this.#table.entries().map(([, event]) => event);
    for (const event of left.sort((a, b) => a.nextAtMs - b.nextAtMs)) this.#arm(event);
  }

  /** Runs what is ready and finds room. */
  pump(): void {
    if (!this.#isRunning) return;
    for (const waiting of this.#ready.values()) {
      while (waiting[0] !== undefined && this.#takeUp(waiting[0])) waiting.shift();
    }
  }

  stop(): void {
    this.#isRunning = false;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#ready.clear();
  }

  #arm(event: AsyncEvent): void {
    const { clock } = this.#deps.kernel;
    const ring = (): void => {
      this.#timers.delete(event.id);
      this.#enqueue(event);
      this.pump();
    };
    this.#timers.set(event.id, clock.after(Math.max(0, event.nextAtMs - clock.nowMs()), ring));
  }

  #enqueue(event: AsyncEvent): void {
    const waiting = this.#ready.get(event.functionName);
    if (waiting === undefined) this.#ready.set(event.functionName, [event]);
    else waiting.push(event);
  }

  /** False when there is no room: the event stays first in line. */
  #takeUp(event: AsyncEvent): boolean {
    const { kernel, invoker, configs } = this.#deps;
    const target = this.#resolveOrDrop(event);
    if (target === undefined) return true;
    // Nobody will ever take it (Lambda developer guide, "Capturing records of Lambda asynchronous invocations").
    if (target.config.reservedConcurrency === 0) {
      this.#finish(event, target, { condition: 'ZeroReservedConcurrency' });
      return true;
    }
    if ((this.#running.get(event.functionName) ?? 0) >= this.#deps.asyncAtOnce) return false;
    if (kernel.clock.nowMs() - event.receivedAtMs > configs.of(target).maximumAgeMs) {
      this.#finish(event, target, { condition: 'EventAgeExceeded' });
      return true;
    }
    // One throttle is counted for an event that has to wait, however long it does.
    if (!invoker.hasRoom(target.config) && this.#throttledIds.has(event.id)) return false;
    const running = invoker.run({ ...target, payload: event.payload, requestId: event.id });
    if (running === 'throttled') {
      this.#throttledIds.add(event.id);
      return false;
    }
    this.#throttledIds.delete(event.id);
    this.#count(event.functionName, 1);
    void running.then((outcome) => {
      this.#count(event.functionName, -1);
      this.#settle(event, target, outcome);
      this.pump();
    });
    return true;
  }

  #count(functionName: string, change: 1 | -1): void {
    this.#running.set(functionName, (this.#running.get(functionName) ?? 0) + change);
  }

  #resolveOrDrop(event: AsyncEvent): ResolvedFunction | undefined {
    try {
      return this.#deps.registry.resolve(event.functionName, event.qualifier);
    } catch (error) {
      const context = { event, error: String(error) };
      this.#deps.kernel.log('warn', 'An asynchronous event is dropped: its function is gone.', context);
      this.#table.delete(event.id);
      return undefined;
    }
  }

  #settle(event: AsyncEvent, target: ResolvedFunction, outcome: Outcome): void {
    // The processes were killed by stop(): not the event's fault, the next start takes it up again.
    if (!this.#isRunning) return;
    const { configs, kernel, retryDelaysMs } = this.#deps;
    const tried = { ...event, attempts: event.attempts + 1 };
    if (outcome.ok) {
      this.#finish(tried, target, { condition: 'Success', outcome });
      if (event.isDoubled) this.#runAgain(event);
      return;
    }
    if (tried.attempts > configs.of(target).maximumRetryAttempts) {
      this.#finish(tried, target, { condition: 'RetriesExhausted', outcome });
      return;
    }
    const delayMs = retryDelaysMs[Math.min(event.attempts, retryDelaysMs.length - 1)] ?? 0;
    const next = { ...tried, nextAtMs: kernel.clock.nowMs() + delayMs };
    this.#table.put(next.id, next);
    this.#arm(next);
  }

  #runAgain(event: AsyncEvent): void {
    const again = { ...event, isDoubled: false, nextAtMs: this.#deps.kernel.clock.nowMs() };
    this.#table.put(again.id, again);
    this.#arm(again);
  }

  #finish(event: AsyncEvent, target: ResolvedFunction, result: FinalResult): void {
    const { kernel, configs } = this.#deps;
    void deliverResult(kernel, { event, target, result, settings: configs.of(target) });
    this.#table.delete(event.id);
  }
}
