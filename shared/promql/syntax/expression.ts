import type { Aggregation, BinaryOperator, Call, Expr } from '../ast.ts';
import { AGGREGATIONS, FUNCTIONS } from '../signatures.ts';
import { MAXIMUM_DEPTH, tooDeep } from './depth.ts';
import { readBinaryModifiers, readGrouping } from './labels.ts';
import { numberOf } from './number-value.ts';
import { readPostfixes } from './postfix.ts';
import { isBinaryOperator, POWER, PRECEDENCE, WEAKEST } from './precedence.ts';
import { quoted } from './quoting.ts';
import { readSelector } from './selector.ts';
import { stringValue } from './string-value.ts';
import { PromqlSyntaxError } from './syntax-error.ts';
import { isMetricName, mayBeginOperand, type Token } from './token.ts';
import { spanOf, type TokenStream } from './token-stream.ts';

/** Reads an expression whose outermost operators bind at least so strongly. Throws `PromqlSyntaxError`. */
export function readExpression(stream: TokenStream, minimum = WEAKEST): Expr {
  stream.descend();
  let left = readOperand(stream);
  for (let levels = 1; ; levels++) {
    const op = nextOperator(stream, minimum);
    if (op === undefined) break;
    const operator = stream.take();
    if (levels >= MAXIMUM_DEPTH) throw tooDeep(operator);
    const modifiers = readBinaryModifiers(stream);
    // `^` groups from the right, all others from the left.
    const right = readExpression(stream, op === '^' ? POWER : PRECEDENCE[op] + 1);
    left = { kind: 'binary', op, ...modifiers, left, right, span: spanOf(left.span, right.span) };
  }
  stream.rise();
  return left;
}

function nextOperator(stream: TokenStream, minimum: number): BinaryOperator | undefined {
  const { word } = stream.peek();
  return isBinaryOperator(word) && PRECEDENCE[word] >= minimum ? word : undefined;
}

/** An operand with its sign; a sign before a number becomes part of it, as in Prometheus. */
function readOperand(stream: TokenStream): Expr {
  const sign = stream.accept('-') ?? stream.accept('+');
  if (sign === undefined) return readPostfixes(stream, readPrimary(stream));
  const op = sign.word === '-' ? '-' : '+';
  const expr = readExpression(stream, POWER);
  const span = spanOf(sign, expr.span);
  if (expr.kind !== 'number') return { kind: 'unary', op, expr, span };
  return { kind: 'number', value: op === '-' ? -expr.value : expr.value, span };
}

function readPrimary(stream: TokenStream): Expr {
  const token = stream.peek();
  if (token.word === '{') return readSelector(stream);
  if (token.word === '(') return readParenthesis(stream);
  if (token.kind === 'string')
    return { kind: 'string', value: stringValue(token.text), span: spanOf(token, stream.take()) };
  if (token.kind === 'number' || token.kind === 'duration') {
    stream.take();
    return { kind: 'number', value: numberOf(token.text, token.from), span: spanOf(token, token) };
  }
  if (!isMetricName(token)) throw stream.unexpected();
  return readNamed(stream, stream.take());
}

/** What begins with a name: an aggregation, a call, or a selector. */
function readNamed(stream: TokenStream, name: Token): Expr {
  const { word } = stream.peek();
  if (name.kind === 'aggregator' && (word === '(' || word === 'by' || word === 'without'))
    return readAggregation(stream, name);
  if (word === '(' && (name.kind === 'identifier' || name.kind === 'preprocessor'))
    return readCall(stream, name);
  return readSelector(stream, name);
}

function readParenthesis(stream: TokenStream): Expr {
  const open = stream.take();
  const expr = readExpression(stream);
  return { kind: 'paren', expr, span: spanOf(open, stream.expect(')')) };
}

function readCall(stream: TokenStream, name: Token): Call {
  const { args, end } = readArguments(stream);
  const called = name.word === '' ? name.text : name.word;
  if (!FUNCTIONS.has(called))
    throw new PromqlSyntaxError(`unknown function with name ${quoted(called)}`, name);
  return { kind: 'call', name: called, args, span: spanOf(name, end) };
}

function readArguments(stream: TokenStream): { args: readonly Expr[]; end: Token } {
  stream.expect('(');
  const args: Expr[] = [];
  if (!stream.isNext(')')) args.push(readExpression(stream));
  for (let comma = stream.accept(','); comma !== undefined; comma = stream.accept(',')) {
    if (!mayBeginOperand(stream.peek()))
      throw new PromqlSyntaxError('trailing commas not allowed in function call args', comma);
    args.push(readExpression(stream));
  }
  return { args, end: stream.expect(')') };
}

function readAggregation(stream: TokenStream, name: Token): Aggregation {
  stream.enter('aggregation');
  const before = readGrouping(stream);
  const { args, end } = readArguments(stream);
  const behind = before === undefined ? readGrouping(stream) : undefined;
  stream.leave();
  const span = spanOf(name, behind?.end ?? end);
  const grouping = (before ?? behind)?.grouping;
  const expr = args.at(-1);
  if (expr === undefined) throw new PromqlSyntaxError('no arguments for aggregate expression provided', span);
  const wanted = AGGREGATIONS.get(name.word) === undefined ? 1 : 2;
  if (args.length !== wanted) {
    const counts = `expected ${wanted}, got ${args.length}`;
    throw new PromqlSyntaxError(
      `wrong number of arguments for aggregate expression provided, ${counts}`,
      span,
    );
  }
  const [parameter] = args;
  return {
    kind: 'aggregation',
    op: name.word,
    expr,
    ...(wanted === 2 && parameter !== undefined ? { parameter } : {}),
    ...(grouping === undefined ? {} : { grouping }),
    span,
  };
}
