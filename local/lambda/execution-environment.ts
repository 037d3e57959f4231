import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LocalClock } from '../kernel/kernel.ts';
import type { FunctionConfig } from './function-config.ts';
import type { FunctionLog } from './function-log.ts';
import {
  exited,
  KILLED,
  readFunctionError,
  signalName,
  timedOut,
  type FunctionError,
} from './function-error.ts';
import { MemoryWatch } from './memory-watch.ts';
import { reportLine } from './report-line.ts';
import type { RuntimeApi, RuntimeEvent } from './runtime-api.ts';

/** What came of one invocation. Payload is JSON text. */
export type Outcome =
  | { readonly ok: true; readonly payload: string; readonly durationMs: number }
  | { readonly ok: false; readonly error: FunctionError; readonly durationMs: number };

export interface Invocation {
  readonly requestId: string;
  readonly invokedFunctionArn: string;
  readonly payload: string;
}

export interface EnvironmentDeps {
  readonly clock: LocalClock;
  readonly runtimeApi: RuntimeApi;
  readonly log: FunctionLog;
  /** So long may it take until the process asks for its first event. */
  readonly initTimeoutMs: number;
  /** The whole environment of the child, except AWS_LAMBDA_RUNTIME_API. */
  readonly variables: Readonly<Record<string, string>>;
  readonly onFree: () => void;
  readonly onGone: () => void;
}

const BOOTSTRAP = fileURLToPath(new URL('bootstrap.mjs', import.meta.url));

type Result = { readonly payload: string } | FunctionError;

interface Running {
  readonly invocation: Invocation;
  /** When the process got the event: as on AWS the time to be ready is not part of the duration. */
  startedMs: number;
  readonly resolve: (outcome: Outcome) => void;
  stopTimer: () => void;
  /** Answered, but as on AWS the invocation is over only when the process asks for the next event or ends. */
  result?: Result;
}

/** One child process that runs one function, one event at a time. */
export class ExecutionEnvironment {
  readonly config: FunctionConfig;
  readonly pid: number | undefined;
  readonly #deps: EnvironmentDeps;
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  /** Hands an event to the process; undefined while it starts or works. */
  #send: ((event: RuntimeEvent) => void) | undefined;
  readonly #memory: MemoryWatch;
  #running: Running | undefined;
  /** Until the first invocation has reported it. */
  #initMs: number | undefined;
  /** Told to end; its next event would be its last. */
  #isEnding = false;
  #initError: FunctionError | undefined;
  #lastUsedMs: number;

