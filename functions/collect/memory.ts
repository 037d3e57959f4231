import type { SeenSeries } from '../../shared/domain/collection/start-times.ts';
import { wantedMetrics } from '../../shared/domain/collection/wanted-metrics.ts';
import type { Discovered } from '../../shared/domain/collection/targets.ts';

/**
 * What one process remembers about one system from sweep to sweep. All of it may be lost at any time: it
 * saves log lines, keeps start times steady, and bridges a failure of discovery.
 */
export class SystemMemory {
  /** When this process first swept, epoch milliseconds; where the heartbeat's count starts. */
  readonly startMs: number;
  sweeps = 0;
  /** By service: what discovery last found. */
  readonly found = new Map<string, Discovered>();
  /** Whether a metric of its targets is sent. */
  readonly isWanted: (metric: string) => boolean;
  #seen = new Turn<SeenSeries>();
  #trouble = new Turn<string>();

  /** @param metrics what is sent: `collection.metrics` of the system */
  constructor(startMs: number, metrics: readonly string[]) {
    this.startMs = startMs;
    this.isWanted = wantedMetrics(metrics);
  }

  /** The series of a target as the last scrape left them. */
  seenBy(target: string): SeenSeries {
    return this.#seen.before(target) ?? new Map();
  }

  keepSeen(target: string, seen: SeenSeries): void {
    this.#seen.keep(target, seen);
  }

  /**
   * Notes what is wrong with something (undefined: nothing).
   *
   * @returns true if that is news, so that a target which is down is one log line and not one a sweep
   */
  isNews(what: string, trouble: string | undefined): boolean {
    if (trouble !== undefined) this.#trouble.keep(what, trouble);
    return this.#trouble.before(what) !== trouble;
  }

  /** Ends a sweep: what was not met in it is forgotten, or tasks long gone would fill the memory. */
  endSweep(): void {
    this.#seen.end();
    this.#trouble.end();
  }
}

/** Two generations: what the last sweep kept is read, what this one keeps is for the next. */
class Turn<Value> {
  #before = new Map<string, Value>();
  #kept = new Map<string, Value>();

  before(key: string): Value | undefined {
    return this.#before.get(key);
  }

  keep(key: string, value: Value): void {
    this.#kept.set(key, value);
  }

  end(): void {
    this.#before = this.#kept;
    this.#kept = new Map();
  }
}
