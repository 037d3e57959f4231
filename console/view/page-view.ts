import type { Severity } from '../../shared/domain/catalog/compiled.ts';
import type { Told } from '../../shared/ports/outbox.ts';

/**
 * What the page shows, in parts: whatever the server knows is turned into these, and the page draws
 * nothing else. Plain JSON; times are epoch milliseconds, the page turns them into words.
 */
export interface PageView {
  readonly frame: FrameView;
  readonly services: readonly ServiceView[];
  readonly rules: readonly RuleView[];
  readonly incidents: IncidentsView;
  readonly resolved: readonly ResolvedView[];
  readonly silences: readonly SilenceView[];
  readonly told: readonly Told[];
  readonly tryNext: readonly TryView[];
}

/** What changes seldom, and the one sentence that sums up. */
export interface FrameView {
  readonly systems: readonly string[];
  readonly catalogHash: string;
  /** Who may be using the page. */
  readonly people: readonly { readonly key: string; readonly name: string }[];
  readonly headline: { readonly state: Health; readonly text: string };
}

/** Unknown is never shown as healthy. */
export type Health = 'healthy' | 'troubled' | 'unknown';

export interface ServiceView {
  readonly system: string;
  readonly service: string;
  readonly state: Health;
  /** The fact that decided (law 7). */
  readonly because: string;
  /** Since when it is so; absent if that is not known. */
  readonly since?: { readonly atMs: number; readonly isAtLeast: boolean };
  readonly criticality: string;
  readonly owner: string;
  readonly dependsOn: readonly string[];
  /** Absent if nothing says what runs it, or it could not be asked. */
  readonly instances?: { readonly running: number; readonly desired: number };
  /** The newest answer of its health check. */
  readonly lastProbe?: { readonly atMs: number; readonly isGood: boolean };
  /** The open incident about it. */
  readonly incident?: string;
}

export interface RuleView {
  readonly system: string;
  readonly alarm: string;
  readonly alert: string;
  readonly severity: Severity;
  /** As the owner wrote it, on one line. */
  readonly condition: string;
  readonly state: 'fires' | 'ok' | 'unknown';
}

export interface IncidentsView {
  /** The worst and newest first, at most so many that a page can hold. */
  readonly shown: readonly IncidentView[];
  /** Open ones that are not shown. */
  readonly more: number;
}

export interface IncidentView {
  readonly id: string;
  readonly system: string;
  readonly state: 'open' | 'acknowledged' | 'unknown';
  readonly severity: Severity;
  readonly subject: string;
  readonly openedAtMs: number;
  readonly acknowledgement?: { readonly by: string; readonly untilMs: number };
  readonly alerts: readonly AlertView[];
  /** Alerts that are not listed here. */
  readonly moreAlerts: number;
  /** What will happen next, and when. */
  readonly next: readonly NextView[];
  /** What a silence can be about. */
  readonly silences: readonly SilenceChoice[];
  /** Why a person cannot close it now; absent if they can. */
  readonly whyNotResolve?: string;
  /** The rules that fire, to be drawn, and the service whose lines are meant. */
  readonly plots: readonly { readonly alarm: string; readonly alert: string }[];
  readonly service?: string;
  readonly story: StoryView;
}

export interface AlertView {
  readonly name: string;
  readonly summary: string;
  readonly labels: string;
  /** `silenced`: it fires, and a silence holds it back. */
  readonly sight: 'firing' | 'unknown' | 'silenced' | 'ok';
  readonly sinceMs: number;
}

export interface NextView {
  readonly text: string;
  readonly atMs?: number;
}

export interface SilenceChoice {
  readonly label: string;
  readonly match: Readonly<Record<string, string>>;
}

/** The last lines of an incident's story. */
export interface StoryView {
  readonly lines: readonly StoryLineView[];
  /** Lines before the first that is shown. */
  readonly earlier: number;
}

export interface StoryLineView {
  readonly atMs: number;
  readonly what: string;
  readonly why: string;
  readonly by: string;
  readonly kind: 'bad' | 'good' | 'told' | 'acted' | 'plain';
}

export interface ResolvedView {
  readonly id: string;
  readonly severity: Severity;
  readonly subject: string;
  readonly openedAtMs: number;
  readonly resolvedAtMs: number;
  readonly by: string;
  readonly story: StoryView;
}

export interface SilenceView {
  readonly id: string;
  readonly system: string;
  readonly labels: string;
  readonly by: string;
  readonly reason: string;
  readonly untilMs: number;
  /** Alerts that fire and are held back by it. */
  readonly holds: number;
}

/** A hint, with when it will happen, or a command to copy, where there is one. */
export interface TryView {
  readonly text: string;
  readonly atMs?: number;
  readonly command?: string;
}

/** The series that a rule reads, beside what they are compared with. */
export interface PlotView {
  /** Ascending; the x of every line. */
  readonly timesMs: readonly number[];
  readonly lines: readonly { readonly label: string; readonly values: readonly (number | null)[] }[];
  /** Lines that were found and are not drawn. */
  readonly more: number;
  /** Absent if the rule compares with no fixed number: then the lines are where it fires. */
  readonly threshold?: { readonly comparison: string; readonly value: number };
}

/** Why there is nothing to draw now. */
export interface PlotProblem {
  readonly problem: string;
}

/** How true the page is: sent with every look, changed or not. */
export interface LookView {
  readonly nowMs: number;
  /** When the incidents were last read; absent before the first time. */
  readonly asOfMs?: number;
  /** Why they could not be read since. */
  readonly problem?: string;
}

/** What a person asked for, and what came of it. */
export interface AnswerView {
  readonly done: boolean;
  readonly message: string;
}
