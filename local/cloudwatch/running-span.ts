import type { StateStore } from '../kernel/state-store.ts';

export interface RunningSpan {
  /** Since when the cloud has been running without a break that matters. */
  readonly sinceMs: () => number;
  /** To be called at every tick. */
  readonly beat: (nowMs: number) => void;
}

/** A stop of up to this long (a crash with a quick restart) does not begin a new span. */
const BREAK_MS = 60_000;

/**
 * Remembers, over restarts, how long the embedded cloud has been running. AWS never stops; here a laptop
 * sleeps, and what nobody could send while it did is not missing data.
 */
export function openRunningSpan(state: StateStore): RunningSpan {
  const table = state.table<{ readonly sinceMs: number; readonly lastMs: number }>('running');
  let span = table.get('span');
  return {
    sinceMs: () => span?.sinceMs ?? Infinity,
    beat: (nowMs) => {
      const isSame = span !== undefined && nowMs - span.lastMs <= BREAK_MS;
      span = { sinceMs: isSame && span !== undefined ? span.sinceMs : nowMs, lastMs: nowMs };
      table.put('span', span);
    },
  };
}
