import type { FaultWatch } from './fault-watch.ts';
import type { Log } from './log.ts';
import type { Settings } from './settings.ts';

/** Past checkout's own patience with the inventory (4 s), so that its 502 arrives. */
const TIMEOUT_MS = 6_000;
/** A hanging shop must not let requests pile up without end. */
const MAX_IN_FLIGHT = 100;
const REPORT_EVERY_MS = 10_000;

/**
 * Buys without end at an even pace, so that there is real load to measure. Of the faults only `crash`
 * and `hang` (no more requests) mean something here; it answers no requests that could be slow or fail.
 * @returns the function that stops it
 */
export function startShopping(settings: Settings, faults: FaultWatch, log: Log): () => void {
  const target = new URL('/checkout', settings.dependsOn);
  let bought = 0;
  let failed = 0;
  let inFlight = 0;
  const closing = new AbortController();
  const buy = async () => {
    inFlight += 1;
    try {
      const response = await fetch(target, {
        signal: AbortSignal.any([closing.signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      await response.body?.cancel();
      if (response.ok) bought += 1;
      else failed += 1;
    } catch {
      failed += 1;
    } finally {
      inFlight -= 1;
    }
  };
  const shopping = setInterval(() => {
    if (faults.current() !== 'hang' && inFlight < MAX_IN_FLIGHT) void buy();
  }, 1000 / settings.requestsPerS);
  const reporting = setInterval(() => {
    log(failed > 0 ? 'warn' : 'info', 'shopped', { bought, failed, inFlight });
    bought = 0;
    failed = 0;
  }, REPORT_EVERY_MS);
  return () => {
    clearInterval(shopping);
    clearInterval(reporting);
    closing.abort();
  };
}
