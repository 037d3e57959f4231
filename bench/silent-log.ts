import type { Log } from '../shared/ports/log.ts';

/** Writes nothing: a bench that prints measures the terminal. */
export const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
