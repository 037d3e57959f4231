import { SYSTEM_ATTRIBUTE } from '../contract/names.ts';
import { ownLabels } from '../domain/alert/alert.ts';
import type { Head, Sight } from '../domain/alert/evidence.ts';
import type { CompiledRule, CompiledSystem } from '../domain/catalog/compiled.ts';
import type { Clock } from '../ports/clock.ts';
import type { SeriesReader } from '../ports/series.ts';

/** Law 2: a sample older than two scrape intervals is silence. */
const FRESH_INTERVALS = 2;

/**
 * Looks at what some alerts' rules read, right now. Few queries: the targets, the health
 * checks, the process starts, and one for each metric, grouped by the labels that the alerts have, so that the answer stays
 * under CloudWatch's limit of 500 series.
 *
 * @throws when CloudWatch cannot be asked: then nothing may be concluded
 */
export async function readSight(
  reader: SeriesReader,
  clock: Clock,
  system: CompiledSystem,
  alerts: readonly { readonly rule: CompiledRule; readonly attributes: Readonly<Record<string, string>> }[],
): Promise<Sight> {
  const nowMs = clock.nowMs();
  const confined = `"@resource.${SYSTEM_ATTRIBUTE}"=${JSON.stringify(system.system)}`;
  const labels = [
    ...new Set([
      'job',
      'instance',
      ...alerts.flatMap(({ attributes }) => Object.keys(ownLabels(attributes))),
    ]),
  ];
  const newest = async (metric: string): Promise<Head[]> => {
    const selector = `{${JSON.stringify(metric)},${confined}}`;
    const found = await reader.instant(
      `max by (${labels.map(quoteLabel).join(', ')}) (timestamp(${selector}))`,
      nowMs,
    );
    return found.map((one) => ({ labels: one.labels, newestMs: one.value * 1000 }));
  };
  const metrics = [...new Set(alerts.flatMap(({ rule }) => rule.reads.map((read) => read.metric)))];
  const [up, probes, upValues, starts, ...heads] = await Promise.all([
    newest('up'),
    newest('probe_success'),
    reader.instant(`{"up",${confined}}`, nowMs),
    reader.instant(`{"process_start_time_seconds",${confined}}`, nowMs),
    ...metrics.map(newest),
  ]);
  const running = new Set(upValues.filter((one) => one.value === 1).map((one) => targetOf(one.labels)));
  return {
    nowMs,
    freshMs: FRESH_INTERVALS * system.collection.everyS * 1000,
    targets: up.map((head) => ({ ...head, isUp: running.has(targetOf(head.labels)) })),
    probes,
    heads: new Map(metrics.map((metric, at) => [metric, heads[at] ?? []])),
    starts: starts.map((one) => ({ labels: ownLabels(one.labels), startedMs: one.value * 1000 })),
  };
}

function targetOf(labels: Readonly<Record<string, string>>): string {
  return `${labels['job'] ?? ''} ${labels['instance'] ?? ''}`;
}

/** Prometheus 3 takes any UTF-8 label in quotes; plain ones stay plain. */
function quoteLabel(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
}
