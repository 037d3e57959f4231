import { numberOf } from '../../shared/promql/syntax/number-value.ts';
import { PromqlSyntaxError } from '../../shared/promql/syntax/syntax-error.ts';
import type { RestRequest } from '../kernel/service.ts';

/** A request that cannot be understood: Prometheus' `bad_data`, status 400. */
export class ApiError extends Error {}

/** The parameters of a request: of the address, and for POST of the form in the body as well. */
export function parametersOf(method: 'GET' | 'POST', request: RestRequest): URLSearchParams {
  if (method === 'GET') return request.query;
  return new URLSearchParams([...request.query, ...new URLSearchParams(request.body.toString('utf8'))]);
}

/** @throws ApiError if the parameter is missing */
export function required(parameters: URLSearchParams, name: string): string {
  const value = parameters.get(name);
  if (value === null || value === '') throw new ApiError(`invalid parameter "${name}": it is missing`);
  return value;
}

/** A time: seconds since the epoch with a fraction, or RFC 3339. Epoch milliseconds; undefined if absent. */
export function timeOf(parameters: URLSearchParams, name: string): number | undefined {
  const text = parameters.get(name);
  if (text === null || text === '') return undefined;
  const seconds = Number(text);
  const atMs = Number.isFinite(seconds) ? Math.round(seconds * 1000) : Date.parse(text);
  if (Number.isNaN(atMs))
    throw new ApiError(`invalid parameter "${name}": cannot parse "${text}" to a valid timestamp`);
  return atMs;
}

/** A step: seconds, or a duration like `1m30s`. Milliseconds. */
export function durationOf(text: string): number {
  try {
    const seconds = numberOf(text, 0);
    if (Number.isFinite(seconds)) return Math.round(seconds * 1000);
  } catch (error) {
    if (!(error instanceof PromqlSyntaxError)) throw error;
  }
  throw new ApiError(`invalid parameter "step": cannot parse "${text}" to a valid duration`);
}
