import { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from '../ports/log.ts';

/** The logger of one function; make it once per cold start. `POWERTOOLS_LOG_LEVEL` sets the level, default INFO. */
export function opsLogger(room: string): Logger {
  return new Logger({ serviceName: `homeostat-${room}` });
}

/** The same logger as the port that everything behind the handler writes to. */
export function asLog(logger: Logger): Log {
  return {
    info: (message, fields) => {
      logger.info(message, { ...fields });
    },
    warn: (message, fields) => {
      logger.warn(message, { ...fields });
    },
    error: (message, fields) => {
      logger.error(message, { ...fields });
    },
  };
}
