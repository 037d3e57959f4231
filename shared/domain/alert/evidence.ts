import type { CompiledRule, MetricRead } from '../catalog/compiled.ts';
import type { Evidence } from '../incident/inputs.ts';
import { ownLabels } from './alert.ts';

/** The newest sample of a series. */
export interface Head {
  readonly labels: Readonly<Record<string, string>>;
  readonly newestMs: number;
}

/** What can be seen of a system, at one moment. */
export interface Sight {
  readonly nowMs: number;
  /** A sample older than this counts as silence: two scrape intervals. */
  readonly freshMs: number;
  /** `up` of every target, failing ones included: whoever is not here is not collected. */
  readonly targets: readonly (Head & { readonly isUp: boolean })[];
  /** `probe_success` of every health check: a system may have no targets but these. */
  readonly probes: readonly Head[];
  /** By metric, the newest sample of its series (perhaps of groups of them). */
  readonly heads: ReadonlyMap<string, readonly Head[]>;
  /** When each target's process started, from `process_start_time_seconds`. */
  readonly starts: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly startedMs: number;
  }[];
}

/**
 * Law 2: an alert counts as recovered only when what its rule reads is still seen.
 *
 * A metric is seen when a series of it that can belong to the alert (equal wherever both have a
 * label) has a fresh sample. Labels by which the rule itself selects do not matter: counters of a
 * rare kind, like `status="500"`, come and go while the metric is alive. Two more things count:
 * an instance that is no longer collected, while its job is, is not waited for; and a metric that
 * is gone because its process began anew after the alert did, while the target answers.
 *
 * @param firedAtMs when the alert began to fire
 */
export function evidenceOfRecovery(
  rule: CompiledRule,
  attributes: Readonly<Record<string, string>>,
  firedAtMs: number,
  sight: Sight,
): Evidence {
  const labels = withoutGoneInstance(ownLabels(attributes), sight);
  const missing = rule.reads.filter((read) => {
    const own = labelsFor(read, labels);
    return !isSeen(read, own, sight) && !hasRestarted(own, firedAtMs, sight);
  });
  if (missing.length === 0) {
    return {
      isFresh: true,
      because: `no longer in alarm, and ${names(rule.reads)} has samples newer than ${seconds(sight)}`,
    };
  }
  return {
    isFresh: false,
    because: `no longer in alarm, but ${names(missing)} has had no sample for ${seconds(sight)}`,
  };
}

/** Whether an alert that fires can still be seen: a rule about absence needs only a collection that lives. */
export function evidenceOfSight(
  rule: CompiledRule,
  attributes: Readonly<Record<string, string>>,
  sight: Sight,
): Evidence {
  const labels = withoutGoneInstance(ownLabels(attributes), sight);
  const isCollected = [...sight.targets, ...sight.probes].some((head) => isFresh(head, sight));
  const missing = rule.reads.filter(
    (read) => !(read.absent ? isCollected : isSeen(read, labelsFor(read, labels), sight)),
  );
  if (missing.length === 0) return { isFresh: true, because: `in alarm, and ${names(rule.reads)} is seen` };
  return {
    isFresh: false,
    because: `in alarm, but ${names(missing)} has had no sample for ${seconds(sight)}`,
  };
}

/** True if the contributor names an instance that is no longer collected although others of its job are. */
export function isGoneInstance(attributes: Readonly<Record<string, string>>, sight: Sight): boolean {
  const { instance, job } = attributes;
  if (instance === undefined) return false;
  const fresh = sight.targets.filter((head) => isFresh(head, sight));
  if (
    fresh.some(
      (head) => head.labels['instance'] === instance && (job === undefined || head.labels['job'] === job),
    )
  )
    return false;
  return fresh.some((head) => job === undefined || head.labels['job'] === job);
}

function withoutGoneInstance(labels: Readonly<Record<string, string>>, sight: Sight): Record<string, string> {
  const { instance, ...rest } = labels;
  return instance === undefined || isGoneInstance(labels, sight) ? rest : labels;
}

/** What is known of the series that a selector reads for an alert. */
function labelsFor(
  { carries, of }: MetricRead,
  labels: Readonly<Record<string, string>>,
): Record<string, string> {
  if (carries === undefined) return { ...labels, ...of };
  const isCarried = (name: string) => carries.names.includes(name) === (carries.kind === 'only');
  return { ...Object.fromEntries(Object.entries(labels).filter(([name]) => isCarried(name))), ...of };
}

function isSeen(read: MetricRead, labels: Readonly<Record<string, string>>, sight: Sight): boolean {
  return (sight.heads.get(read.metric) ?? []).some(
    (head) => isFresh(head, sight) && mayBelong(head.labels, labels),
  );
}

function hasRestarted(labels: Readonly<Record<string, string>>, firedAtMs: number, sight: Sight): boolean {
  return sight.targets
    .filter((head) => head.isUp && isFresh(head, sight) && mayBelong(head.labels, labels))
    .some((target) =>
      sight.starts.some((start) => start.startedMs > firedAtMs && mayBelong(start.labels, target.labels)),
    );
}

/** Equal wherever both have the label. */
function mayBelong(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  return Object.entries(one).every(
    ([name, value]) => name.startsWith('@') || name === '__name__' || (other[name] ?? value) === value,
  );
}

function isFresh(head: Head, sight: Sight): boolean {
  return head.newestMs >= sight.nowMs - sight.freshMs;
}

function names(reads: readonly MetricRead[]): string {
  return [...new Set(reads.map((read) => read.metric))].join(', ');
}

function seconds(sight: Sight): string {
  return `${String(Math.round(sight.freshMs / 1000))} s`;
}
