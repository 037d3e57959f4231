import type { BusEvent, Kernel, LocalClock, VendedSample } from '../../local/kernel/kernel.ts';
import type { Delivery } from '../../local/kernel/service.ts';
import type { StateStore } from '../../local/kernel/state-store.ts';
import { openStateStore } from '../../local/kernel/state-store.ts';

/** Time that stands still until a test moves it. */
export interface ManualClock extends LocalClock {
  /**
   * Moves time on, one due timer after the other in order of time, each at its own moment. After every
   * call it lets promises settle, so that what a timer began is done before the next one runs.
   */
  readonly advance: (ms: number) => Promise<void>;
}

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly context?: Record<string, unknown>;
}

/** A kernel for tests of one service: memory in place of files, lists in place of the other services. */
export interface FakeKernel extends Kernel {
  readonly clock: ManualClock;
  readonly deliveries: { readonly arn: string; readonly delivery: Delivery }[];
  readonly events: BusEvent[];
  readonly vended: VendedSample[];
  readonly logs: LogLine[];
  /** Called before each delivery is recorded; what it throws is what the sender gets. */
  onDeliver: (arn: string, delivery: Delivery) => void | Promise<void>;
  /** Called for what services ask for by themselves; what it throws is the refusal. */
  onAuthorize: Kernel['authorize'];
  /** The same place and memory after a crash: timers are gone, lists are empty, time goes on. */
  readonly restart: () => FakeKernel;
}

interface FakeKernelOptions {
  readonly nowMs?: number;
  readonly region?: string;
  readonly accountId?: string;
}

/** Makes a kernel whose clock starts at `nowMs` (default 2026-03-01T00:00:00Z) and whose state lives in memory. */
export function createFakeKernel(options: FakeKernelOptions = {}): FakeKernel {
  const startMs = options.nowMs ?? Date.UTC(2026, 2, 1);
  return build(options, new Map(), createManualClock(startMs));
}

function build(options: FakeKernelOptions, stores: Map<string, StateStore>, clock: ManualClock): FakeKernel {
  const kernel: FakeKernel = {
    region: options.region ?? 'us-east-1',
    accountId: options.accountId ?? '123456789012',
    clock,
    deliveries: [],
    events: [],
    vended: [],
    logs: [],
    onDeliver: () => undefined,
    onAuthorize: () => undefined,
    state: (service) => {
      const known = stores.get(service) ?? openStateStore(':memory:');
      stores.set(service, known);
      return known;
    },
    deliver: async (arn, delivery) => {
      await kernel.onDeliver(arn, delivery);
      kernel.deliveries.push({ arn, delivery });
    },
    request: (_, perform) => perform(),
    emit: (event) => {
      kernel.events.push(event);
    },
    vend: (sample) => {
      kernel.vended.push(sample);
    },
    credentialsFor: (roleArn) => ({ accessKeyId: `key-of-${roleArn}`, secretAccessKey: 'not-a-secret' }),
    authorize: (caller, needs) => {
      kernel.onAuthorize(caller, needs);
    },
    endpoint: () => 'http://127.0.0.1:4566',
    log: (level, message, context) => {
      kernel.logs.push({ level, message, ...(context === undefined ? {} : { context }) });
    },
    restart: () => build(options, stores, createManualClock(clock.nowMs())),
  };
  return kernel;
}

interface Timer {
  dueMs: number;
  readonly intervalMs: number | undefined;
  readonly call: () => void;
}

/** A clock of its own, for tests that need no kernel. */
export function createManualClock(startMs: number): ManualClock {
  let nowMs = startMs;
  const timers = new Set<Timer>();
  const add = (timer: Timer): (() => void) => {
    timers.add(timer);
    return () => timers.delete(timer);
  };
  const next = (untilMs: number): Timer | undefined =>
    [...timers].filter((timer) => timer.dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs)[0];
  return {
    nowMs: () => nowMs,
    after: (delayMs, call) => add({ dueMs: nowMs + delayMs, intervalMs: undefined, call }),
    every: (intervalMs, call) => add({ dueMs: nowMs + intervalMs, intervalMs, call }),
    advance: async (ms) => {
      const untilMs = nowMs + ms;
      await settle();
      for (let timer = next(untilMs); timer !== undefined; timer = next(untilMs)) {
        nowMs = Math.max(nowMs, timer.dueMs);
        if (timer.intervalMs === undefined) timers.delete(timer);
        else timer.dueMs += timer.intervalMs;
        timer.call();
        await settle();
      }
      nowMs = untilMs;
    },
  };
}

/** Two turns of the event loop: what was started has run as far as it can without time or network. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}
