export interface ServiceDeployment {
  readonly id: string;
  readonly isPrimary: boolean;
  readonly rollout: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  readonly createdAtMs: number;
}

/** A service that can be acted on. */
export interface ServiceControl {
  /** The deployments of a service, the primary one among them. */
  readonly deployments: (cluster: string, service: string) => Promise<readonly ServiceDeployment[]>;
  /** Replaces every task by a new one. Returns the id of the deployment that does it. */
  readonly restart: (cluster: string, service: string) => Promise<string>;
}

/** How many tasks of a service there are, and how many there should be. */
export interface ServiceCounts {
  readonly counts: (
    cluster: string,
    service: string,
  ) => Promise<{ readonly running: number; readonly desired: number }>;
}
