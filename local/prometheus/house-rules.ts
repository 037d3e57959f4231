import type { Expr } from '../../shared/promql/ast.ts';
import type { EvaluationOptions } from '../../shared/promql/evaluate.ts';
import type { SeriesSource } from '../../shared/promql/series-source.ts';

/** What a house refuses or cuts beyond Prometheus. */
export interface HouseRules {
  /** Throws `ApiError` for an expression that is refused; `rangeMs` is what a range query spans, 0 for an instant query. */
  readonly checkQuery: (expr: Expr, rangeMs: number) => void;
  readonly mostSeries: number;
  /** An answer with more is refused. */
  readonly mostSamples: number;
  /** Of series, names or values that a request for them returns. */
  readonly mostDiscovered: number;
  /** What is said when something was left out. */
  readonly cutWarning: (found: number, most: number) => string;
}

/** About 150 MB of JSON. More would fill the memory that the rest of the cloud lives in. */
const MOST_SAMPLES = 5_000_000;

/** Prometheus alone: no query is refused, and nothing is left out but by the asker's own `limit`. */
export const PLAIN_RULES: HouseRules = {
  checkQuery: () => undefined,
  mostSeries: Infinity,
  mostSamples: MOST_SAMPLES,
  mostDiscovered: Infinity,
  cutWarning: () => 'results truncated due to limit',
};

export interface PrometheusParts {
  readonly source: SeriesSource;
  readonly nowMs: () => number;
  readonly options: EvaluationOptions;
  readonly rules: HouseRules;
}

/** What an endpoint answers beside `status`. */
export interface Answer {
  readonly data: unknown;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

/** Answers a request, or throws what `answerOfError` understands. `name` is the part of the path that varies. */
export type Endpoint = (parameters: URLSearchParams, parts: PrometheusParts, name: string) => Answer;

/** The first of all, and a warning if that leaves something out. */
export function keepFirst<T>(
  all: readonly T[],
  most: number,
  { cutWarning }: HouseRules,
): { readonly kept: readonly T[]; readonly warnings: readonly string[] } {
  if (all.length <= most) return { kept: all, warnings: [] };
  return { kept: all.slice(0, most), warnings: [cutWarning(all.length, most)] };
}
