import { SYSTEM_ATTRIBUTE } from '../../shared/contract/names.ts';
import type { SeriesPoint } from '../../shared/domain/collection/point.ts';
import type { Contributor } from '../../shared/ports/alarm-reader.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { SeriesReader } from '../../shared/ports/series.ts';
import type { Finding } from './finding.ts';

/** What the doctor examines with: the account, in its own words. */
export interface Doctor {
  readonly clock: Clock;
  readonly series: ProbeSeries;
  readonly alarm: ProbeAlarm;
  readonly events: EventTap;
  readonly executions: Executions;
  readonly subscriptions: () => Promise<readonly Subscription[]>;
  readonly sendPage: (page: TestPage) => Promise<void>;
  /** Tells this run's series from those of an earlier one. */
  readonly run: string;
  /** How often targets are read, which is what a delay is measured against. */
  readonly scrapeEveryS: number;
  /** Every rule's query of the catalog. */
  readonly queries: readonly string[];
  /** Whom a test page goes to; undefined pages nobody. */
  readonly page: { readonly person: string; readonly topic: string } | undefined;
  /** How often it is looked whether something has come. */
  readonly lookEveryMs: number;
  /** After this, what has not come is not waited for. */
  readonly untilMs: number;
  /** Ends everything at once; the checks throw then. */
  readonly signal: AbortSignal;
  readonly tell: (line: string) => void;
}

export interface ProbeSeries {
  /** Sends points of the doctor's own system. */
  readonly write: (points: readonly SeriesPoint[]) => Promise<void>;
  readonly query: SeriesReader['instant'];
}

/** The one alarm of a run. */
export interface ProbeAlarm {
  readonly put: (query: string, intervalS: number) => Promise<void>;
  readonly state: () => Promise<string | undefined>;
  /** Undefined if CloudWatch says that there is no such alarm. */
  readonly contributors: () => Promise<readonly Contributor[] | undefined>;
  readonly remove: () => Promise<void>;
}

/** What EventBridge tells about the alarm. */
export interface EventTap {
  /** Everything that has come so far, in the order in which it came. */
  readonly received: () => Promise<readonly unknown[]>;
}

export interface Executions {
  /** Starts the probe of `recover` under a name; gives the execution's ARN. */
  readonly start: (name: string) => Promise<string>;
  readonly outcome: (
    arn: string,
  ) => Promise<{ readonly status: string; readonly result?: string | undefined }>;
}

export interface Subscription {
  readonly topic: string;
  /** Whose topic it is, as people say it: a person's name, a system's subscribers. */
  readonly whose: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly isConfirmed: boolean;
}

export interface TestPage {
  readonly topic: string;
  readonly subject: string;
  readonly message: string;
}

/** One thing that the doctor tries. A check that throws leaves its assumptions "not seen". */
export interface Check {
  /** The assumptions that it finds out about. */
  readonly ids: readonly string[];
  /** What is told while it runs. */
  readonly says: string;
  readonly run: (doctor: Doctor) => Promise<readonly Finding[]>;
}

/** The system that the probe's series belong to; none of the catalog's can have this name. */
export const PROBE_SYSTEM = 'homeostat.doctor';

/** A selector of a probe series of this run, confined as our rules' selectors are. */
export function probe(doctor: Pick<Doctor, 'run'>, metric: string, matchers = ''): string {
  const system = `"@resource.${SYSTEM_ATTRIBUTE}"="${PROBE_SYSTEM}"`;
  return `${metric}{${system},run="${doctor.run}"${matchers === '' ? '' : `,${matchers}`}}`;
}

/**
 * Looks again and again until there is something.
 *
 * @throws Error that says what did not come, at the doctor's time limit
 */
export async function waitFor<T>(
  { clock, lookEveryMs, untilMs, signal }: Pick<Doctor, 'clock' | 'lookEveryMs' | 'untilMs' | 'signal'>,
  what: string,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const sinceMs = clock.nowMs();
  for (;;) {
    signal.throwIfAborted();
    const seen = await look();
    if (seen !== undefined) return seen;
    if (clock.nowMs() >= untilMs) {
      throw new Error(`${what} did not come within ${String(Math.round((untilMs - sinceMs) / 1_000))} s`);
    }
    await clock.sleep(lookEveryMs);
  }
}

/** Waits until what was written for a past moment can be read there. */
export async function settle(doctor: Doctor, selector: string, atMs: number): Promise<void> {
  await waitFor(doctor, `the series ${selector}`, async () => {
    const found = await doctor.series.query(selector, atMs);
    return found.length > 0 ? true : undefined;
  });
}
