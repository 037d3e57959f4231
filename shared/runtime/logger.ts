import { Logger } from '@aws-lambda-powertools/logger';

/** The logger of one function; make it once per cold start. `LOG_LEVEL` sets the level, default INFO. */
export function opsLogger(room: string): Logger {
  return new Logger({ serviceName: `homeostat-${room}` });
}
