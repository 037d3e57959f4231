import type { Expr } from './ast.ts';
import { checkDepth } from './syntax/depth.ts';
import { readExpression } from './syntax/expression.ts';
import { PromqlSyntaxError, type PromqlError } from './syntax/syntax-error.ts';
import { TokenStream } from './syntax/token-stream.ts';

export type { PromqlError } from './syntax/syntax-error.ts';

export type ParseResult =
  | { readonly ok: true; readonly expr: Expr }
  | { readonly ok: false; readonly errors: readonly PromqlError[] };

/** The longest text that is read at all; CloudWatch itself takes 10,000 characters. */
const MAXIMUM_CHARACTERS = 2_000_000;

/**
 * Parses one PromQL expression of Prometheus 3, experimental parts too, in time linear in the text. Offsets
 * in errors and spans are characters of `text`; `errorText` tells line and column.
 * Types are not checked here (see `check`). Never throws for any text.
 */
export function parse(text: string): ParseResult {
  try {
    return { ok: true, expr: parseOrThrow(text) };
  } catch (error) {
    if (!(error instanceof PromqlSyntaxError)) throw error;
    return { ok: false, errors: [{ message: error.message, ...error.span }] };
  }
}

function parseOrThrow(text: string): Expr {
  if (text.length > MAXIMUM_CHARACTERS) {
    const message = `expression is too long: ${text.length} characters, at most ${MAXIMUM_CHARACTERS} are allowed`;
    throw new PromqlSyntaxError(message, { from: MAXIMUM_CHARACTERS, to: text.length });
  }
  const stream = new TokenStream(text);
  if (stream.peek().kind === 'end')
    throw new PromqlSyntaxError('no expression found in input', { from: 0, to: text.length });
  const expr = readExpression(stream);
  if (stream.peek().kind !== 'end') throw stream.unexpected();
  checkDepth(expr);
  return expr;
}
