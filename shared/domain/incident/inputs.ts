import type { ActionIntent, AttemptOutcome } from './state.ts';

/** What can happen to a system, from outside. The times in it are when it happened, not when it is decided. */
export type Input =
  | AlarmSignal
  | AlarmTruth
  /** Time has passed: carry out what is due. */
  | { readonly type: 'tick' }
  | { readonly type: 'acknowledge'; readonly incident: string; readonly by: string }
  | { readonly type: 'resolve'; readonly incident: string; readonly by: string; readonly reason: string }
  | {
      readonly type: 'silence';
      readonly match: Readonly<Record<string, string>>;
      readonly by: string;
      readonly reason: string;
      readonly untilMs: number;
    }
  /** The independent signal: after a failed attempt the service's own health check answers again. */
  | { readonly type: 'health-confirmed'; readonly incident: string; readonly because: string }
  | { readonly type: 'claim-attempt'; readonly attempt: string }
  | {
      readonly type: 'intend-action';
      readonly attempt: string;
      readonly step: string;
      readonly intent: ActionIntent;
    }
  | {
      readonly type: 'action-taken';
      readonly attempt: string;
      readonly step: string;
      readonly result: string;
    }
  | {
      readonly type: 'end-attempt';
      readonly attempt: string;
      readonly outcome: AttemptOutcome;
      readonly reason: string;
    };

/** One transition of one contributor, as an event told it. May come late, twice or never. */
export interface AlarmSignal {
  readonly type: 'alarm-signal';
  readonly alarm: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly value: 'ALARM' | 'OK';
  readonly atMs: number;
  /** Only with ALARM: the value of the series that fires, if it could be read. May be infinite or NaN. */
  readonly measured?: number;
  /** Only with OK: whether what the rule reads is still seen. */
  readonly evidence?: Evidence;
}

/** An alarm as it is: all its contributors in alarm, read at `atMs`. */
export interface AlarmTruth {
  readonly type: 'alarm-truth';
  readonly alarm: string;
  readonly atMs: number;
  readonly firing: readonly {
    readonly attributes: Readonly<Record<string, string>>;
    readonly sinceMs: number;
    /** The value of the series, if it was read. May be infinite or NaN. */
    readonly measured?: number;
  }[];
  /** False if there may be more contributors than were read: then nothing is concluded from an absence. */
  readonly isComplete: boolean;
  /** By alert key, for the alerts of this alarm that are open: whether what the rule reads is still seen. */
  readonly evidence: Readonly<Record<string, Evidence>>;
  /** Evidence for the alarm as a whole: for alerts that are only counted. */
  readonly evidenceForRest: Evidence;
}

/** Law 2: silence is not recovery. */
export interface Evidence {
  readonly isFresh: boolean;
  /** In words, for the log: what was seen, or what was missing. */
  readonly because: string;
}
