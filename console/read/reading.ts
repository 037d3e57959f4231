import type { CompiledSystem } from '../../shared/domain/catalog/compiled.ts';
import type { SystemState } from '../../shared/domain/incident/state.ts';
import type { Commit } from '../../shared/domain/incident/commit.ts';

/** All that is known of one system at a moment. What could not be read is absent, with the reason beside it. */
export interface SystemReading {
  readonly state: SystemState;
  /** The commits that tell the stories of what is shown, in their order. */
  readonly commits: readonly Commit[];
  /** By service. */
  readonly signals?: Readonly<Record<string, ServiceSignals>>;
  readonly signalsProblem?: string;
  /** Names of the alarms in ALARM. */
  readonly inAlarm?: ReadonlySet<string>;
}

/** What a service shows of itself. */
export interface ServiceSignals {
  /** `up` of its targets: good if all of those that are still read answer. */
  readonly scrape?: Signal;
  /** `probe_success` of its health check. */
  readonly probe?: Signal;
  readonly instances?: { readonly running: number; readonly desired: number };
  /** When the signals last changed between good and bad; absent if they did not since `seenSinceMs`. */
  readonly changedAtMs?: number;
  /** How far back was looked, or the first sample in that span. */
  readonly seenSinceMs: number;
}

export interface Signal {
  readonly isGood: boolean;
  readonly newestMs: number;
}

/**
 * How old the newest sample of a service may be to speak for now: two scrape intervals (law 2), and the
 * time that a slow target may hold its own sweep up.
 */
export function freshForMs({ collection }: CompiledSystem): number {
  return (2 * collection.everyS + collection.timeoutS) * 1000;
}
