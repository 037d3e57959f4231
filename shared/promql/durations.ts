import type { DurationExpr, DurationOperator, Expr, Span } from './ast.ts';
import { mapChildren } from './expression-map.ts';
import { MAXIMUM_DURATION_S } from './syntax/duration-text.ts';
import { PromqlSyntaxError, type PromqlError } from './syntax/syntax-error.ts';

/** What `step()` and `range()` stand for: the step of the query, and its end minus its start. */
export interface QueryTimes {
  readonly stepMs: number;
  readonly rangeMs: number;
}

/** One operation on seconds. Throws `PromqlSyntaxError` at the operator. */
export function calculate(op: DurationOperator, left: number, right: number, at: Span): number {
  switch (op) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      if (right === 0) throw new PromqlSyntaxError('division by zero', at);
      return left / right;
    case '%':
      if (right === 0) throw new PromqlSyntaxError('modulo by zero', at);
      return left % right;
    case '^':
      return left ** right;
  }
}

/** Seconds in whole milliseconds. Throws `PromqlSyntaxError` if they are more than a duration can be. */
export function durationMsOf(seconds: number, at: Span): number {
  if (!(Math.abs(seconds) <= MAXIMUM_DURATION_S)) throw new PromqlSyntaxError('duration out of range', at);
  // By way of nanoseconds, which take the error of 1.001 * 1000 away.
  return Math.trunc(Math.round(seconds * 1e9) / 1e6);
}

/** The same for a range or a step, which must be above zero; less than a millisecond counts as one. */
export function positiveDurationMsOf(seconds: number, at: Span): number {
  if (!(seconds > 0)) throw new PromqlSyntaxError('duration must be greater than 0', at);
  return Math.max(1, durationMsOf(seconds, at));
}

/**
 * Replaces durations that depend on the query (`step()`, `range()`) by numbers, for one query. The same
 * object comes back when there are none. The errors are those of Prometheus, such as
 * `duration must be greater than 0`.
 */
export function resolveDurations(
  expr: Expr,
  times: QueryTimes,
): { readonly ok: true; readonly expr: Expr } | { readonly ok: false; readonly error: PromqlError } {
  try {
    return { ok: true, expr: resolved(expr, times) };
  } catch (error) {
    if (!(error instanceof PromqlSyntaxError)) throw error;
    return { ok: false, error: { message: error.message, ...error.span } };
  }
}

function resolved(expr: Expr, times: QueryTimes): Expr {
  const inner = mapChildren(expr, (child) => resolved(child, times));
  switch (inner.kind) {
    case 'vector': {
      const { offsetExpr, ...rest } = inner;
      return offsetExpr === undefined ? inner : { ...rest, offsetMs: shiftMs(offsetExpr, times) };
    }
    case 'matrix': {
      const { rangeExpr, ...rest } = inner;
      return rangeExpr === undefined ? inner : { ...rest, rangeMs: positiveMs(rangeExpr, times) };
    }
    case 'subquery': {
      const { offsetExpr, rangeExpr, stepExpr, ...rest } = inner;
      if (offsetExpr === undefined && rangeExpr === undefined && stepExpr === undefined) return inner;
      return {
        ...rest,
        ...(offsetExpr === undefined ? {} : { offsetMs: shiftMs(offsetExpr, times) }),
        ...(stepExpr === undefined ? {} : { stepMs: positiveMs(stepExpr, times) }),
        ...(rangeExpr === undefined ? {} : { rangeMs: positiveMs(rangeExpr, times) }),
      };
    }
    case 'number':
    case 'string':
    case 'paren':
    case 'unary':
    case 'binary':
    case 'aggregation':
    case 'call':
      return inner;
  }
}

function shiftMs(duration: DurationExpr, times: QueryTimes): number {
  return durationMsOf(secondsOf(duration, times), duration.span);
}

function positiveMs(duration: DurationExpr, times: QueryTimes): number {
  return positiveDurationMsOf(secondsOf(duration, times), duration.span);
}

function secondsOf(duration: DurationExpr, times: QueryTimes): number {
  switch (duration.kind) {
    case 'seconds':
      return duration.value;
    case 'query':
      return (duration.name === 'step' ? times.stepMs : times.rangeMs) / 1_000;
    case 'negation':
      return -secondsOf(duration.operand, times);
    case 'choice': {
      const sides = [secondsOf(duration.left, times), secondsOf(duration.right, times)];
      return duration.name === 'min_of' ? Math.min(...sides) : Math.max(...sides);
    }
    case 'arithmetic': {
      const { op, left, right, span } = duration;
      return calculate(op, secondsOf(left, times), secondsOf(right, times), span);
    }
  }
}
