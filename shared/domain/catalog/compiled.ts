/**
 * The catalog as the functions see it: validated, defaults filled in, rules confined to their system.
 * It is made once, at synth, and travels as `catalog.json` in every function's bundle.
 * Durations are seconds, names are the keys the owner chose.
 */
export interface CompiledCatalog {
  /** SHA-256 (first 16 hex digits) over the canonical JSON of everything else; recorded in each commit. */
  readonly hash: string;
  readonly organization: CompiledOrganization;
  readonly systems: Readonly<Record<string, CompiledSystem>>;
}

export interface CompiledOrganization {
  readonly people: Readonly<Record<string, Person>>;
  readonly teams: Readonly<Record<string, Team>>;
  readonly escalation: EscalationPolicy;
}

export interface Person {
  readonly name: string;
  readonly contacts: readonly Endpoint[];
}

export interface Team {
  /** People, by key. */
  readonly members: readonly string[];
  readonly subscriptions: readonly TeamSubscription[];
}

export interface TeamSubscription {
  readonly endpoint: Endpoint;
  /** SNS filter policy on message attributes; an absent key lets everything through. */
  readonly filter: {
    readonly severity?: readonly Severity[];
    readonly kind?: readonly NoticeKind[];
    readonly system?: readonly string[];
  };
}

export type Endpoint =
  | { readonly protocol: 'email'; readonly address: string }
  | { readonly protocol: 'sms'; readonly address: string }
  | { readonly protocol: 'https'; readonly address: string }
  | { readonly protocol: 'sqs'; readonly address: string };

/** A2. P0-P3 in the owner's labels mean critical, high, warning, info. */
export type Severity = 'critical' | 'high' | 'warning' | 'info';

/** What a message is about; the SNS attribute `kind`. */
export type NoticeKind =
  'opened' | 'escalated' | 'reminder' | 'unknown' | 'recovery' | 'resolved' | 'storm' | 'alarm';

export interface EscalationPolicy {
  /** Severities that page people; the others are only told to the teams' subscriptions. */
  readonly pages: readonly Severity[];
  /** In order. The first is paged at once, each other one `afterS` after the one before it. */
  readonly levels: readonly EscalationLevel[];
  /** After the last level all levels run again, `times` times, `everyS` after the last page. */
  readonly repeat: { readonly times: number; readonly everyS: number };
  /** An acknowledged incident that is still open after this escalates again from the first level. */
  readonly acknowledgementExpiresS: number;
}

export interface EscalationLevel {
  readonly afterS: number;
  /** People, by key; teams are already expanded to their members. */
  readonly people: readonly string[];
}

export interface CompiledSystem {
  readonly system: string;
  readonly environment: string;
  readonly timeZone: string;
  /** The team that owns the system as a whole. */
  readonly owner: string;
  readonly network?: {
    readonly vpcId: string;
    readonly subnetIds: readonly string[];
    readonly securityGroupIds: readonly string[];
  };
  readonly collection: {
    readonly everyS: number;
    readonly timeoutS: number;
    readonly maxBytes: number;
    /** What is sent of what targets tell: names, and families such as `node_*`. What Homeostat makes itself is sent in any case. */
    readonly metrics: readonly string[];
  };
  readonly services: Readonly<Record<string, CompiledService>>;
  readonly rules: readonly CompiledRule[];
  /** In the order of the file: the first whose `match` fits an alert is its recovery. */
  readonly recoveries: readonly Recovery[];
  /** What is promised of it, in the order of the file; none if not given. */
  readonly objectives?: readonly CompiledObjective[];
  /** Metrics that the dashboard shows beside those that rules read. */
  readonly dashboard?: readonly string[];
}

/** A value that is to hold for a share of the time. */
export interface CompiledObjective {
  readonly name: string;
  readonly description?: string;
  readonly service?: string;
  /** PromQL, recording rules inlined, confined to the system. */
  readonly query: string;
  readonly holds: 'at-most' | 'at-least';
  readonly limit: number;
  /** From 0 to 1, both excluded. */
  readonly target: number;
  readonly windowS: number;
}

export interface CompiledService {
  readonly service: string;
  readonly owner: string;
  readonly criticality: 'critical' | 'high' | 'medium' | 'low';
  readonly dependsOn: readonly string[];
  readonly ecs?: { readonly cluster: string; readonly service: string };
  readonly scrape?: ScrapeTargets;
  readonly health?: { readonly url: string; readonly timeoutS: number };
}

export type ScrapeTargets = {
  /** What every series of the targets gets besides `job` and `instance`. */
  readonly labels?: Readonly<Record<string, string>>;
} &
  /** Fixed URLs. `instance` is host:port. */
  (
    | { readonly kind: 'static'; readonly urls: readonly string[] }
    /** Every running task of the service's ECS service. `instance` is the task's address:port. */
    | { readonly kind: 'tasks'; readonly port: number; readonly path: string }
    /** Every address that the names have in DNS. `instance` is address:port; for SRV, host:port of the record. */
    | {
        readonly kind: 'dns';
        readonly names: readonly string[];
        readonly type: 'A' | 'AAAA' | 'SRV';
        /** Given for A and AAAA, which tell none. */
        readonly port?: number;
        readonly scheme: 'http' | 'https';
        readonly path: string;
      }
  );

export interface CompiledRule {
  /** `homeostat-<system>-<group>-<alert>-<hash8>`; see shared/contract/alarm-name.ts. */
  readonly alarmName: string;
  readonly system: string;
  readonly file: string;
  readonly group: string;
  readonly alert: string;
  readonly severity: Severity;
  /** The label `service`, if the rule sets one. */
  readonly service?: string;
  /** As the owner wrote it. */
  readonly expr: string;
  /** What CloudWatch is asked: recording rules inlined, every selector confined to the system. */
  readonly query: string;
  /** `for`, in whole seconds. */
  readonly pendingS: number;
  /** `keep_firing_for`, in whole seconds. */
  readonly recoveryS: number;
  /** Evaluation interval: 10, 20, 30 or a multiple of 60. */
  readonly everyS: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The metrics that the query reads, each confined like the query: the evidence that the rule still sees. */
  readonly reads: readonly MetricRead[];
}

export interface MetricRead {
  readonly metric: string;
  /** True inside `absent(…)` or `absent_over_time(…)`: there, silence is what the rule asks for. */
  readonly absent: boolean;
  /** Labels in which an alert and a series that it comes from agree; every label if not given. */
  readonly carries?: { readonly kind: 'only' | 'all-but'; readonly names: readonly string[] };
  /** `job` and `instance`, where the selector fixes them. */
  readonly of?: Readonly<Record<string, string>>;
}

export interface Recovery {
  readonly name: string;
  /** Label to accepted values; every label must fit. */
  readonly match: Readonly<Record<string, readonly string[]>>;
  readonly mode: 'first' | 'all';
  readonly actions: readonly RecoveryAction[];
  readonly guards: RecoveryGuards;
}

export interface RecoveryAction {
  readonly action: 'restart_service';
  /** The service to act on; the alert's own if not given. */
  readonly service?: string;
}

export interface RecoveryGuards {
  /** R3: at most this many attempts on one target within `windowS`. */
  readonly attempts: number;
  readonly windowS: number;
  /** R3: no new attempt on a target sooner than this after the end of the one before. */
  readonly coolDownS: number;
  /** R5: wait after the action before looking. */
  readonly settleS: number;
  /** How long an action may take from its order to a verified recovery. */
  readonly deadlineS: number;
}
