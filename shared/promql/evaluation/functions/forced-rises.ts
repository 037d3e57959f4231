import type { ForcedRise } from '../../histogram/classic.ts';
import { labelValue } from '../../matching.ts';
import { formatGeneral } from '../../number-text.ts';
import { ofMetric, type NotePlace } from '../histogram-notes.ts';
import { METRIC_NAME } from '../label-set.ts';
import { stepTimeMs, type Scope } from '../scope.ts';
import { formatTime } from '../../civil-date.ts';

const MESSAGE =
  'input to histogram_quantile needed to be fixed for monotonicity ' +
  '(see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)';

/** All that was raised in the histograms of one metric. */
interface Gathered extends ForcedRise {
  readonly place: NotePlace;
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
}

/** Gathers what had to be raised in classic histograms, so that it is told once for each metric. */
export class ForcedRises {
  readonly #scope: Scope;
  readonly #byName = new Map<string, Gathered>();
  /** The steps at which a histogram was seen: several quantiles of it are one sample. */
  readonly #seen = new Map<NotePlace, Set<number>>();

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  add(rise: ForcedRise, step: number, place: NotePlace): void {
    const seen = this.#seen.get(place) ?? new Set();
    if (seen.has(step)) return;
    this.#seen.set(place, seen.add(step));
    const name = labelValue(place.labels, METRIC_NAME);
    const timeMs = stepTimeMs(this.#scope.steps, step);
    const known = this.#byName.get(name);
    this.#byName.set(name, {
      place,
      fromUpper: Math.min(rise.fromUpper, known?.fromUpper ?? Infinity),
      toUpper: Math.max(rise.toUpper, known?.toUpper ?? -Infinity),
      maxDifference: Math.max(rise.maxDifference, known?.maxDifference ?? 0),
      fromMs: Math.min(timeMs, known?.fromMs ?? Infinity),
      toMs: Math.max(timeMs, known?.toMs ?? -Infinity),
      count: (known?.count ?? 0) + 1,
    });
  }

  /** Tells what was gathered. */
  note(): void {
    for (const { place, fromUpper, toUpper, maxDifference, fromMs, toMs, count } of this.#byName.values()) {
      const buckets = `from buckets ${formatGeneral(fromUpper)} to ${formatGeneral(toUpper)}`;
      const times = `from ${formatTime(fromMs / 1_000)} to ${formatTime(toMs / 1_000)}`;
      place.query.annotate(
        'info',
        `${ofMetric(MESSAGE, place)}, ${buckets}, with a max diff of ${formatGeneral(maxDifference, 2)}, over ${count} samples ${times}`,
        place.span,
      );
    }
  }
}
