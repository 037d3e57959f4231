import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../ports/clock.ts';

/** The real time, for the functions as they run. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  sleep: async (ms) => {
    await setTimeout(ms);
  },
};
