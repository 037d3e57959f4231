import type { Severity } from '../catalog/compiled.ts';
import type { Alert } from '../alert/alert.ts';

/** Everything that decisions about one system rest on: the fold of its log. Plain JSON. */
export interface SystemState {
  /** Number of the last commit folded in; 0 for an empty log. */
  readonly seq: number;
  readonly nextIncident: number;
  /** Open ones, by id. */
  readonly incidents: Readonly<Record<string, Incident>>;
  /** The last ones resolved, newest first, at most {@link KEPT_RESOLVED}. */
  readonly resolved: readonly ResolvedIncident[];
  /** The newest transition applied, by alert key: what an older event is held against. */
  readonly seen: Readonly<Record<string, Seen>>;
  readonly silences: Readonly<Record<string, Silence>>;
  /** Alerts that fire while silenced, by alert key. */
  readonly muted: Readonly<Record<string, MutedAlert>>;
  /** Recovery attempts that run, and the ended ones that a guard may still count. */
  readonly attempts: Readonly<Record<string, Attempt>>;
}

export interface Seen {
  readonly value: 'ALARM' | 'OK';
  readonly atMs: number;
}

export interface MutedAlert {
  readonly alert: Alert;
  readonly silence: string;
  readonly sinceMs: number;
}

/** What an incident is about: a service of the catalog, else the rule, else a storm of both. */
export interface Subject {
  readonly kind: 'service' | 'rule' | 'storm';
  readonly name: string;
}

export interface Incident {
  /** `<system>-<number>`: short enough to say on the phone. */
  readonly id: string;
  readonly subject: Subject;
  readonly severity: Severity;
  readonly openedAtMs: number;
  /** The commit that opened it: its story begins there. */
  readonly openedSeq: number;
  /** At most {@link LISTED_ALERTS}, by key; the rest is counted. */
  readonly alerts: Readonly<Record<string, IncidentAlert>>;
  /** Alerts beyond the list, by alarm name. Only a full reading of the alarm takes an entry away. */
  readonly counted: Readonly<Record<string, number>>;
  readonly escalation: EscalationProgress;
  /** Recovery attempts ordered so far: the next one's number follows, and no number is used twice. */
  readonly attempts: number;
  /** By recovery, when an attempt of it was last verified: what it is for and has fired since before asks for no other one. */
  readonly verified?: Readonly<Record<string, number>>;
  readonly acknowledgement?: { readonly by: string; readonly atMs: number; readonly untilMs: number };
  /** Why no recovery runs although one is configured, and when to look again. */
  readonly held?: { readonly reason: string; readonly untilMs?: number };
  /** True once people were told that the attempts are used up; until one is verified. */
  readonly isUsedUpTold?: boolean;
  /** Set once an attempt failed on a service that has a health check: an alarm that is OK is then not enough. */
  readonly handedOver?: string;
}

export interface IncidentAlert extends Alert {
  readonly sight: 'firing' | 'unknown' | 'ok';
  /** Since when it is as `sight` says. */
  readonly sinceMs: number;
  /** When it began to fire; being out of sight for a while does not change it. */
  readonly firedAtMs: number;
  /** True once people were told that the alert is out of sight. */
  readonly isLossTold?: boolean;
}

export interface EscalationProgress {
  /** Pages were ordered for this incident at all. */
  readonly hasPaged: boolean;
  /** How often all levels have run to the end. */
  readonly round: number;
  /** The level that is next, 0-based; equals the number of levels while waiting for the next round. */
  readonly level: number;
  /** When it is due; absent when nothing more is to come by itself. */
  readonly nextAtMs?: number;
  /** People paged so far, by key: they hear of the end. */
  readonly paged: readonly string[];
}

export interface ResolvedIncident {
  readonly id: string;
  readonly subject: Subject;
  readonly severity: Severity;
  readonly openedAtMs: number;
  readonly openedSeq: number;
  readonly resolvedAtMs: number;
  readonly resolvedSeq: number;
  readonly by: string;
}

export interface Silence {
  readonly id: string;
  /** Every label must be equal. */
  readonly match: Readonly<Record<string, string>>;
  readonly by: string;
  readonly reason: string;
  readonly untilMs: number;
}

export interface Attempt {
  /** `<incident>-r<number>`; with the system it names the durable execution. */
  readonly id: string;
  readonly incident: string;
  readonly recovery: string;
  /** Services that the actions touch: the lease is on these. */
  readonly targets: readonly string[];
  readonly orderedAtMs: number;
  readonly deadlineMs: number;
  readonly isClaimed: boolean;
  /** What was about to be done, by action number. */
  readonly intents: Readonly<Record<string, ActionIntent>>;
  /** Numbers of the actions that were taken or adopted. */
  readonly taken: readonly string[];
  readonly ended?: { readonly atMs: number; readonly outcome: AttemptOutcome; readonly reason: string };
}

export type AttemptOutcome = 'recovered' | 'failed' | 'not-needed';

export interface ActionIntent {
  readonly action: string;
  readonly target: string;
  readonly atMs: number;
  /** Deployments that stood before: a primary one that is not among them is ours. */
  readonly knownDeployments: readonly string[];
}

/** After this many an incident counts its alerts instead of listing them. */
export const LISTED_ALERTS = 100;
/** Resolved incidents that stay in the state for listings; the log keeps all. */
export const KEPT_RESOLVED = 50;
/** Transitions remembered to tell an old event from a new one. */
export const KEPT_SEEN = 2_000;

/** Ended attempts older than this count for no guard: seven days, the longest window a catalog may set. */
export const KEPT_ATTEMPTS_MS = 7 * 24 * 3_600_000;

export const EMPTY_STATE: SystemState = {
  seq: 0,
  nextIncident: 1,
  incidents: {},
  resolved: [],
  seen: {},
  silences: {},
  muted: {},
  attempts: {},
};

/** What a person is shown as the incident's state. */
export function incidentStatus(incident: Incident): 'open' | 'acknowledged' | 'unknown' {
  const sights = new Set(Object.values(incident.alerts).map((alert) => alert.sight));
  if (sights.has('unknown') && !sights.has('firing')) return 'unknown';
  return incident.acknowledgement === undefined ? 'open' : 'acknowledged';
}
