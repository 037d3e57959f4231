import type { Settings } from './settings.ts';

export type Level = 'info' | 'warn' | 'error';
export type Log = (level: Level, message: string, context?: Readonly<Record<string, unknown>>) => void;

/** One JSON line an event on standard output, with the fields of requirement L1. */
export function createLog(settings: Pick<Settings, 'service' | 'taskId'>): Log {
  return (level, message, context) => {
    console.log(
      JSON.stringify({
        timestamp: new Date().toISOString(),
        level,
        service: settings.service,
        instance: settings.taskId,
        message,
        ...(context === undefined ? {} : { context }),
      }),
    );
  };
}
