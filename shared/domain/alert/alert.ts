import { createHash } from 'node:crypto';
import type { CompiledRule, CompiledSystem, Severity } from '../catalog/compiled.ts';
import { fillText } from './fill-text.ts';

/** One labelled result of a rule that CloudWatch reports as in alarm. */
export interface Alert {
  /** Alarm name and fingerprint: the identity that every transition of this alert shares. */
  readonly key: string;
  readonly alarm: string;
  readonly name: string;
  readonly severity: Severity;
  /** The result's own labels: those of the series, without what begins with `@`; see {@link KEPT_CHARACTERS}. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The rule's labels over the result's own, and `alertname`. */
  readonly labels: Readonly<Record<string, string>>;
  /** The annotation `summary` or `description`, filled in; else the rule's name. */
  readonly summary: string;
  /** The value of the series when the alert began to fire, if it is known and a number that can be kept. */
  readonly value?: number;
}

export const SEVERITIES = ['critical', 'high', 'warning', 'info'] as const satisfies readonly Severity[];

/** True if `one` is more severe than `other`. */
export function isWorse(one: Severity, other: Severity): boolean {
  return SEVERITIES.indexOf(one) < SEVERITIES.indexOf(other);
}

/** The more severe of two. */
export function worst(one: Severity, other: Severity): Severity {
  return isWorse(one, other) ? one : other;
}

/** Leaves out what CloudWatch adds to a series' own labels (`@resource.…`, `@aws.…`) and the metric's name. */
export function ownLabels(attributes: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes)
      .filter(([name]) => !name.startsWith('@') && name !== '__name__')
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/**
 * An alert keeps labels of at most so many characters, names included: a hundred alerts of CloudWatch's
 * largest contributors (150 labels of 1,024 characters) would not fit into an item of the table.
 */
export const KEPT_CHARACTERS = 2_000;

/** Leaves out the longest labels until the rest is small enough. What evidence or a recovery cannot read, it does not ask for. */
function withinLimit(labels: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(labels);
  let characters = kept.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  for (const [name, value] of kept.toSorted(([, a], [, b]) => b.length - a.length)) {
    if (characters <= KEPT_CHARACTERS) break;
    characters -= name.length + value.length;
    kept.splice(
      kept.findIndex(([other]) => other === name),
      1,
    );
  }
  return Object.fromEntries(kept);
}

/** The identity of a contributor of an alarm: 16 hex digits over its own labels, whatever their order. */
export function alertKey(alarm: string, attributes: Readonly<Record<string, string>>): string {
  const canonical = JSON.stringify(Object.entries(ownLabels(attributes)));
  return `${alarm}#${createHash('sha256').update(canonical).digest('hex').slice(0, 16)}`;
}

/** Long enough to read on a phone. */
const SUMMARY_CHARACTERS = 500;

/**
 * The alert for one contributor of a rule's alarm.
 *
 * @param value of the series that fires; undefined if it is not known
 */
export function alertOf(
  rule: CompiledRule,
  attributes: Readonly<Record<string, string>>,
  value?: number,
): Alert {
  const all = ownLabels(attributes);
  const own = withinLimit(all);
  const added = Object.entries(rule.labels).map(([name, text]) => [name, fillText(text, all, value)]);
  const labels = { ...own, ...(Object.fromEntries(added) as Record<string, string>), alertname: rule.alert };
  const text = rule.annotations['summary'] ?? rule.annotations['description'] ?? rule.alert;
  return {
    key: alertKey(rule.alarmName, attributes),
    alarm: rule.alarmName,
    name: rule.alert,
    severity: rule.severity,
    attributes: own,
    labels,
    summary: fillText(text, { ...all, ...labels }, value).slice(0, SUMMARY_CHARACTERS),
    ...(value !== undefined && Number.isFinite(value) && { value }),
  };
}

/**
 * The service that an alert is about: its label `service`, else its `job` if the catalog has a
 * service of that name (collect sets `job` to the service's key). Undefined if neither.
 */
export function serviceOf(
  labels: Readonly<Record<string, string>>,
  system: CompiledSystem,
): string | undefined {
  const named = labels['service'];
  if (named !== undefined) return named;
  const job = labels['job'];
  return job !== undefined && Object.hasOwn(system.services, job) ? job : undefined;
}
