import type { LocalClock } from './kernel.ts';

/** A clock whose timers can all be ended at once. */
export interface StoppableClock extends LocalClock {
  /** Cancels every timer; timers set later never fire. */
  readonly stop: () => void;
}

/** The machine's time. A timer whose call throws ends the process, as any uncaught error does. */
export function realClock(): StoppableClock {
  const cancels = new Set<() => void>();
  let isStopped = false;
  const keep = (clear: () => void): (() => void) => {
    const cancel = () => {
      clear();
      cancels.delete(cancel);
    };
    cancels.add(cancel);
    return cancel;
  };
  return {
    nowMs: () => Date.now(),
    after: (delayMs, call) => {
      if (isStopped) return () => undefined;
      const timer = setTimeout(() => {
        cancel();
        call();
      }, delayMs);
      const cancel = keep(() => {
        clearTimeout(timer);
      });
      return cancel;
    },
    every: (intervalMs, call) => {
      if (isStopped) return () => undefined;
      const timer = setInterval(call, intervalMs);
      return keep(() => {
        clearInterval(timer);
      });
    },
    stop: () => {
      isStopped = true;
      for (const cancel of cancels) cancel();
    },
  };
}
