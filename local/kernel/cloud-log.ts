import { closeSync, openSync, writeSync } from 'node:fs';
import type { Kernel } from './kernel.ts';

type Log = Kernel['log'];
export type LogLevel = Parameters<Log>[0];

const ORDER: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

export interface CloudLog {
  readonly log: Log;
  readonly close: () => void;
}

export interface CloudLogOptions {
  /** Lines are added at the end. Absent: no file. */
  readonly file?: string;
  /** Lines below it are left out. */
  readonly level: LogLevel;
  /** Is told every line that is not left out. */
  readonly listener?: Log;
  readonly nowMs: () => number;
}

/** Opens the cloud's own log: one JSON object a line, on disk as soon as the call returns. */
export function openCloudLog({ file, level, listener, nowMs }: CloudLogOptions): CloudLog {
  let descriptor = file === undefined ? undefined : openSync(file, 'a');
  return {
    log: (at, message, context) => {
      if (ORDER.indexOf(at) < ORDER.indexOf(level)) return;
      const line = { time: new Date(nowMs()).toISOString(), level: at, message, ...readable(context) };
      if (descriptor !== undefined) writeSync(descriptor, `${JSON.stringify(line)}\n`);
      listener?.(at, message, context);
    },
    close: () => {
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = undefined;
    },
  };
}

/** JSON shows nothing of an Error: its stack stands for it. */
function readable(context: Record<string, unknown> = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(context).map(([name, value]) => [
      name,
      value instanceof Error ? (value.stack ?? value.message) : value,
    ]),
  );
}
