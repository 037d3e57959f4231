import { ownLabels } from '../../shared/domain/alert/alert.ts';
import type { CompiledRule } from '../../shared/domain/catalog/compiled.ts';
import type { SeriesLine, SeriesRange } from '../../shared/ports/series.ts';
import { check } from '../../shared/promql/check.ts';
import { print } from '../../shared/promql/print.ts';
import { thresholdOf } from '../../shared/promql/threshold.ts';
import type { PlotView } from './page-view.ts';

/** More lines than this cannot be told apart. */
const SHOWN_LINES = 8;
const LEAST_SPAN_MS = 3 * 60_000;

/** What is asked to draw a rule: the side of its comparison that has series; the whole rule if there is none. */
export interface PlotQuery {
  readonly query: string;
  readonly threshold?: NonNullable<PlotView['threshold']>;
}

export function plotQueryOf({ query }: CompiledRule): PlotQuery {
  const read = check(query);
  const found = read.ok ? thresholdOf(read.expr) : undefined;
  if (found === undefined) return { query };
  const { series, comparison, value } = found;
  return { query: print(series), threshold: { comparison, value } };
}

/**
 * The lines on a common time axis; a step without a sample is null, so that a gap stays a gap.
 *
 * @param service only lines about it; lines that name no service are about all
 */
export function plotView(
  found: readonly SeriesLine[],
  { startMs, endMs, stepMs }: SeriesRange,
  { threshold }: PlotQuery,
  service: string | undefined,
): PlotView {
  const count = Math.floor((endMs - startMs) / stepMs) + 1;
  const timesMs = Array.from({ length: count }, (_, step) => startMs + step * stepMs);
  const about = found.filter(({ labels }) => {
    const named = labels['service'] ?? labels['job'];
    return service === undefined || named === undefined || named === service;
  });
  const labelled = about.map((line) => ({ line, labels: ownLabels(line.labels) }));
  const telling = tellingLabels(labelled.map(({ labels }) => labels));
  const lines = labelled.slice(0, SHOWN_LINES).map(({ line, labels }) => {
    const values = Array.from<number | null>({ length: count }).fill(null);
    for (const { atMs, value } of line.points) {
      const step = Math.round((atMs - startMs) / stepMs);
      if (step >= 0 && step < count && Number.isFinite(value)) values[step] = value;
    }
    return { label: telling.map((name) => labels[name] ?? '').join(' ') || 'value', values };
  });
  const from = firstStepShown(lines, count, stepMs);
  return {
    timesMs: timesMs.slice(from),
    lines: lines.map(({ label, values }) => ({ label, values: values.slice(from) })),
    more: about.length - lines.length,
    ...(threshold === undefined ? {} : { threshold }),
  };
}

/** Where there is something to see, with at least {@link LEAST_SPAN_MS}: what began just now fills its frame too. */
function firstStepShown(lines: PlotView['lines'], count: number, stepMs: number): number {
  const firsts = lines
    .map(({ values }) => values.findIndex((value) => value !== null))
    .filter((step) => step >= 0);
  const latest = Math.max(0, count - 1 - Math.ceil(LEAST_SPAN_MS / stepMs));
  return Math.min(latest, ...firsts);
}

/** The labels by which the lines differ, the job always: what is the same in all tells nothing. */
function tellingLabels(all: readonly Readonly<Record<string, string>>[]): string[] {
  const names = [...new Set(all.flatMap((labels) => Object.keys(labels)))];
  const differing = names.filter((name) => new Set(all.map((labels) => labels[name])).size > 1);
  // An instance differs wherever its job does; the job is the better name.
  const isNamed = new Set(all.map((labels) => labels['job'])).size === all.length;
  if (isNamed && names.includes('job')) return ['job'];
  return names.includes('job') ? ['job', ...differing.filter((name) => name !== 'job')] : differing;
}
