import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

/** What to run. */
export interface TaskSpec {
  readonly command: readonly string[];
  readonly cwd: string;
  /** The whole environment, except PATH. */
  readonly environment: Readonly<Record<string, string>>;
  /** Gets stdout and stderr, appended; nowhere if not given. */
  readonly logFile?: string;
}

/** A task's process, as the supervisor sees it. */
export interface TaskProcess {
  /** Undefined before the process is there. */
  readonly pid: () => number | undefined;
  /** Sends a signal to the process and all that it started. */
  readonly signal: (signal: 'SIGTERM' | 'SIGKILL') => void;
  /** Resolves when it has ended; never rejects. */
  readonly ended: Promise<TaskEnd>;
}

export interface TaskEnd {
  /** 128 and the signal's number if a signal ended it, as a shell and ECS show it. */
  readonly exitCode: number;
  /** Why it could not be started. */
  readonly error?: string;
}

const RUNNER = fileURLToPath(new URL('task-runner.mjs', import.meta.url));

const Message = z.object({
  pid: z.int().optional(),
  exitCode: z.int().nullable().optional(),
  signal: z.string().nullable().optional(),
  error: z.string().optional(),
});

/** Starts a task under its watcher, which ends it if this process should be killed. */
export function launchTask({ command, cwd, environment, logFile }: TaskSpec): TaskProcess {
  const log = logFile === undefined ? undefined : openLog(logFile);
  const runner = spawn(process.execPath, [RUNNER, '--', ...command], {
    cwd,
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', log ?? 'ignore', log ?? 'ignore', 'ipc'],
  });
  if (log !== undefined) closeSync(log);
  let pid: number | undefined;
  const ended = new Promise<TaskEnd>((resolve) => {
    let end: TaskEnd | undefined;
    runner.on('message', (message) => {
      const read = Message.parse(message);
      if (read.pid === undefined) end = endOf(read);
      else pid = read.pid;
    });
    runner.on('error', (error) => {
      resolve({ exitCode: 127, error: error.message });
    });
    runner.on('close', () => {
      // If the watcher was killed, its task must not live on without one.
      if (end === undefined && pid !== undefined) killGroup(pid);
      resolve(end ?? { exitCode: 137, error: 'The watcher of the task was killed.' });
    });
  });
  return {
    pid: () => pid,
    signal: (signal) => {
      // Into a closed channel: it is over anyway.
      if (runner.connected) runner.send({ signal }, () => undefined);
    },
    ended,
  };
}

function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  return openSync(file, 'a');
}

function endOf({ exitCode, signal, error }: z.infer<typeof Message>): TaskEnd {
  const number =
    signal === undefined || signal === null ? undefined : constants.signals[signal as NodeJS.Signals];
  return {
    exitCode: exitCode ?? 128 + (number ?? 0),
    ...(error === undefined ? {} : { error }),
  };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
