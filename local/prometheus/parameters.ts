import { durationMs, MAXIMUM_DURATION_S } from '../../shared/promql/syntax/duration-text.ts';
import type { RestRequest } from '../kernel/service.ts';
import { ApiError } from './api-error.ts';

/** The parameters of a request: of the address, and for POST of the form in the body before them. */
export function parametersOf(method: string, request: Pick<RestRequest, 'query' | 'body'>): URLSearchParams {
  if (method !== 'POST') return request.query;
  return new URLSearchParams([...new URLSearchParams(request.body.toString('utf8')), ...request.query]);
}

/** Seconds since the epoch, or RFC 3339; in epoch milliseconds. @throws ApiError */
export function timeOf(parameters: URLSearchParams, name: string): number {
  const text = parameters.get(name) ?? '';
  const atMs = readTime(text);
  if (atMs === undefined) throw invalid(name, noTimestamp(text));
  return atMs;
}

/** As `timeOf`; undefined if the parameter is not there. */
export function optionalTimeOf(parameters: URLSearchParams, name: string): number | undefined {
  const text = parameters.get(name) ?? '';
  if (text === '') return undefined;
  const atMs = readTime(text);
  if (atMs === undefined) throw invalid(name, `Invalid time value for '${name}': ${noTimestamp(text)}`);
  return atMs;
}

/** Seconds, or a duration like `1m30s`; in milliseconds. @throws ApiError */
export function durationOf(parameters: URLSearchParams, name: string): number {
  try {
    return readDuration(parameters.get(name) ?? '');
  } catch (error) {
    throw invalid(name, error instanceof Error ? error.message : String(error));
  }
}

/** How many results are wanted at most; Infinity without the parameter, or with 0. @throws ApiError */
export function limitOf(parameters: URLSearchParams): number {
  const text = parameters.get('limit') ?? '';
  if (text === '') return Infinity;
  if (!/^[+-]?\d+$/.test(text))
    throw invalid('limit', `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  const limit = Number(text);
  if (limit < 0) throw invalid('limit', 'limit must be non-negative');
  return limit === 0 ? Infinity : limit;
}

/** A parameter that cannot be understood, in Prometheus' words. */
export function invalid(name: string, reason: string): ApiError {
  return new ApiError(`invalid parameter ${JSON.stringify(name)}: ${reason}`);
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const RFC_3339 = /^(\d{4}-\d\d-\d\d)T(?!24)\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
/** As far as a Date reaches, in both directions. */
const MAX_TIME_MS = 8.64e15;

function readTime(text: string): number | undefined {
  if (NUMBER.test(text)) {
    const atMs = Math.round(Number(text) * 1000);
    return Math.abs(atMs) <= MAX_TIME_MS ? atMs : undefined;
  }
  const day = RFC_3339.exec(text)?.[1];
  return day !== undefined && isDay(day) && !Number.isNaN(Date.parse(text)) ? Date.parse(text) : undefined;
}

/** `Date.parse` alone takes the 31st of November for the 1st of December. */
function isDay(day: string): boolean {
  const atMs = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(atMs) && new Date(atMs).toISOString().startsWith(day);
}

function noTimestamp(text: string): string {
  return `cannot parse ${JSON.stringify(text)} to a valid timestamp`;
}

function readDuration(text: string): number {
  const problem = `cannot parse ${JSON.stringify(text)} to a valid duration`;
  if (NUMBER.test(text)) {
    const seconds = Number(text);
    if (Math.abs(seconds) > MAXIMUM_DURATION_S) throw new Error(`${problem}. It overflows int64`);
    return Math.trunc(seconds * 1000);
  }
  const ms = durationMs(text);
  if (ms === undefined) throw new Error(problem);
  return ms;
}
