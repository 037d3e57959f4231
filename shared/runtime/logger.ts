import { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from '../ports/log.ts';

/** The logger of one function; make it once per cold start. `POWERTOOLS_LOG_LEVEL` sets the level, default INFO. */
export function opsLogger(room: string): Logger {
  return new Logger({ serviceName: `homeostat-${room}` });
}

/** The same logger as the port that everything behind the handler writes to. */
export function asLog(logger: Pick<Logger, 'info' | 'warn' | 'error'>): Log {
  return {
    info: (message, fields) => {
      logger.info(message, extra(fields));
    },
    warn: (message, fields) => {
      logger.warn(message, extra(fields));
    },
    error: (message, fields) => {
      logger.error(message, extra(fields));
    },
  };
}

/** The logger keeps `service` for the name of the function and drops it from what it is told: an owner's service has another key. */
function extra({ service, ...fields }: Record<string, unknown> = {}): Record<string, unknown> {
  return service === undefined ? fields : { ...fields, ownService: service };
}
