import type { AtModifier, DurationExpr, Expr } from '../ast.ts';
import { durationMsOf, positiveDurationMsOf } from '../durations.ts';
import { DURATION_EXPECTED, readDuration, readOffsetDuration } from './duration-expression.ts';
import { readSignedNumber } from './labels.ts';
import { PromqlSyntaxError } from './syntax-error.ts';
import { spanOf, type TokenStream } from './token-stream.ts';

/** Reads the ranges, offsets and other modifiers behind an expression, which bind tighter than any operator. */
export function readPostfixes(stream: TokenStream, expr: Expr): Expr {
  let result = expr;
  for (;;) {
    switch (stream.peek().word) {
      case '[':
        result = readBrackets(stream, result);
        break;
      case 'offset':
        result = readOffset(stream, result);
        break;
      case '@':
        result = readAt(stream, result);
        break;
      case 'anchored':
      case 'smoothed':
        result = readEdges(stream, result);
        break;
      default:
        return result;
    }
  }
}

/** A duration as a number where it is known, else as an expression with `NaN` in the number's place. */
function readPositive(stream: TokenStream): { ms: number; expr?: DurationExpr } {
  const expr = readDuration(stream);
  if (expr.kind !== 'seconds') return { ms: Number.NaN, expr };
  return { ms: positiveDurationMsOf(expr.value, expr.span) };
}

function readBrackets(stream: TokenStream, expr: Expr): Expr {
  const bracket = stream.take();
  stream.enter('subquery or range selector', DURATION_EXPECTED);
  const { ms: rangeMs, expr: rangeExpr } = readPositive(stream);
  stream.leave();
  const range = { rangeMs, ...(rangeExpr === undefined ? {} : { rangeExpr }) };
  if (stream.accept(':') !== undefined) {
    const step = readStep(stream);
    return { kind: 'subquery', expr, ...range, ...step, span: spanOf(expr.span, stream.take()) };
  }
  if (!stream.isNext(']')) throw stream.unexpected('subquery or range', '":" or "]"');
  const end = stream.take();
  const refused = (message: string) => new PromqlSyntaxError(message, spanOf(bracket, end));
  if (expr.kind !== 'vector') throw refused('ranges only allowed for vector selectors');
  if ((expr.offsetMs ?? 0) !== 0 || expr.offsetExpr !== undefined)
    throw refused('no offset modifiers allowed before range');
  if (typeof expr.at === 'object') throw refused('no @ modifiers allowed before range');
  return { kind: 'matrix', selector: expr, ...range, span: spanOf(expr.span, end) };
}

/** The step of a subquery up to the bracket behind it; none is the evaluator's default. */
function readStep(stream: TokenStream): { stepMs?: number; stepExpr?: DurationExpr } {
  if (stream.isNext(']')) return {};
  stream.enter('subquery selector', `number, duration, step(), range(), or "]"`);
  const { ms, expr } = readPositive(stream);
  stream.leave();
  if (!stream.isNext(']')) throw stream.unexpected('subquery selector', '"]"');
  return expr === undefined ? { stepMs: ms } : { stepExpr: expr };
}

function readOffset(stream: TokenStream, expr: Expr): Expr {
  stream.take();
  stream.enter('offset', DURATION_EXPECTED);
  const duration = readOffsetDuration(stream);
  stream.leave();
  const { target, put } = shiftable(expr, 'offset', duration.span.to);
  if ((target.offsetMs ?? 0) !== 0 || target.offsetExpr !== undefined)
    throw new PromqlSyntaxError('offset may not be set multiple times', expr.span);
  if (duration.kind !== 'seconds') return put({ ...target, offsetExpr: duration });
  return put({ ...target, offsetMs: durationMsOf(duration.value, duration.span) });
}

function readAt(stream: TokenStream, expr: Expr): Expr {
  const sign = stream.take();
  stream.enter('@', 'timestamp');
  const { at, to } = readTime(stream);
  stream.leave();
  if (typeof at === 'number' && !(Math.abs(at) < 2 ** 63)) {
    const found = Number.isFinite(at) ? fixed(at) : String(at).replace('Infinity', 'Inf').replace(/^I/, '+I');
    throw new PromqlSyntaxError(`timestamp out of bounds for @ modifier: ${found}`, expr.span);
  }
  const { target, put } = shiftable(expr, sign.word, to);
  if (target.at !== undefined)
    throw new PromqlSyntaxError('@ <timestamp> may not be set multiple times', expr.span);
  return put({ ...target, at: typeof at === 'number' ? { ms: Math.round(at * 1_000) } : at });
}

/** As Go's `%f`, which has no exponent. */
function fixed(value: number): string {
  return Math.abs(value) < 1e21 ? value.toFixed(6) : `${BigInt(value)}.000000`;
}

/** Seconds, or the function that stands for them, and where they end. */
function readTime(stream: TokenStream): { at: number | Exclude<AtModifier, object>; to: number } {
  const { word } = stream.peek();
  if (word !== 'start' && word !== 'end') {
    const { value, to } = readSignedNumber(stream);
    return { at: value, to };
  }
  stream.take();
  stream.expect('(');
  return { at: word, to: stream.expect(')').to };
}

type Shiftable = Extract<Expr, { kind: 'vector' | 'subquery' }>;

/** The part of an expression that an offset or a time belongs to, and how it is put back, up to `to`. */
function shiftable(
  expr: Expr,
  modifier: string,
  to: number,
): { target: Shiftable; put: (changed: Shiftable) => Expr } {
  const span = { from: expr.span.from, to };
  if (expr.kind === 'vector' || expr.kind === 'subquery')
    return { target: expr, put: (changed) => ({ ...changed, span }) };
  if (expr.kind === 'matrix') {
    const put = (changed: Shiftable): Expr =>
      changed.kind === 'vector' ? { ...expr, selector: changed, span } : expr;
    return { target: expr.selector, put };
  }
  const allowed = 'an instant vector selector or range vector selector or a subquery';
  throw new PromqlSyntaxError(`${modifier} modifier must be preceded by ${allowed}`, expr.span);
}

function readEdges(stream: TokenStream, expr: Expr): Expr {
  const token = stream.take();
  const edges = token.word === 'anchored' ? 'anchored' : 'smoothed';
  if (expr.kind === 'subquery')
    throw new PromqlSyntaxError(`${edges} modifier is not supported for subqueries`, expr.span);
  const selector = expr.kind === 'matrix' ? expr.selector : expr;
  if (selector.kind !== 'vector') throw new PromqlSyntaxError(`${edges} modifier not implemented`, expr.span);
  if (selector.edges !== undefined && selector.edges !== edges)
    throw new PromqlSyntaxError('anchored and smoothed modifiers cannot be used together', expr.span);
  const span = spanOf(expr.span, token);
  if (expr.kind === 'matrix') return { ...expr, selector: { ...selector, edges }, span };
  return { ...selector, edges, span };
}
