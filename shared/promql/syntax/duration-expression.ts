import type { DurationExpr, DurationOperator, Span } from '../ast.ts';
import { calculate } from '../durations.ts';
import { tooDeep, MAXIMUM_DEPTH } from './depth.ts';
import { MAXIMUM_DURATION_S } from './duration-text.ts';
import { numberOf } from './number-value.ts';
import { isDurationOperator, POWER, PRECEDENCE, WEAKEST } from './precedence.ts';
import { PromqlSyntaxError } from './syntax-error.ts';
import type { Token } from './token.ts';
import { spanOf, type TokenStream } from './token-stream.ts';

/** What may begin a duration, in the words of Prometheus. */
export const DURATION_EXPECTED = 'number, duration, step(), or range()';

/** Reads what stands in a range or step: arithmetic over durations and numbers of seconds, constants worked out. */
export function readDuration(stream: TokenStream, minimum = WEAKEST): DurationExpr {
  stream.descend();
  let left = readSigned(stream);
  for (let levels = 1; ; levels++) {
    const { word } = stream.peek();
    if (!isDurationOperator(word) || PRECEDENCE[word] < minimum) break;
    const operator = stream.take();
    if (levels >= MAXIMUM_DEPTH) throw tooDeep(operator);
    const right = readDuration(stream, word === '^' ? POWER : PRECEDENCE[word] + 1);
    left = combined(word, left, right, operator);
  }
  stream.rise();
  return left;
}

/** Reads what stands behind `offset`: one value with a sign; arithmetic needs parentheses. */
export function readOffsetDuration(stream: TokenStream): DurationExpr {
  const sign = stream.accept('-') ?? stream.accept('+');
  return sign === undefined ? readValue(stream) : signed(sign, readValue(stream));
}

function readSigned(stream: TokenStream): DurationExpr {
  const sign = stream.accept('-') ?? stream.accept('+');
  return sign === undefined ? readValue(stream) : signed(sign, readDuration(stream, POWER));
}

function signed(sign: Token, operand: DurationExpr): DurationExpr {
  const span = spanOf(sign, operand.span);
  if (operand.kind === 'seconds')
    return { kind: 'seconds', value: sign.word === '-' ? -operand.value : operand.value, span };
  return sign.word === '-' ? { kind: 'negation', operand, span } : operand;
}

function readValue(stream: TokenStream): DurationExpr {
  const token = stream.peek();
  if (token.kind === 'number' || token.kind === 'duration') return readLiteral(stream.take());
  switch (token.word) {
    case '(': {
      stream.take();
      const inner = readDuration(stream);
      return { ...inner, span: spanOf(token, stream.expect(')')) };
    }
    case 'step':
    case 'range':
      stream.take();
      stream.expect('(');
      return { kind: 'query', name: token.word, span: spanOf(token, stream.expect(')')) };
    case 'min':
    case 'min_of':
      return readChoice(stream, 'min_of');
    case 'max':
    case 'max_of':
      return readChoice(stream, 'max_of');
    default:
      throw stream.unexpected();
  }
}

function readLiteral(token: Token): DurationExpr {
  const value = numberOf(token.text, token.from);
  if (Math.abs(value) > MAXIMUM_DURATION_S) throw new PromqlSyntaxError('duration out of range', token);
  return { kind: 'seconds', value, span: spanOf(token, token) };
}

function readChoice(stream: TokenStream, name: 'min_of' | 'max_of'): DurationExpr {
  const first = stream.take();
  stream.expect('(');
  const left = readDuration(stream);
  stream.expect(',');
  const right = readDuration(stream);
  const span = spanOf(first, stream.expect(')'));
  if (left.kind !== 'seconds' || right.kind !== 'seconds') return { kind: 'choice', name, left, right, span };
  return { kind: 'seconds', value: (name === 'min_of' ? Math.min : Math.max)(left.value, right.value), span };
}

function combined(
  op: DurationOperator,
  left: DurationExpr,
  right: DurationExpr,
  operator: Span,
): DurationExpr {
  const span = spanOf(left.span, right.span);
  if (right.kind !== 'seconds') return { kind: 'arithmetic', op, left, right, span };
  // Of a left side that is not known only the division by zero is seen.
  const value = calculate(op, left.kind === 'seconds' ? left.value : Number.NaN, right.value, operator);
  if (left.kind !== 'seconds') return { kind: 'arithmetic', op, left, right, span };
  if (!(Math.abs(value) <= MAXIMUM_DURATION_S)) throw new PromqlSyntaxError('duration out of range', span);
  return { kind: 'seconds', value, span };
}
