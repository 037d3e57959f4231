import { MOST_RANGE_MS } from '../../shared/contract/promql-limits.ts';
import type { Expr } from '../../shared/promql/ast.ts';
import { check } from '../../shared/promql/check.ts';
import { resolveDurations } from '../../shared/promql/durations.ts';
import { evaluateInstant } from '../../shared/promql/evaluate.ts';
import { reachOf } from '../../shared/promql/reach.ts';
import { reads } from '../../shared/promql/rewrite.ts';
import type { SeriesSource } from '../../shared/promql/series-source.ts';
import type { ValueType } from '../../shared/promql/signatures.ts';
import type { PromqlError } from '../../shared/promql/syntax/syntax-error.ts';
import { AwsError } from '../kernel/service.ts';
import type { Alarm } from './alarm.ts';
import type { InstantQuery } from './evaluate-promql.ts';

export interface Query {
  readonly expr: Expr;
  readonly type: ValueType;
  /** How far before the time of evaluation its ranges reach. */
  readonly reachMs: number;
}

/** A query that is no PromQL, or that CloudWatch refuses. The message says where. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
}

/** A query that is well formed and asks for more than CloudWatch gives. */
export class QueryLimitError extends Error {
  override readonly name = 'QueryLimitError';
}

/**
 * Parses and checks a query, with what CloudWatch asks beyond Prometheus: every selector names its
 * metric, and no range is over seven days.
 *
 * @throws QueryError and QueryLimitError
 */
function readQuery(text: string): Query {
  const read = check(text);
  if (!read.ok) throw queryError(read.errors);
  // An alarm asks at one time: it has no step, and its range is none.
  const resolved = resolveDurations(read.expr, { stepMs: 0, rangeMs: 0 });
  if (!resolved.ok) throw queryError([resolved.error]);
  return { expr: resolved.expr, type: read.type, reachMs: checkQuery(resolved.expr) };
}

function queryError(errors: readonly PromqlError[]): QueryError {
  return new QueryError(errors.map(({ from, message }) => `char ${from + 1}: ${message}`).join('; '));
}

/**
 * Checks what CloudWatch asks of a query beyond Prometheus. Gives how far before the time of evaluation its ranges
 * reach.
 *
 * @throws QueryError and QueryLimitError
 */
export function checkQuery(expr: Expr): number {
  const nameless = reads(expr).find(({ matchers }) => !matchers.some(({ name }) => name === '__name__'));
  if (nameless !== undefined) {
    throw new QueryError(
      `char ${nameless.span.from + 1}: the selector names no metric, which CloudWatch asks for`,
    );
  }
  const reachMs = reachOf(expr);
  if (reachMs > MOST_RANGE_MS)
    throw new QueryLimitError('the query reaches back more than 7 days, the most that CloudWatch takes');
  return reachMs;
}

/** What an alarm's definition must hold beyond its shape: its query must give an instant vector. */
export function checkAlarm({ name, rule }: Alarm): void {
  if (rule.kind !== 'promql') return;
  try {
    const { type } = readQuery(rule.query);
    if (type !== 'vector')
      throw new QueryError(`the query gives a ${type}; an alarm needs an instant vector`);
  } catch (error) {
    if (error instanceof QueryError || error instanceof QueryLimitError) {
      throw new AwsError(
        'ValidationError',
        `The query of alarm "${name}" is wrong: ${error.message}.\n${rule.query}`,
      );
    }
    throw error;
  }
}

/** So long may a query take (CloudWatch limits). */
const MOST_QUERY_MS = 20_000;

/** The instant query of alarms over a source of series; parsed queries are kept, for they come again and again. */
export function instantQuery(
  source: SeriesSource,
  lookbackMs: number | undefined,
  nowMs: () => number,
): InstantQuery {
  const known = new Map<string, Query>();
  return (text, atMs) => {
    const query = known.get(text) ?? readQuery(text);
    if (known.size >= MAX_KEPT) known.clear();
    known.set(text, query);
    const endMs = nowMs() + MOST_QUERY_MS;
    const interrupt = (): void => {
      if (nowMs() >= endMs) throw new QueryLimitError('the query took 20 s, the most that CloudWatch allows');
    };
    const lookback = lookbackMs === undefined ? {} : { lookbackMs };
    const result = evaluateInstant(query.expr, source, atMs, { ...lookback, interrupt });
    if (result.kind !== 'vector')
      throw new QueryError(`the query gives a ${result.kind}, not an instant vector`);
    return result.samples.map(({ labels }) => labels);
  };
}

const MAX_KEPT = 2_000;
