import type { Matcher, MatchOperator, Span, VectorSelector } from '../ast.ts';
import { compilePattern, needsMachine, PatternError } from '../pattern.ts';
import { stringValue } from './string-value.ts';
import { PromqlSyntaxError } from './syntax-error.ts';
import type { Token } from './token.ts';
import { spanOf, type TokenStream } from './token-stream.ts';

const METRIC_NAME = '__name__';

/** Reads `name{matchers}`, its name already taken, or `{matchers}`. */
export function readSelector(stream: TokenStream, name?: Token): VectorSelector {
  const first = name ?? stream.peek();
  if (name !== undefined && !stream.isNext('{'))
    return { kind: 'vector', name: name.text, matchers: [], span: spanOf(name, name) };
  stream.take();
  const matchers: Matcher[] = [];
  let quotedNames = 0;
  while (!stream.isNext('}')) {
    const { matcher, isQuotedName } = readMatcher(stream);
    matchers.push(matcher);
    if (isQuotedName) quotedNames++;
    if (stream.isNext('}')) break;
    if (!stream.isNext(',')) throw stream.unexpected('label matching', '"," or "}"');
    stream.take();
  }
  const span = spanOf(first, stream.take());
  if (name !== undefined) return { kind: 'vector', name: name.text, matchers, span };
  return { kind: 'vector', ...withName(matchers, quotedNames), span };
}

/** One quoted name alone is the selector's; beside others it stays a matcher, for all of them must hold. */
function withName(
  matchers: readonly Matcher[],
  quotedNames: number,
): Pick<VectorSelector, 'name' | 'matchers'> {
  const names = matchers.filter(({ name }) => name === METRIC_NAME);
  const [only] = names;
  if (quotedNames !== 1 || names.length !== 1 || only === undefined) return { matchers };
  return { name: only.value, matchers: matchers.filter((matcher) => matcher !== only) };
}

const MATCH_OPERATORS = new Set(['=', '!=', '=~', '!~']);

function readMatcher(stream: TokenStream): { matcher: Matcher; isQuotedName: boolean } {
  const { kind } = stream.peek();
  if (kind !== 'identifier' && kind !== 'string')
    throw stream.unexpected('label matching', 'identifier or "}"');
  const label = stream.take();
  const name = kind === 'string' ? stringValue(label.text) : label.text;
  const { word } = stream.peek();
  if (!MATCH_OPERATORS.has(word)) {
    if (kind === 'string')
      return { matcher: { name: METRIC_NAME, op: '=', value: name }, isQuotedName: true };
    throw stream.unexpected('label matching', 'label matching operator');
  }
  stream.take();
  if (stream.peek().kind !== 'string') throw stream.unexpected('label matching', 'string');
  const literal = stream.take();
  const matcher = { name, op: word as MatchOperator, value: stringValue(literal.text) };
  if (matcher.op === '=~' || matcher.op === '!~') checkPattern(matcher.value, spanOf(label, literal), stream);
  return { matcher, isQuotedName: false };
}

/** Compiling a pattern costs time and memory far above its length, so that all of an expression's together are bounded. */
const MAXIMUM_PATTERNS = 100_000;

function checkPattern(pattern: string, span: Span, stream: TokenStream): void {
  if (!needsMachine(pattern)) return;
  stream.patternCharacters += pattern.length;
  if (stream.patternCharacters > MAXIMUM_PATTERNS)
    throw new PromqlSyntaxError(
      `regular expressions are too long: at most ${MAXIMUM_PATTERNS} characters of them are allowed in one expression`,
      span,
    );
  try {
    compilePattern(pattern);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new PromqlSyntaxError(error.message, span);
  }
}
