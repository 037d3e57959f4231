import { createHash } from 'node:crypto';
import type { CompiledRule, CompiledSystem, Severity } from '../catalog/compiled.ts';

/** One labelled result of a rule that CloudWatch reports as in alarm. */
export interface Alert {
  /** Alarm name and fingerprint: the identity that every transition of this alert shares. */
  readonly key: string;
  readonly alarm: string;
  readonly name: string;
  readonly severity: Severity;
  /** The result's own labels: those of the series, without what begins with `@`. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The rule's labels over the result's own, and `alertname`. */
  readonly labels: Readonly<Record<string, string>>;
  /** The annotation `summary` or `description`, filled in; else the rule's name. */
  readonly summary: string;
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

/** The identity of a contributor of an alarm: 16 hex digits over its own labels, whatever their order. */
export function alertKey(alarm: string, attributes: Readonly<Record<string, string>>): string {
  const canonical = JSON.stringify(Object.entries(ownLabels(attributes)));
  return `${alarm}#${createHash('sha256').update(canonical).digest('hex').slice(0, 16)}`;
}

/** The alert for one contributor of a rule's alarm. */
export function alertOf(rule: CompiledRule, attributes: Readonly<Record<string, string>>): Alert {
  const own = ownLabels(attributes);
  const labels = { ...own, ...rule.labels, alertname: rule.alert };
  const text = rule.annotations['summary'] ?? rule.annotations['description'] ?? rule.alert;
  return {
    key: alertKey(rule.alarmName, attributes),
    alarm: rule.alarmName,
    name: rule.alert,
    severity: rule.severity,
    attributes: own,
    labels,
    summary: fillLabels(text, labels),
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

/**
 * Fills `{{ $labels.name }}` in an annotation. `{{ $value }}` stays a dash: contributor events carry
 * no value (notes on AWS' event shapes in docs/assumptions.md).
 */
function fillLabels(text: string, labels: Readonly<Record<string, string>>): string {
  return text
    .replaceAll(/\{\{\s*\$labels\.([A-Za-z_]\w*)\s*\}\}/g, (_, name: string) => labels[name] ?? '')
    .replaceAll(/\{\{[^}]*\$value[^}]*\}\}/g, '–');
}
