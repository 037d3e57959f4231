/** The independent signal: does the service itself say that it is well? */
export interface HealthCheck {
  /** Asks a health URL once; never throws. */
  readonly ask: (
    url: string,
    timeoutS: number,
  ) => Promise<{ readonly isHealthy: boolean; readonly because: string }>;
}
