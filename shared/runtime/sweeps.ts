import type { Clock } from '../ports/clock.ts';

export interface SweepPlan {
  readonly clock: Clock;
  readonly everyMs: number;
  /** No sweep begins at or after this, epoch milliseconds. */
  readonly untilMs: number;
  /** One sweep more, now, before the first multiple. */
  readonly isAtOnce?: boolean;
  /** @param slotMs the multiple of `everyMs` that this sweep is for; now, for one that is at once */
  readonly work: (slotMs: number) => Promise<void>;
  /** Told of every sweep that failed, as it happens. */
  readonly onError: (error: unknown, slotMs: number) => void;
}

/**
 * Does `work` at every multiple of `everyMs` on the wall clock until `untilMs`, one sweep after the other.
 *
 * A sweep whose time came while another was still running is left out, never made up for. A sweep that
 * fails does not end the run. No slot before `untilMs` is no sweep and no error.
 *
 * @throws the last error when there were sweeps and every one failed: then nobody is watching, and the
 *   function's own alarm has to know
 */
export async function sweep(plan: SweepPlan): Promise<void> {
  const { clock, everyMs, untilMs, work, onError } = plan;
  let failed = 0;
  let done = 0;
  let lastError: unknown;
  let slotMs = plan.isAtOnce === true ? clock.nowMs() : nextMultiple(clock.nowMs(), everyMs);
  while (slotMs < untilMs) {
    const waitMs = slotMs - clock.nowMs();
    if (waitMs > 0) await clock.sleep(waitMs);
    try {
      await work(slotMs);
      done += 1;
    } catch (error) {
      failed += 1;
      lastError = error;
      onError(error, slotMs);
    }
    slotMs = Math.max(nextMultiple(slotMs + 1, everyMs), nextMultiple(clock.nowMs(), everyMs));
  }
  if (done === 0 && failed > 0) throw lastError;
}

function nextMultiple(ms: number, everyMs: number): number {
  return Math.ceil(ms / everyMs) * everyMs;
}
