import type { CompiledCatalog } from '../../shared/domain/catalog/compiled.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { SeriesLine, SeriesRange, SeriesRangeReader } from '../../shared/ports/series.ts';
import type { PlotView } from '../view/page-view.ts';
import { plotQueryOf, plotView } from '../view/plot-view.ts';

const SPAN_MS = 15 * 60_000;
/** A screen has few hundred columns for a plot. */
const MOST_POINTS = 180;

interface PlotSources {
  readonly catalog: CompiledCatalog;
  readonly clock: Clock;
  readonly series: SeriesRangeReader;
}

/** Answers kept: what several pages draw at the same time is read once. */
const KEPT_ANSWERS = 100;

/** Reads what is drawn of a rule: the series of the last 15 minutes, and what they are compared with. */
export class PlotReader {
  readonly #sources: PlotSources;
  readonly #answers = new Map<string, Promise<readonly SeriesLine[]>>();

  constructor(sources: PlotSources) {
    this.#sources = sources;
  }

  /**
   * @param service only the lines about this one
   * @returns undefined if the catalog has no such rule
   * @throws when the series cannot be read
   */
  async read(system: string, alarm: string, service: string | undefined): Promise<PlotView | undefined> {
    const { catalog, clock } = this.#sources;
    const found = Object.hasOwn(catalog.systems, system) ? catalog.systems[system] : undefined;
    const rule = found?.rules.find(({ alarmName }) => alarmName === alarm);
    if (found === undefined || rule === undefined) return undefined;
    const stepMs = Math.max(found.collection.everyS * 1000, SPAN_MS / MOST_POINTS);
    // On the grid of the steps, so that a line does not tremble from look to look.
    const endMs = Math.floor(clock.nowMs() / stepMs) * stepMs;
    const range = { startMs: endMs - SPAN_MS, endMs, stepMs };
    const query = plotQueryOf(rule);
    return plotView(await this.#lines(query.query, range), range, query, service);
  }

  /** The same question about the same time has the same answer; a failure is not kept. */
  #lines(query: string, range: SeriesRange): Promise<readonly SeriesLine[]> {
    const key = `${String(range.endMs)} ${query}`;
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const asked = this.#sources.series.range(query, range);
    this.#answers.set(key, asked);
    asked.catch(() => this.#answers.delete(key));
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > KEPT_ANSWERS && oldest !== undefined) this.#answers.delete(oldest);
    return asked;
  }
}
