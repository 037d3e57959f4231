import type { Route } from '../kernel/service.ts';
import { answerOfError } from './api-error.ts';
import { labelNames, labelValues, series } from './discoveries.ts';
import type { Endpoint, PrometheusParts } from './house-rules.ts';
import { parametersOf } from './parameters.ts';
import { query, queryRange } from './queries.ts';

/** The operations that evaluate something, as AWS counts them. */
export const QUERIES: ReadonlySet<string> = new Set(['PromqlQuery', 'PromqlQueryRange']);

/** Prometheus' endpoints for queries and for what there is to query, under `/api/v1`. */
export function prometheusRoutes(parts: PrometheusParts): Route[] {
  const route = (method: 'GET' | 'POST', path: string, operation: string, endpoint: Endpoint): Route => ({
    method,
    path: `/api/v1/${path}`,
    operation,
    handle: (request) => {
      try {
        const answer = endpoint(parametersOf(method, request), parts, request.params['name'] ?? '');
        return { status: 200, body: { status: 'success', ...answer } };
      } catch (error) {
        return answerOfError(error);
      }
    },
  });
  const both = (path: string, operation: string, endpoint: Endpoint): Route[] => [
    route('GET', path, operation, endpoint),
    route('POST', path, operation, endpoint),
  ];
  return [
    ...both('query', 'PromqlQuery', query),
    ...both('query_range', 'PromqlQueryRange', queryRange),
    ...both('series', 'PromqlSeries', series),
    ...both('labels', 'PromqlLabels', labelNames),
    route('GET', 'label/:name/values', 'PromqlLabelValues', labelValues),
  ];
}
