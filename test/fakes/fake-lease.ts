import type { Clock } from '../../shared/ports/clock.ts';
import type { Lease } from '../../shared/ports/lease.ts';

/** Leases in memory, with the rules of the real one. */
export class FakeLease implements Lease {
  readonly held = new Map<string, { readonly holder: string; readonly untilMs: number }>();
  readonly #clock: Pick<Clock, 'nowMs'>;
  /** What every call throws from now on: the store is down. */
  outage: Error | undefined;

  constructor(clock: Pick<Clock, 'nowMs'>) {
    this.#clock = clock;
  }

  readonly take = async (name: string, holder: string, untilMs: number): Promise<boolean> => {
    if (this.outage !== undefined) throw this.outage;
    const held = this.held.get(name);
    const isFree = held === undefined || held.holder === holder || held.untilMs <= this.#clock.nowMs();
    if (isFree) this.held.set(name, { holder, untilMs });
    return isFree;
  };

  readonly release = async (name: string, holder: string): Promise<void> => {
    if (this.outage !== undefined) throw this.outage;
    if (this.held.get(name)?.holder === holder) this.held.delete(name);
  };
}
