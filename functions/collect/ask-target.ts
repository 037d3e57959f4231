import type { HttpAnswer, HttpGet, HttpRequest } from '../../shared/ports/http.ts';

/** How much longer than its time-out a GET may take before it is left alone. */
const MARGIN_MS = 500;

/**
 * Asks a target, and stops waiting shortly after the time-out even if the GET itself does not end: a sweep
 * waits for all its targets, so one that never settles would blind us for all the others.
 */
export async function askTarget(get: HttpGet, request: HttpRequest): Promise<HttpAnswer> {
  const { promise: givenUp, resolve: giveUp } = Promise.withResolvers<HttpAnswer>();
  const waitMs = request.timeoutMs + MARGIN_MS;
  const timer = setTimeout(() => {
    giveUp({ ok: false, reason: 'timeout', detail: `given up after ${String(waitMs)} ms` });
  }, waitMs);
  try {
    return await Promise.race([get(request), givenUp]);
  } finally {
    clearTimeout(timer);
  }
}
