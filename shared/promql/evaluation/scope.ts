import type { Annotation } from '../annotations.ts';
import type { Span, TimeShift } from '../ast.ts';
import type { SeriesSource } from '../series-source.ts';
import { PromqlEvaluationError } from './evaluation-error.ts';

/** The times an expression is evaluated at: `startMs`, `startMs + stepMs`, ..., `count` of them. */
export interface Steps {
  readonly startMs: number;
  readonly stepMs: number;
  readonly count: number;
}

/** What holds for a whole query. */
export interface QuerySettings {
  readonly source: SeriesSource;
  readonly lookbackMs: number;
  /** The step of a subquery that names none. */
  readonly defaultStepMs: number;
  /** The most samples that may be held: those of selectors, and those that were made of ranges and by `@`. */
  readonly maxSamples: number;
  /** Names are taken away from the result, not where an operation makes them wrong. */
  readonly delayedNameRemoval: boolean;
  /** Throws when the query is to end early. */
  readonly interrupt: () => void;
  /** The times of the whole query, for `start()`, `end()`, `range()`, `step()` and `@`; an instant query has the step 0. */
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/** A query on its way: its settings, and what is found and counted meanwhile. */
export class Query {
  readonly settings: QuerySettings;
  readonly #annotations = new Map<string, Annotation>();
  #samples = 0;

  constructor(settings: QuerySettings) {
    this.settings = settings;
  }

  get annotations(): Annotation[] {
    return [...this.#annotations.values()];
  }

  /** Notes something that a reader should know; the same at the same place once. */
  annotate(level: Annotation['level'], message: string, span: Span): void {
    const key = `${level} ${span.from} ${message}`;
    // A node may be handed in; only its offsets are kept.
    if (!this.#annotations.has(key))
      this.#annotations.set(key, { level, message, span: { from: span.from, to: span.to } });
  }

  /** Counts samples that are held now, fewer with a negative count. Throws when they become too many. */
  countSamples(count: number, span: Span): void {
    this.settings.interrupt();
    this.#samples += count;
    if (this.#samples > this.settings.maxSamples)
      throw new PromqlEvaluationError(
        'query processing would load too many samples into memory in query execution',
        span,
      );
  }
}

/** A query and the steps at which a part of it is evaluated. */
export interface Scope {
  readonly query: Query;
  readonly steps: Steps;
  /** Only counts and sums of histograms are read, so that resets are looked for where samples are selected. */
  readonly detectsResets?: boolean;
}

/** When the step with a number is. */
export function stepTimeMs({ startMs, stepMs }: Steps, step: number): number {
  return startMs + step * stepMs;
}

/** Where a selector or subquery looks at a time. */
export function shiftedMs({ at, offsetMs = 0 }: TimeShift, timeMs: number, { settings }: Query): number {
  const baseMs =
    at === undefined ? timeMs : at === 'start' ? settings.startMs : at === 'end' ? settings.endMs : at.ms;
  return baseMs - offsetMs;
}
