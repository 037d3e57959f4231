import type { RunningTask } from '../domain/collection/targets.ts';

/** What runs: the services' tasks. */
export interface Fleet {
  /** The tasks of a service that are running now, in no particular order. */
  readonly tasks: (cluster: string, service: string) => Promise<readonly RunningTask[]>;
}
