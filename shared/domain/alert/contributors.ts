import { createHash } from 'node:crypto';

/** At most so many contributors of one alarm are in ALARM at a time (AWS). */
export const MAX_CONTRIBUTORS_IN_ALARM = 100;

export type Attributes = Readonly<Record<string, string>>;

/** One series that the query of a PromQL alarm returned, and for how long it has done so. */
export interface Contributor {
  readonly id: string;
  readonly attributes: Attributes;
  readonly value: 'PENDING' | 'ALARM';
  /** First seen breaching without a break; moved on over gaps in evaluation. */
  readonly breachingSinceMs: number;
  /** First seen missing since it last breached. */
  readonly absentSinceMs?: number;
  readonly alarmSinceMs?: number;
}

export interface ContributorChange {
  readonly id: string;
  readonly attributes: Attributes;
  readonly to: 'ALARM' | 'OK';
}

export interface ContributorRule {
  readonly pendingS: number;
  readonly recoveryS: number;
  readonly intervalS: number;
}

export interface ContributorsStep {
  /** Those that go on: pending, in ALARM or recovering. */
  readonly contributors: readonly Contributor[];
  /** What changed, recoveries first, then alarms; in order of id. */
  readonly changes: readonly ContributorChange[];
  /** More would be in ALARM than may be: the rest waits and has no events. */
  readonly isPartial: boolean;
}

/**
 * The contributor's id: 16 hex digits (the API's own limit) over its labels, whatever their order.
 */
export function contributorId(attributes: Attributes): string {
  const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16);
}

/**
 * One evaluation of a PromQL alarm: which contributors go to ALARM and which back to OK.
 *
 * A contributor goes to ALARM when it was returned by every evaluation for `pendingS`, and to OK when it
 * was returned by none for `recoveryS`; zero means at once. Time in which nothing was evaluated (a
 * restart, a failing query, a laptop asleep) counts neither as presence nor as absence.
 *
 * @param before what the last step returned, in any order
 * @param present the labels of each series the query returned, by contributor id
 * @param nowMs epoch milliseconds of this evaluation
 * @param lastMs of the last evaluation that succeeded; undefined for the first
 */
export function stepContributors(
  before: readonly Contributor[],
  present: ReadonlyMap<string, Attributes>,
  rule: ContributorRule,
  time: { readonly nowMs: number; readonly lastMs: number | undefined },
): ContributorsStep {
  const gapMs = unevaluatedMs(rule, time);
  const known = new Map(before.map((contributor) => [contributor.id, moved(contributor, gapMs)]));
  const recovered: Contributor[] = [];
  const next: Contributor[] = [];
  for (const contributor of known.values()) {
    const kept = present.has(contributor.id)
      ? returning(contributor)
      : missing(contributor, rule.recoveryS * 1000, time.nowMs);
    if (kept !== undefined) next.push(kept);
    else if (contributor.value === 'ALARM') recovered.push(contributor);
  }
  for (const [id, attributes] of present) {
    if (!known.has(id)) next.push({ id, attributes, value: 'PENDING', breachingSinceMs: time.nowMs });
  }
  return raise(next.sort(byId), recovered.sort(byId), rule.pendingS * 1000, time.nowMs);
}

/** Promotes what has been pending long enough, the longest first, as far as the cap allows. */
function raise(
  contributors: readonly Contributor[],
  recovered: readonly Contributor[],
  pendingMs: number,
  nowMs: number,
): ContributorsStep {
  const ripe = contributors
    .filter(({ value, breachingSinceMs }) => value === 'PENDING' && nowMs - breachingSinceMs >= pendingMs)
    .toSorted((a, b) => a.breachingSinceMs - b.breachingSinceMs);
  const inAlarm = contributors.filter(({ value }) => value === 'ALARM').length;
  const free = Math.max(0, MAX_CONTRIBUTORS_IN_ALARM - inAlarm);
  const raised = new Set(ripe.slice(0, free).map(({ id }) => id));
  const change = (to: ContributorChange['to']) => (contributor: Contributor) => ({
    id: contributor.id,
    attributes: contributor.attributes,
    to,
  });
  return {
    contributors: contributors.map((contributor) =>
      raised.has(contributor.id) ? { ...contributor, value: 'ALARM', alarmSinceMs: nowMs } : contributor,
    ),
    changes: [
      ...recovered.map(change('OK')),
      ...contributors.filter(({ id }) => raised.has(id)).map(change('ALARM')),
    ],
    isPartial: ripe.length > free,
  };
}

function returning(contributor: Contributor): Contributor {
  const { absentSinceMs: _, ...rest } = contributor;
  return rest;
}

/** What is left of a contributor that was not returned: nothing once it has been gone long enough. */
function missing(contributor: Contributor, recoveryMs: number, nowMs: number): Contributor | undefined {
  // What only waits must breach without a break: it starts anew.
  if (contributor.value === 'PENDING') return undefined;
  const absentSinceMs = contributor.absentSinceMs ?? nowMs;
  return nowMs - absentSinceMs >= recoveryMs ? undefined : { ...contributor, absentSinceMs };
}

/** An evaluation may come late by half an interval; what is longer than that was a gap. */
function unevaluatedMs(
  rule: ContributorRule,
  { nowMs, lastMs }: { readonly nowMs: number; readonly lastMs: number | undefined },
): number {
  const intervalMs = rule.intervalS * 1000;
  if (lastMs === undefined || nowMs - lastMs <= intervalMs * 1.5) return 0;
  return nowMs - lastMs - intervalMs;
}

function moved(contributor: Contributor, byMs: number): Contributor {
  if (byMs === 0) return contributor;
  const { breachingSinceMs, absentSinceMs } = contributor;
  return {
    ...contributor,
    breachingSinceMs: breachingSinceMs + byMs,
    ...(absentSinceMs === undefined ? {} : { absentSinceMs: absentSinceMs + byMs }),
  };
}

function byId(a: Contributor, b: Contributor): number {
  return a.id < b.id ? -1 : 1;
}
