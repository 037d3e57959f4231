import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LocalClock } from '../kernel/kernel.ts';
import type { FunctionConfig } from './function-config.ts';
import type { FunctionLog } from './function-log.ts';
import type { RuntimeApi, RuntimeEvent } from './runtime-api.ts';

export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[] | undefined;
}

/** What came of one invocation. Payload is JSON text. */
export type Outcome =
  | { readonly ok: true; readonly payload: string; readonly durationMs: number }
  | { readonly ok: false; readonly error: FunctionError; readonly durationMs: number };

export interface Invocation {
  readonly requestId: string;
  readonly invokedFunctionArn: string;
  readonly payload: string;
}

/** One child process that runs one function, one event at a time. */
export interface ExecutionEnvironment {
  readonly config: FunctionConfig;
  readonly pid: number | undefined;
  /** The event it works on; it also counts as busy while it starts or has not asked for the next one. */
  readonly requestId: () => string | undefined;
  readonly isBusy: () => boolean;
  readonly lastUsedMs: () => number;
  readonly invoke: (invocation: Invocation) => Promise<Outcome>;
  /** SIGKILL; resolves when the process is gone. */
  readonly kill: () => Promise<void>;
}

export interface EnvironmentDeps {
  readonly clock: LocalClock;
  readonly runtimeApi: RuntimeApi;
  readonly log: FunctionLog;
  /** The whole environment of the child, except AWS_LAMBDA_RUNTIME_API. */
  readonly variables: Readonly<Record<string, string>>;
  readonly onFree: (environment: ExecutionEnvironment) => void;
  readonly onGone: (environment: ExecutionEnvironment) => void;
}

const BOOTSTRAP = fileURLToPath(new URL('bootstrap.mjs', import.meta.url));

/** AWS allows 10 s; a laptop that starts a dozen processes at once gets more. */
const INIT_TIMEOUT_MS = 30_000;

type Result = { readonly payload: string } | FunctionError;

interface Running {
  readonly invocation: Invocation;
  readonly settle: (result: Result) => void;
  stopTimer: () => void;
  /** Answered, but as on AWS the invocation is over only when the process asks for the next event or ends. */
  result?: Result;
}

/** Starts the process of a new execution environment. It is busy until its first event is done. */
export function startEnvironment(config: FunctionConfig, deps: EnvironmentDeps): ExecutionEnvironment {
  let send: ((event: RuntimeEvent) => void) | undefined;
  let running: Running | undefined;
  let initError: FunctionError | undefined;
  let lastUsedMs = deps.clock.nowMs();

  const finish = (otherwise: Result): void => {
    running?.settle(running.result ?? otherwise);
    running = undefined;
  };
  const answered = (requestId: string, result: Result): void => {
    if (running?.invocation.requestId === requestId) running.result = result;
  };
  const begin = (): void => {
    if (send === undefined || running === undefined) return;
    const { invocation } = running;
    const deadlineMs = deps.clock.nowMs() + config.timeoutS * 1000;
    running.stopTimer();
    running.stopTimer = deps.clock.after(config.timeoutS * 1000, () => {
      finish(timedOut(config, invocation.requestId));
      void kill();
    });
    deps.log.write(platformLine(config, invocation.requestId, 'START', `Version: ${config.version}`));
    send({ ...invocation, deadlineMs });
    send = undefined;
  };
  const { address, release } = deps.runtimeApi.register({
    onNext: (next) => {
      send = next;
      if (running?.result !== undefined) finish(running.result);
      if (running === undefined) deps.onFree(environment);
      begin();
    },
    onResponse: (requestId, payload) => {
      answered(requestId, { payload });
    },
    onError: (requestId, error) => {
      answered(requestId, readError(error));
    },
    onInitError: (error) => {
      initError = readError(error);
      deps.log.write({ functionName: config.name, line: `INIT_REPORT Status: error ${error}` });
    },
  });
  const child = spawnProcess(config, { ...deps.variables, AWS_LAMBDA_RUNTIME_API: address });
  const gone = new Promise<void>((resolve) => {
    const end = (how: string): void => {
      release();
      finish(initError ?? exited(running?.invocation.requestId, how));
      deps.onGone(environment);
      resolve();
    };
    child.once('exit', (code, signal) => {
      end(signal === null ? `exit status ${code}` : `signal: ${signal}`);
    });
    child.once('error', (error) => {
      end(error.message);
    });
  });
  pipeLines(child, (line) => {
    deps.log.write({ functionName: config.name, requestId: running?.invocation.requestId, line });
  });
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
  };

  const environment: ExecutionEnvironment = {
    config,
    pid: child.pid,
    requestId: () => running?.invocation.requestId,
    isBusy: () => running !== undefined || send === undefined,
    lastUsedMs: () => lastUsedMs,
    kill,
    invoke: async (invocation) =>
      new Promise((resolve) => {
        const startedMs = deps.clock.nowMs();
        const stopTimer = deps.clock.after(INIT_TIMEOUT_MS, () => {
          finish(timedOut(config, invocation.requestId));
          void kill();
        });
        const settle: Running['settle'] = (result) => {
          running?.stopTimer();
          lastUsedMs = deps.clock.nowMs();
          const durationMs = lastUsedMs - startedMs;
          deps.log.write(platformLine(config, invocation.requestId, 'REPORT', `Duration: ${durationMs} ms`));
          resolve(
            'payload' in result
              ? { ok: true, payload: result.payload, durationMs }
              : { ok: false, error: result, durationMs },
          );
        };
        running = { invocation, settle, stopTimer };
        begin();
      }),
  };
  return environment;
}

function spawnProcess(config: FunctionConfig, variables: Readonly<Record<string, string>>): ChildProcess {
  return spawn(process.execPath, [BOOTSTRAP], {
    cwd: config.codePath,
    env: variables,
    // Nothing is ever written to stdin; that it closes tells the child that we are gone.
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

function pipeLines(child: ChildProcess, onLine: (line: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on('line', onLine);
  }
}

function platformLine(config: FunctionConfig, requestId: string, kind: string, rest: string) {
  return { functionName: config.name, requestId, line: `${kind} RequestId: ${requestId} ${rest}` };
}

function timedOut(config: FunctionConfig, requestId: string): FunctionError {
  return {
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${config.timeoutS.toFixed(2)} seconds`,
  };
}

function exited(requestId: string | undefined, how: string): FunctionError {
  return {
    errorType: 'Runtime.ExitError',
    errorMessage: `RequestId: ${requestId ?? 'none'} Error: Runtime exited with error: ${how}`,
  };
}

function readError(text: string): FunctionError {
  try {
    const parsed = JSON.parse(text) as Partial<FunctionError>;
    return {
      errorType: parsed.errorType ?? 'Error',
      errorMessage: parsed.errorMessage ?? '',
      trace: parsed.trace,
    };
  } catch {
    return { errorType: 'Runtime.InvalidError', errorMessage: text };
  }
}
