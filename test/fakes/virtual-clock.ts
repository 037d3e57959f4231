import type { Clock } from '../../shared/ports/clock.ts';

export interface VirtualClock extends Clock {
  /** Lets time pass: whoever sleeps wakes at their time, in order, and finishes before the next one wakes. */
  readonly forward: (ms: number) => Promise<void>;
}

/** Time that passes only when the test says so. */
export function virtualClock(startMs = 0): VirtualClock {
  let nowMs = startMs;
  let sleepers: { atMs: number; wake: () => void }[] = [];
  // Promise chains of the code under test need a few turns of the loop to come to rest.
  const rest = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
  };
  return {
    nowMs: () => nowMs,
    sleep: (ms) =>
      new Promise((resolve) => {
        sleepers.push({ atMs: nowMs + ms, wake: resolve });
      }),
    forward: async (ms) => {
      const untilMs = nowMs + ms;
      await rest();
      for (;;) {
        const next = sleepers.filter(({ atMs }) => atMs <= untilMs).toSorted((a, b) => a.atMs - b.atMs)[0];
        if (next === undefined) break;
        sleepers = sleepers.filter((sleeper) => sleeper !== next);
        nowMs = Math.max(nowMs, next.atMs);
        next.wake();
        await rest();
      }
      nowMs = untilMs;
    },
  };
}
