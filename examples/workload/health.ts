/** The three states of requirement M6. */
export type HealthStatus = 'healthy' | 'warning' | 'unhealthy';

export interface Check {
  readonly status: HealthStatus;
  readonly [detail: string]: string;
}

/** The detailed health answer in the shape of the QBM guide, section 2.2. */
export interface Health {
  readonly status: HealthStatus;
  readonly checks: Readonly<Record<string, Check>>;
  readonly version: string;
  readonly timestamp: string;
}

const VERSION = '1.0.0';
const MEMORY_LIMIT_BYTES = 512 * 1024 * 1024;

/**
 * Puts the checks together. A failing dependency is only a warning here: this process does its part,
 * and restarting it would not bring the other one back.
 */
export function assessHealth(checks: {
  readonly own: Readonly<Record<string, Check>>;
  readonly dependencies: Readonly<Record<string, Check>>;
}): Health {
  const own = new Set(Object.values(checks.own).map((check) => check.status));
  const isDependencyFailing = Object.values(checks.dependencies).some((check) => check.status !== 'healthy');
  const isDegraded = own.has('warning') || isDependencyFailing;
  return {
    status: own.has('unhealthy') ? 'unhealthy' : isDegraded ? 'warning' : 'healthy',
    checks: { ...checks.own, ...checks.dependencies },
    version: VERSION,
    timestamp: new Date().toISOString(),
  };
}

/** Memory of this process against the size of its task; a warning from 80 % (M6). */
export function checkMemory(usedBytes = process.memoryUsage.rss()): Check {
  const percent = Math.round((usedBytes / MEMORY_LIMIT_BYTES) * 100);
  return { status: percent < 80 ? 'healthy' : 'warning', memory_usage: `${percent}%` };
}

/** Asks another service's health URL; whatever is not an answer in time is unhealthy. */
export async function checkDependency(baseUrl: string, timeoutMs: number): Promise<Check> {
  const startedMs = performance.now();
  try {
    const response = await fetch(new URL('/health', baseUrl), { signal: AbortSignal.timeout(timeoutMs) });
    await response.body?.cancel();
    const response_time = `${Math.round(performance.now() - startedMs)}ms`;
    if (!response.ok) return { status: 'unhealthy', error: `status ${response.status}`, response_time };
    return { status: 'healthy', response_time };
  } catch (error) {
    return { status: 'unhealthy', error: whyFetchFailed(error) };
  }
}

/** The reason in words: `fetch` hides it in the cause behind "fetch failed". */
export function whyFetchFailed(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
