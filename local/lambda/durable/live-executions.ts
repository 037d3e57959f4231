import type { Execution } from './execution.ts';

/** What is remembered of a running execution beside its state. Lost with the cloud, and not needed then. */
export interface LiveExecution {
  /** The invocation under way; only one at a time. */
  requestId?: string | undefined;
  /** Operations that changed from outside and that the function has not been told of. */
  readonly news: Set<string>;
  readonly waiters: ((closed: Execution) => void)[];
  cancelTimer: () => void;
}

/** The running executions of this run of the cloud. */
export class LiveExecutions {
  readonly #all = new Map<string, LiveExecution>();

  of(arn: string): LiveExecution {
    const known = this.#all.get(arn);
    if (known !== undefined) return known;
    const live: LiveExecution = { news: new Set(), waiters: [], cancelTimer: () => undefined };
    this.#all.set(arn, live);
    return live;
  }

  /** The news, once. */
  takeNews(arn: string): string[] {
    const news = this.#all.get(arn)?.news;
    const taken = [...(news ?? [])];
    news?.clear();
    return taken;
  }

  invocationEnded(arn: string): void {
    const live = this.#all.get(arn);
    if (live !== undefined) live.requestId = undefined;
  }

  /** Forgets a closed execution and tells those who wait for it. */
  end(closed: Execution): void {
    const live = this.#all.get(closed.arn);
    this.#all.delete(closed.arn);
    live?.cancelTimer();
    for (const tell of live?.waiters ?? []) tell(closed);
  }

  forgetAll(): void {
    for (const live of this.#all.values()) live.cancelTimer();
    this.#all.clear();
  }
}
