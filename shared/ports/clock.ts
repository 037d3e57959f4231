/** Time as an argument: real in the processes, virtual in timelines. */
export interface Clock {
  /** Epoch milliseconds, UTC. */
  readonly nowMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}
