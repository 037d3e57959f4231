import type { Sample } from './exposition.ts';
import type { ScrapeFailure } from './failure.ts';
import type { GaugePoint, SeriesPoint } from './point.ts';
import type { ScrapeRead } from './read-scrape.ts';
import type { SeenSeries } from './start-times.ts';
import { isCumulative, seriesKey, StartTimes } from './start-times.ts';

/** CloudWatch takes 150 labels a datapoint, system, service, scope and name among them (CloudWatch-OTLPEndpoint). */
const MAX_LABELS = 140;
/** Limits of the same page: 1,024 characters a value, 40 KB for all; this leaves room for UTF-8. */
const MAX_VALUE_CHARACTERS = 1_024;
const MAX_LABEL_CHARACTERS = 10_000;
/** Timestamps that CloudWatch takes: 14 days back, 10 minutes ahead. A minute is kept for the way there. */
const MAX_AGE_MS = 14 * 86_400_000 - 60_000;
const MAX_AHEAD_MS = 9 * 60_000;

interface Identity {
  /** Of the target besides job and instance. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly job: string;
  readonly instance: string;
}

/** Points, and what to remember about the target for the next scrape. */
export interface ScrapePoints {
  readonly points: readonly SeriesPoint[];
  readonly dropped: number;
  readonly seen: SeenSeries;
}

/**
 * Turns a good scrape into points: every wanted sample with `job` and `instance`, and the target's own `up`,
 * `scrape_duration_seconds`, `scrape_samples_scraped`, `scrape_samples_post_metric_relabeling` (Prometheus' names
 * for how many there were, and how many were wanted) and `homeostat_samples_dropped`.
 *
 * Dropped of the wanted ones, and counted: NaN and infinite values (OTLP's JSON has them only as strings that CloudWatch does
 * not document), a series given twice (the first counts, as in Prometheus), and labels beyond CloudWatch's limits.
 *
 * @param atMs when the scrape began; a sample's own time is used if CloudWatch would take it
 */
export function scrapePoints(
  target: Identity,
  scrape: Extract<ScrapeRead, { ok: true }> & { readonly atMs: number; readonly durationS: number },
  before: SeenSeries,
  isWanted: (metric: string) => boolean,
): ScrapePoints {
  const { samples, types, atMs, durationS } = scrape;
  const starts = new StartTimes(samples, before, atMs);
  const points: SeriesPoint[] = [];
  const keys = new Set<string>();
  let wanted = 0;
  for (const sample of samples) {
    if (!isWanted(sample.name)) continue;
    wanted += 1;
    const key = seriesKey(sample.name, sample.labels);
    if (keys.has(key) || !isAccepted(sample)) continue;
    keys.add(key);
    const sampleMs = timeOf(sample, atMs);
    const base = {
      name: sample.name,
      labels: withIdentity(sample.labels, target),
      value: sample.value,
      atMs: sampleMs,
    };
    if (isCumulative(sample, types)) {
      points.push({ ...base, kind: 'sum', startMs: Math.min(starts.startMsOf(sample, key), sampleMs) });
    } else points.push({ ...base, kind: 'gauge' });
  }
  const dropped = wanted - points.length;
  const own = ownPoint(target, atMs);
  points.push(
    own('up', 1),
    own('scrape_duration_seconds', durationS),
    own('scrape_samples_scraped', samples.length),
    own('scrape_samples_post_metric_relabeling', wanted),
    own('homeostat_samples_dropped', dropped),
  );
  return { points, dropped, seen: starts.seen() };
}

/** A target that gave nothing: `up 0`, the reason, and how long it took if it was asked at all. */
export function failurePoints(
  target: Identity,
  failure: { readonly reason: ScrapeFailure; readonly atMs: number; readonly durationS?: number },
): SeriesPoint[] {
  const own = ownPoint(target, failure.atMs);
  const points = [own('up', 0), errorPoint(target, failure)];
  return failure.durationS === undefined
    ? points
    : [...points, own('scrape_duration_seconds', failure.durationS)];
}

/** Only the reason, without `up`: for a service about which nothing is known, because its tasks could not be listed. */
export function errorPoint(
  target: Identity,
  failure: { readonly reason: ScrapeFailure; readonly atMs: number },
): GaugePoint {
  return ownPoint(target, failure.atMs)('homeostat_scrape_error', 1, { reason: failure.reason });
}

function ownPoint({ job, instance, labels }: Identity, atMs: number) {
  return (name: string, value: number, more: Record<string, string> = {}): GaugePoint => ({
    kind: 'gauge',
    name,
    labels: { ...labels, job, instance, ...more },
    value,
    atMs,
  });
}

function isAccepted({ name, labels, value }: Sample): boolean {
  if (!Number.isFinite(value)) return false;
  let characters = name.length;
  let count = 0;
  for (const label of Object.keys(labels)) {
    const text = labels[label] ?? '';
    if (text.length > MAX_VALUE_CHARACTERS) return false;
    characters += label.length + text.length;
    count += 1;
  }
  return count <= MAX_LABELS && characters <= MAX_LABEL_CHARACTERS;
}

function timeOf({ timestampMs }: Sample, atMs: number): number {
  if (timestampMs === undefined) return atMs;
  const isTaken = timestampMs >= atMs - MAX_AGE_MS && timestampMs <= atMs + MAX_AHEAD_MS;
  return isTaken ? timestampMs : atMs;
}

/** Adds the target's labels; what the target itself calls so moves to `exported_job`, as with honor_labels off. */
function withIdentity(
  labels: Readonly<Record<string, string>>,
  { job, instance, labels: more }: Identity,
): Record<string, string> {
  const own: Readonly<Record<string, string>> =
    more === undefined ? { job, instance } : { ...more, job, instance };
  const names = Object.keys(own);
  if (!names.some((name) => Object.hasOwn(labels, name))) return { ...labels, ...own };
  const moved: Record<string, string> = { ...labels };
  for (const name of names) {
    const told = moved[name];
    if (told === undefined) continue;
    let free = `exported_${name}`;
    while (Object.hasOwn(moved, free)) free = `exported_${free}`;
    moved[free] = told;
  }
  return { ...moved, ...own };
}