  /** Starts the process. It is busy until its first event is done. */
  constructor(config: FunctionConfig, deps: EnvironmentDeps) {
    this.config = config;
    this.#deps = deps;
    this.#lastUsedMs = deps.clock.nowMs();
    const { address, release } = this.#register();
    this.#child = spawn(process.execPath, [BOOTSTRAP], {
      cwd: config.codePath,
      env: { ...deps.variables, AWS_LAMBDA_RUNTIME_API: address },
      // Nothing is ever written to stdin; that it closes tells the child that we are gone.
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.pid = this.#child.pid;
    this.#memory = new MemoryWatch(this.pid, config.memoryMb);
    this.#gone = this.#watchEnd(release);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        this.#log(line);
      });
    }
  }

  /** It also counts as busy while it starts and until it asks for the next event. */
  get isBusy(): boolean {
    return this.#running !== undefined || this.#send === undefined || this.#isEnding;
  }

  get requestId(): string | undefined {
    return this.#running?.invocation.requestId;
  }

  get lastUsedMs(): number {
    return this.#lastUsedMs;
  }

  /** Runs one event; never rejects. Only for an environment that is new or free. */
  async invoke(invocation: Invocation): Promise<Outcome> {
    return new Promise((resolve) => {
      const startedMs = this.#deps.clock.nowMs();
      this.#running = { invocation, startedMs, resolve, stopTimer: this.#endAfter(this.#deps.initTimeoutMs) };
      this.#memory.start(this.#deps.clock, () => {
        this.#finish(exited(invocation.requestId, KILLED));
      });
      this.#begin();
    });
  }

  /** SIGKILL; resolves when the process is gone. */
  async kill(): Promise<void> {
    this.#isEnding = true;
    this.#child.kill('SIGKILL');
    await this.#gone;
  }

  #register(): { readonly address: string; readonly release: () => void } {
    return this.#deps.runtimeApi.register({
      onNext: (send) => {
        if (this.#running?.result === undefined) this.#initMs = this.#deps.clock.nowMs() - this.#lastUsedMs;
        this.#send = send;
        if (this.#running?.result !== undefined) this.#finish(this.#running.result);
        if (!this.isBusy) this.#deps.onFree();
        this.#begin();
      },
      onResponse: (requestId, payload) => {
        this.#keepResult(requestId, { payload });
      },
      onError: (requestId, error) => {
        this.#keepResult(requestId, readFunctionError(error));
      },
      onInitError: (error) => {
        this.#initError = readFunctionError(error);
        this.#log(`INIT_REPORT Status: error ${error}`);
      },
    });
  }

  async #watchEnd(release: () => void): Promise<void> {
    const how = await new Promise<string>((resolve) => {
      this.#child.once('exit', (code, signal) => {
        resolve(signal === null ? `exit status ${code}` : `signal: ${signalName(signal)}`);
      });
      this.#child.once('error', (error) => {
        resolve(error.message);
      });
    });
    release();
    this.#isEnding = true;
    this.#finish(this.#initError ?? exited(this.requestId, how));
    this.#deps.onGone();
  }

  /** Sends the event as soon as there is one and the process has asked for it. */
  #begin(): void {
    if (this.#send === undefined || this.#running === undefined) return;
    const { invocation } = this.#running;
    const timeoutMs = this.config.timeoutS * 1000;
    this.#running.stopTimer();
    this.#running.stopTimer = this.#endAfter(timeoutMs);
    this.#log(`START RequestId: ${invocation.requestId} Version: ${this.config.version}`);
    this.#running.startedMs = this.#deps.clock.nowMs();
    this.#send({ ...invocation, deadlineMs: this.#running.startedMs + timeoutMs });
    this.#send = undefined;
  }

  #endAfter(delayMs: number): () => void {
    return this.#deps.clock.after(delayMs, () => {
      this.#finish(timedOut(this.requestId, delayMs));
      void this.kill();
    });
  }

  #keepResult(requestId: string, result: Result): void {
    if (this.#running?.invocation.requestId === requestId) this.#running.result = result;
  }

  #finish(otherwise: Result): void {
    if (this.#running === undefined) return;
    const { invocation, startedMs, resolve, stopTimer } = this.#running;
    const { requestId } = invocation;
    stopTimer();
    this.#memory.stop();
    // An answer of a process that needed more than it has would not have come on AWS.
    const isOverLimit = this.#memory.isExceeded();
    const result = isOverLimit ? exited(requestId, KILLED) : (this.#running.result ?? otherwise);
    if (isOverLimit) void this.kill();
    this.#lastUsedMs = this.#deps.clock.nowMs();
    const durationMs = this.#lastUsedMs - startedMs;
    const { memoryMb } = this.config;
    const usedMb = this.#memory.usedMb();
    this.#log(reportLine({ requestId, durationMs, memoryMb, usedMb, initMs: this.#initMs }));
    if ('errorType' in result) this.#log(`${result.errorMessage}\n${result.errorType}`);
    this.#initMs = undefined;
    this.#running = undefined;
    const isAnswer = 'payload' in result;
    resolve(
      isAnswer ? { ok: true, payload: result.payload, durationMs } : { ok: false, error: result, durationMs },
    );
  }

  #log(line: string): void {
    this.#deps.log.write({ functionName: this.config.name, requestId: this.requestId, line });
  }
}
