import { MOST_RANGE_MS } from '../../shared/contract/promql-limits.ts';
import type { EvaluationOptions } from '../../shared/promql/evaluate.ts';
import type { SeriesSource } from '../../shared/promql/series-source.ts';
import type { RestResponse, Route } from '../kernel/service.ts';
import { ApiError, refusal } from '../prometheus/api-error.ts';
import { prometheusRoutes, QUERIES } from '../prometheus/endpoints.ts';
import type { HouseRules } from '../prometheus/house-rules.ts';
import { MAX_SERIES_RETURNED } from './evaluate-promql.ts';
import { checkQuery, QueryError, QueryLimitError } from './promql.ts';
import { DISCOVERIES_PER_S, QUERIES_PER_S, throttledRoutes } from './request-rates.ts';

/** What CloudWatch asks and cuts beyond Prometheus ("PromQL limits and restrictions"). */
const CLOUDWATCH_RULES: HouseRules = {
  checkQuery: (expr, rangeMs) => {
    try {
      if (rangeMs + checkQuery(expr) > MOST_RANGE_MS)
        throw new QueryLimitError(
          'the range and what the query reaches back before it are more than 7 days together',
        );
    } catch (error) {
      if (error instanceof QueryError) throw new ApiError(error.message);
      if (error instanceof QueryLimitError) throw new ApiError(error.message, 'execution');
      throw error;
    }
  },
  mostSeries: MAX_SERIES_RETURNED,
  // Never met: 500 series of 11,000 points are hardly more.
  mostSamples: Infinity,
  mostDiscovered: 10_000,
  cutWarning: (found, most) => `${found} were found; CloudWatch returns at most ${most}`,
};

interface Parts {
  readonly source: SeriesSource;
  readonly nowMs: () => number;
  readonly options: EvaluationOptions;
}

/**
 * The Prometheus HTTP API as CloudWatch offers it: results and errors in Prometheus' JSON, with
 * CloudWatch's limits. What is over the number of series is cut, with a warning; AWS answers 200 as well.
 * Requests are answered one after the other, so its limit of 30 at a time is never met.
 */
export function cloudWatchPrometheusRoutes(parts: Parts): Route[] {
  const routes = prometheusRoutes({ ...parts, rules: CLOUDWATCH_RULES });
  const queries = routes.filter(({ operation }) => QUERIES.has(operation));
  const discoveries = routes.filter(({ operation }) => !QUERIES.has(operation));
  return [
    ...throttledRoutes(queries, QUERIES_PER_S, parts.nowMs, tooMany),
    ...throttledRoutes(discoveries, DISCOVERIES_PER_S, parts.nowMs, tooMany),
  ];
}

function tooMany(): RestResponse {
  return refusal('execution', 'Rate exceeded');
}
