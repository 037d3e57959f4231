/** A running task of a service, as far as collecting from it needs to know. */
export interface FleetTask {
  readonly taskId: string;
  /** IPv4 address inside the network; absent while (or because) the task has none of its own. */
  readonly address?: string;
  /** Where a container's port is reached, if it is another one. */
  readonly ports: readonly { readonly containerPort: number; readonly hostPort: number }[];
  /** Epoch milliseconds. */
  readonly startedAtMs?: number;
}

/** What runs: the services' tasks. */
export interface Fleet {
  /** The tasks of a service that are running now, in no particular order. */
  readonly tasks: (cluster: string, service: string) => Promise<readonly FleetTask[]>;
}
