import { unwrap } from '../../shared/promql/ast.ts';
import type { Matcher } from '../../shared/promql/ast.ts';
import { matchersOf } from '../../shared/promql/ast.ts';
import { evaluateInstant, evaluateRange, PromqlEvaluationError } from '../../shared/promql/evaluate.ts';
import type { EvaluationOptions } from '../../shared/promql/evaluate.ts';
import type { RestRequest, RestResponse, Route } from '../kernel/service.ts';
import { MAX_SERIES_RETURNED } from './evaluate-promql.ts';
import { MAX_RANGE_MS, QueryError, QueryLimitError, readQuery } from './promql.ts';
import { ApiError, durationOf, parametersOf, required, timeOf } from './prometheus-parameters.ts';
import { renderInstant, renderRange } from './prometheus-result.ts';
import { DISCOVERIES_PER_S, QUERIES_PER_S, throttledRoutes } from './request-rates.ts';
import type { SeriesStore } from './series-store.ts';

interface Parts {
  readonly source: SeriesStore;
  readonly nowMs: () => number;
  readonly options: EvaluationOptions;
}

/** What an endpoint answers under `data`; `warnings` where something was left out. */
interface Answer {
  readonly data: unknown;
  readonly warnings?: readonly string[];
}

type Endpoint = (parameters: URLSearchParams, parts: Parts, request: RestRequest) => Answer;

/** Labels or values a discovery request returns at most (CloudWatch limits). */
const MAX_DISCOVERED = 10_000;

/**
 * The Prometheus HTTP API as CloudWatch offers it: results and errors in Prometheus' JSON, with
 * CloudWatch's limits. What is over the number of series is cut, with a warning; AWS answers 200 as well.
 * Requests are answered one after the other, so its limit of 30 at a time is never met.
 */
export function prometheusRoutes(parts: Parts): Route[] {
  const route = (method: 'GET' | 'POST', path: string, operation: string, endpoint: Endpoint): Route => ({
    method,
    path,
    operation,
    handle: (request) => answer(() => endpoint(parametersOf(method, request), parts, request)),
  });
  const queries = [
    ...both('/api/v1/query', 'PromqlQuery', query),
    ...both('/api/v1/query_range', 'PromqlQueryRange', queryRange),
  ];
  const discoveries = [
    ...both('/api/v1/series', 'PromqlSeries', series),
    ...both('/api/v1/labels', 'PromqlLabels', labelNames),
    route('GET', '/api/v1/label/:name/values', 'PromqlLabelValues', labelValues),
  ];
  return [
    ...throttledRoutes(queries, QUERIES_PER_S, parts.nowMs, tooMany),
    ...throttledRoutes(discoveries, DISCOVERIES_PER_S, parts.nowMs, tooMany),
  ];

  function both(path: string, operation: string, endpoint: Endpoint): Route[] {
    return [route('GET', path, operation, endpoint), route('POST', path, operation, endpoint)];
  }
}

function answer(work: () => Answer): RestResponse {
  try {
    return { status: 200, body: { status: 'success', ...work() } };
  } catch (error) {
    if (error instanceof ApiError || error instanceof QueryError) return failure(400, 'bad_data', error);
    if (error instanceof QueryLimitError || error instanceof PromqlEvaluationError) {
      return failure(422, 'execution', error);
    }
    throw error;
  }
}

function tooMany(): RestResponse {
  return failure(422, 'execution', new QueryLimitError('Rate exceeded'));
}

function failure(status: number, errorType: string, { message }: Error): RestResponse {
  return { status, body: { status: 'error', errorType, error: message } };
}

const query: Endpoint = (parameters, { source, nowMs, options }) => {
  const read = readQuery(required(parameters, 'query'));
  const atMs = timeOf(parameters, 'time') ?? nowMs();
  const result = renderInstant(evaluateInstant(read.expr, source, atMs, options), atMs);
  return capped(result.resultType, result.result);
};

const queryRange: Endpoint = (parameters, { source, options }) => {
  const read = readQuery(required(parameters, 'query'));
  const startMs = timeOf(parameters, 'start');
  const endMs = timeOf(parameters, 'end');
  const stepMs = durationOf(required(parameters, 'step'));
  if (startMs === undefined || endMs === undefined) throw new ApiError('start and end are needed');
  if (endMs < startMs) throw new ApiError('end timestamp must not be before start time');
  if (stepMs <= 0) throw new ApiError('zero or negative query resolution step widths are not accepted');
  if (endMs - startMs + read.reachMs > MAX_RANGE_MS) {
    throw new QueryLimitError(
      'the range and what the query reaches back before it are more than 7 days together',
    );
  }
  const found = evaluateRange(read.expr, source, { startMs, endMs, stepMs }, options);
  return capped('matrix', renderRange(found.series));
};

const series: Endpoint = (parameters, parts) => {
  if (!parameters.has('match[]')) throw new ApiError('no match[] parameter provided');
  return limited(select(parameters, parts));
};

const labelNames: Endpoint = (parameters, parts) =>
  limited([...new Set(select(parameters, parts).flatMap((labels) => Object.keys(labels)))].sort());

const labelValues: Endpoint = (parameters, parts, request) => {
  const name = request.params['name'] ?? '';
  const values = select(parameters, parts).map((labels) => labels[name]);
  return limited([...new Set(values.filter((value) => value !== undefined))].sort());
};

/** The label sets that any of the selectors in `match[]` finds; all without one. */
function select(parameters: URLSearchParams, { source, nowMs }: Parts): Readonly<Record<string, string>>[] {
  const fromMs = timeOf(parameters, 'start') ?? 0;
  const toMs = timeOf(parameters, 'end') ?? nowMs();
  const selectors = parameters.getAll('match[]').map(selectorOf);
  const found = (selectors.length === 0 ? [[]] : selectors).flatMap((matchers) =>
    source.labels(matchers, fromMs, toMs),
  );
  // The store gives the same object for the same series.
  return [...new Set(found)];
}

function selectorOf(text: string): readonly Matcher[] {
  const expr = unwrap(readQuery(text).expr);
  if (expr.kind !== 'vector') throw new ApiError(`match[] must be a series selector, got ${text}`);
  return matchersOf(expr);
}

function capped(resultType: string, result: unknown): Answer {
  if (!Array.isArray(result) || (resultType !== 'vector' && resultType !== 'matrix')) {
    return { data: { resultType, result } };
  }
  const all: readonly unknown[] = result;
  if (all.length <= MAX_SERIES_RETURNED) return { data: { resultType, result } };
  return {
    data: { resultType, result: all.slice(0, MAX_SERIES_RETURNED) },
    warnings: [`${all.length} series were found; CloudWatch returns at most ${MAX_SERIES_RETURNED}`],
  };
}

function limited(all: readonly unknown[]): Answer {
  if (all.length <= MAX_DISCOVERED) return { data: all };
  return {
    data: all.slice(0, MAX_DISCOVERED),
    warnings: [`${all.length} were found; CloudWatch returns at most ${MAX_DISCOVERED}`],
  };
}
