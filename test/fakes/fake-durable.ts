import type { DurableContext } from '@aws/durable-execution-sdk-js';
import type { Clock } from '../../shared/ports/clock.ts';

/** Where an execution may lose its process: around the work of a step, and after its checkpoint. */
export type CrashPoint = 'before' | 'unrecorded' | 'recorded';

/** Passes a point where the process may die; does not return if it does. */
export type Pass = (what: string, point: CrashPoint) => Promise<void>;

export interface DurableEngine {
  /** Runs to the end, however often its process dies. The same name twice is one execution. */
  readonly start: (name: string, run: (durable: DurableContext, pass: Pass) => Promise<string>) => void;
  /** How each execution ended, by name: what it returned, or the error. */
  readonly endings: ReadonlyMap<string, string>;
  /** Every passing of a crash point, in order: `attempt step point`. */
  readonly passed: readonly string[];
}

/** As the SDK's default strategy: six tries, with growing pauses (without the jitter). */
const RETRY_PAUSES_S = [5, 10, 20, 40, 60];
/** Lambda invokes again after a process died. */
const REVIVAL_MS = 1_000;

/**
 * Durable executions in one process: steps are recorded by name and not repeated once recorded, waits take
 * virtual time, and a process that dies loses everything but the checkpoints.
 *
 * @param mayDie asked at every crash point; true kills the process there
 */
export function durableEngine(
  clock: Clock,
  mayDie: (passing: string) => boolean = () => false,
): DurableEngine {
  const endings = new Map<string, string>();
  const started = new Set<string>();
  const passed: string[] = [];
  const start: DurableEngine['start'] = (name, run) => {
    if (started.has(name)) return;
    started.add(name);
    const checkpoints = new Map<string, string>();
    const invoke = async (): Promise<string> => {
      for (;;) {
        const death = Promise.withResolvers<'died'>();
        const pass: Pass = (what, point) => {
          const passing = `${name} ${what} ${point}`;
          passed.push(passing);
          if (!mayDie(passing)) return Promise.resolve();
          death.resolve('died');
          // Nothing comes after the end of a process.
          return new Promise(() => undefined);
        };
        const outcome = await Promise.race([run(contextOf(clock, checkpoints, pass), pass), death.promise]);
        if (outcome !== 'died') return outcome;
        await clock.sleep(REVIVAL_MS);
      }
    };
    void invoke().then(
      (result) => endings.set(name, result),
      (error: unknown) => endings.set(name, `threw ${String(error)}`),
    );
  };
  return { start, endings, passed };
}

function contextOf(clock: Clock, checkpoints: Map<string, string>, pass: Pass): DurableContext {
  const step = async (name: string, work: () => Promise<unknown>): Promise<unknown> => {
    const known = checkpoints.get(name);
    if (known !== undefined) return JSON.parse(known) as unknown;
    await pass(name, 'before');
    const result = await patiently(clock, work);
    await pass(name, 'unrecorded');
    checkpoints.set(name, JSON.stringify(result ?? null));
    await pass(name, 'recorded');
    return result;
  };
  const wait = async (name: string, { seconds }: { seconds: number }): Promise<void> => {
    if (!(seconds >= 1))
      throw new Error(`a wait takes at least a second, found ${String(seconds)} (${name})`);
    const untilMs = Number(checkpoints.get(name) ?? clock.nowMs() + seconds * 1000);
    checkpoints.set(name, String(untilMs));
    if (untilMs > clock.nowMs()) await clock.sleep(untilMs - clock.nowMs());
  };
  return { step, wait } as unknown as DurableContext;
}

async function patiently(clock: Clock, work: () => Promise<unknown>): Promise<unknown> {
  for (const pauseS of RETRY_PAUSES_S) {
    try {
      return await work();
    } catch {
      await clock.sleep(pauseS * 1000);
    }
  }
  return work();
}

/** The same port, whose calls are points where the process may die: before the effect, and after it. */
export function mortal<Port extends object>(name: string, port: Port, pass: Pass): Port {
  return new Proxy(port, {
    get: (target, key, receiver) => {
      const member: unknown = Reflect.get(target, key, receiver);
      if (typeof member !== 'function' || typeof key !== 'string') return member;
      return async (...args: unknown[]): Promise<unknown> => {
        await pass(`${name}.${key}`, 'before');
        const result: unknown = await (member as (...all: unknown[]) => unknown)(...args);
        await pass(`${name}.${key}`, 'unrecorded');
        return result;
      };
    },
  });
}
