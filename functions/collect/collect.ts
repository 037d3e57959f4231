import type { CompiledCatalog, CompiledSystem } from '../../shared/domain/catalog/compiled.ts';
import type { Lease } from '../../shared/ports/lease.ts';
import { sweep } from '../../shared/runtime/sweeps.ts';
import type { SweepDeps } from './collect-deps.ts';
import { SystemMemory } from './memory.ts';
import { sweepSystem } from './sweep-system.ts';

/**
 * How long one run goes on beginning sweeps. The schedule starts the next run after a minute, give or take a
 * little: two seconds more than that leave no gap, and the lease keeps the next run waiting meanwhile.
 */
const RUN_MS = 62_000;
const LEASE_POLL_MS = 500;
/** For sending what the last sweep found. */
const SEND_RESERVE_MS = 3_000;

export interface CollectDeps extends SweepDeps {
  readonly catalog: CompiledCatalog;
  readonly lease: Lease;
  /** By system; kept between the invocations of one process. */
  readonly memories: Map<string, SystemMemory>;
}

export interface CollectRun {
  /** Which systems; all of the catalog if not given. */
  readonly systems?: readonly string[] | undefined;
  /** Names this run in the leases. */
  readonly holder: string;
  /** When the function will be ended from outside, epoch milliseconds. */
  readonly deadlineMs: number;
}

type Outcome = 'swept' | 'left to another run';

/**
 * One run: for about a minute, every system is swept at every multiple of its `everyS` on the wall clock,
 * under a lease of its own, so that two runs never sweep one system at once.
 *
 * @returns what became of each system
 * @throws when every sweep of a system failed, after the other systems have had their run
 */
export async function collect(
  deps: CollectDeps,
  run: CollectRun,
): Promise<Readonly<Record<string, Outcome>>> {
  const systems = chooseSystems(deps.catalog, run.systems);
  const startMs = deps.clock.nowMs();
  const ends = await Promise.allSettled(systems.map((system) => runSystem(deps, system, run, startMs)));
  const failure = ends.find((end) => end.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  return Object.fromEntries(
    systems.map(({ system }, at) => [
      system,
      ends[at]?.status === 'fulfilled' ? ends[at].value : 'left to another run',
    ]),
  );
}

function chooseSystems({ systems }: CompiledCatalog, names: readonly string[] | undefined): CompiledSystem[] {
  return (names ?? Object.keys(systems)).map((name) => {
    const system = systems[name];
    if (system !== undefined) return system;
    const known = Object.keys(systems).join(', ');
    throw new Error(`The event asks for the system "${name}", which is not in the catalog. Known: ${known}.`);
  });
}

async function runSystem(
  deps: CollectDeps,
  system: CompiledSystem,
  { holder, deadlineMs }: CollectRun,
  startMs: number,
): Promise<Outcome> {
  const name = `collect#${system.system}`;
  const lastSweepMs = longestTimeoutS(system) * 1_000 + SEND_RESERVE_MS;
  const untilMs = Math.min(startMs + RUN_MS, deadlineMs - lastSweepMs);
  const memory = deps.memories.get(system.system) ?? new SystemMemory(startMs, system.collection.metrics);
  deps.memories.set(system.system, memory);
  if (!(await waitForLease(deps, { name, holder, untilMs: untilMs + lastSweepMs }, untilMs))) {
    deps.log.info('Another run is sweeping this system', { system: system.system });
    return 'left to another run';
  }
  try {
    await sweep({
      clock: deps.clock,
      everyMs: system.collection.everyS * 1_000,
      untilMs,
      work: () => sweepSystem(deps, { system, memory }),
      onError: (error) => {
        deps.log.error('A sweep failed', { system: system.system, error });
      },
    });
    return 'swept';
  } finally {
    await deps.lease.release(name, holder).catch((error: unknown) => {
      deps.log.warn('A lease was not given back; it will run out', { name, error });
    });
  }
}

function longestTimeoutS({ collection, services }: CompiledSystem): number {
  return Math.max(collection.timeoutS, ...Object.values(services).map(({ health }) => health?.timeoutS ?? 0));
}

interface Claim {
  readonly name: string;
  readonly holder: string;
  readonly untilMs: number;
}

/**
 * Takes the lease, or waits for the run before to end, as long as there could still be a sweep to do: after a
 * restart runs overlap, and one that gave up sooner would leave the rest of its minute to nobody. A store that
 * does not answer stops nobody: two runs at once cost double points, none at all is blindness.
 */
async function waitForLease(
  deps: CollectDeps,
  { name, holder, untilMs }: Claim,
  giveUpMs: number,
): Promise<boolean> {
  while (true) {
    try {
      if (await deps.lease.take(name, holder, untilMs)) return true;
    } catch (error) {
      deps.log.error('The lease cannot be taken; sweeping without it', { name, error });
      return true;
    }
    if (deps.clock.nowMs() >= giveUpMs) return false;
    await deps.clock.sleep(LEASE_POLL_MS);
  }
}
