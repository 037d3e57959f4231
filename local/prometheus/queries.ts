import { check, typeOf } from '../../shared/promql/check.ts';
import type { Expr } from '../../shared/promql/ast.ts';
import { resolveDurations, type QueryTimes } from '../../shared/promql/durations.ts';
import {
  evaluateInstant,
  evaluateRange,
  type Annotated,
  type EvaluationOptions,
  type InstantResult,
} from '../../shared/promql/evaluate.ts';
import { ApiError, firstErrorText } from './api-error.ts';
import {
  keepFirst,
  type Answer,
  type Endpoint,
  type HouseRules,
  type PrometheusParts,
} from './house-rules.ts';
import { durationOf, invalid, limitOf, optionalTimeOf, timeOf } from './parameters.ts';
import { renderAnnotations, renderResult } from './render-result.ts';

/** `query`: an expression at one time. */
export const query: Endpoint = (parameters, parts) => {
  const limit = limitOf(parameters);
  const atMs = optionalTimeOf(parameters, 'time') ?? parts.nowMs();
  const options = optionsOf(parameters, parts);
  const text = parameters.get('query') ?? '';
  const expr = readQuery(text, { stepMs: 0, rangeMs: 0 });
  parts.rules.checkQuery(expr, 0);
  const result = evaluateInstant(expr, parts.source, atMs, options);
  return answerOf(result, { text, atMs, limit }, parts);
};

/** More points than this a series are a mistake. */
const MOST_POINTS = 11_000;

/** `query_range`: an expression at each step of a range. */
export const queryRange: Endpoint = (parameters, parts) => {
  const limit = limitOf(parameters);
  const startMs = timeOf(parameters, 'start');
  const endMs = timeOf(parameters, 'end');
  if (endMs < startMs) throw invalid('end', 'end timestamp must not be before start time');
  const stepMs = durationOf(parameters, 'step');
  if (stepMs <= 0)
    throw invalid(
      'step',
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  if ((endMs - startMs) / stepMs > MOST_POINTS)
    throw new ApiError(
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    );
  const options = optionsOf(parameters, parts);
  const text = parameters.get('query') ?? '';
  const expr = readQuery(text, { stepMs, rangeMs: endMs - startMs });
  const type = typeOf(expr);
  if (type === 'matrix' || type === 'string')
    throw invalid(
      'query',
      `invalid expression type "${type === 'matrix' ? 'range vector' : type}" for range query, must be Scalar or instant Vector`,
    );
  parts.rules.checkQuery(expr, endMs - startMs);
  const result = evaluateRange(expr, parts.source, { startMs, endMs, stepMs }, options);
  return answerOf({ kind: 'matrix', ...result }, { text, atMs: endMs, limit }, parts);
};

/** What a query may take, and the default; Prometheus' `query.timeout`. */
const MOST_QUERY_MS = 120_000;

/** `stats` changes nothing: there are no statistics to tell. */
function optionsOf(parameters: URLSearchParams, parts: PrometheusParts): EvaluationOptions {
  const timeoutMs = parameters.has('timeout') ? durationOf(parameters, 'timeout') : MOST_QUERY_MS;
  const endMs = parts.nowMs() + Math.min(timeoutMs, MOST_QUERY_MS);
  const interrupt = (): void => {
    if (parts.nowMs() >= endMs) throw new ApiError('query timed out in query execution', 'timeout');
  };
  const options = { ...parts.options, interrupt };
  if ((parameters.get('lookback_delta') ?? '') === '') return options;
  const lookbackMs = durationOf(parameters, 'lookback_delta');
  // As in Prometheus, 0 or less asks for the usual one.
  return lookbackMs > 0 ? { ...options, lookbackMs } : options;
}

function readQuery(text: string, times: QueryTimes): Expr {
  const read = check(text);
  if (!read.ok) throw invalid('query', firstErrorText(read.errors, text));
  const resolved = resolveDurations(read.expr, times);
  if (resolved.ok) return resolved.expr;
  throw invalid('query', firstErrorText([resolved.error], text));
}

/** Renders what is kept of a result, and says what is to be known about it. */
function answerOf(
  result: InstantResult & Annotated,
  asked: { readonly text: string; readonly atMs: number; readonly limit: number },
  { rules }: PrometheusParts,
): Answer {
  const { warnings: told = [], ...infos } = renderAnnotations(result, asked.text);
  const { kept, warnings } = keepSeries(result, Math.min(asked.limit, rules.mostSeries), rules);
  const all = [...told, ...warnings];
  return { data: renderResult(kept, asked.atMs), ...infos, ...(all.length === 0 ? {} : { warnings: all }) };
}

function keepSeries(
  result: InstantResult,
  most: number,
  rules: HouseRules,
): { readonly kept: InstantResult; readonly warnings: readonly string[] } {
  if (result.kind === 'vector') {
    const { kept, warnings } = keepFirst(result.samples, most, rules);
    return { kept: { kind: 'vector', samples: kept }, warnings };
  }
  if (result.kind !== 'matrix') return { kept: result, warnings: [] };
  const { kept, warnings } = keepFirst(result.series, most, rules);
  const points = kept.reduce((sum, { timesMs }) => sum + timesMs.length, 0);
  if (points > rules.mostSamples)
    throw new ApiError(
      `the answer would have ${points} samples, more than ${rules.mostSamples}: take a longer step, or fewer series`,
      'execution',
    );
  return { kept: { kind: 'matrix', series: kept }, warnings };
}
