import type { CompiledCatalog } from '../../shared/domain/catalog/compiled.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { SeriesRangeReader } from '../../shared/ports/series.ts';
import type { PlotView } from '../view/page-view.ts';
import { plotQueryOf, plotView } from '../view/plot-view.ts';

const SPAN_MS = 15 * 60_000;
/** A screen has few hundred columns for a plot. */
const MOST_POINTS = 180;

/**
 * The series that a rule reads, over the last 15 minutes.
 *
 * @param service only the lines about this one
 * @returns undefined if the catalog has no such rule
 * @throws when the series cannot be read
 */
export async function readPlot(
  { catalog, clock, series }: { catalog: CompiledCatalog; clock: Clock; series: SeriesRangeReader },
  system: string,
  alarm: string,
  service: string | undefined,
): Promise<PlotView | undefined> {
  const found = Object.hasOwn(catalog.systems, system) ? catalog.systems[system] : undefined;
  const rule = found?.rules.find(({ alarmName }) => alarmName === alarm);
  if (found === undefined || rule === undefined) return undefined;
  const stepMs = Math.max(found.collection.everyS * 1000, SPAN_MS / MOST_POINTS);
  // On the grid of the steps, so that a line does not tremble from look to look.
  const endMs = Math.floor(clock.nowMs() / stepMs) * stepMs;
  const range = { startMs: endMs - SPAN_MS, endMs, stepMs };
  const query = plotQueryOf(rule);
  return plotView(await series.range(query.query, range), range, query, service);
}
