import { parser as grammar } from '@prometheus-io/lezer-promql';
import type { Expr } from './ast.ts';
import { isKnownName } from './signatures.ts';
import { blankLiterals, checkBounds, withoutTrailingPoints } from './source-scan.ts';
import { PromqlSyntaxError, type PromqlError } from './syntax-error.ts';
import { exprOf } from './tree-reader.ts';

export type { PromqlError } from './syntax-error.ts';

export type ParseResult =
  | { readonly ok: true; readonly expr: Expr }
  | { readonly ok: false; readonly errors: readonly PromqlError[] };

/** The longest text that is read at all; CloudWatch itself takes 10,000 characters. */
const MAXIMUM_CHARACTERS = 100_000;

// Strict: stop at the first error. Recovery finds more of them, but in time that grows with the square of the text.
const strictGrammar = grammar.configure({ strict: true });

/**
 * Parses one PromQL expression. Offsets in errors and spans are characters of `text`.
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
  const code = blankLiterals(text);
  if (code.trim() === '')
    throw new PromqlSyntaxError('no expression found in input', { from: 0, to: text.length });
  checkBounds(code);
  try {
    const tree = strictGrammar.parse(withoutTrailingPoints(text, code));
    return exprOf(tree.topNode, text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw explained(text, code, error);
  }
}

/** The grammar only says where it stopped; this says what stood there. */
function explained(text: string, code: string, error: SyntaxError): PromqlSyntaxError {
  const stop = Number(/\d+$/.exec(error.message)?.[0] ?? 0);
  const unknown = unknownFunction(code, stop);
  if (unknown !== undefined) return unknown;
  const from = stop + (/^\s*/.exec(code.slice(stop))?.[0].length ?? 0);
  const token = /^(?:[\w:.]+|"+|[=!<>~]+|[^])/u.exec(code.slice(from))?.[0];
  if (token === undefined)
    return new PromqlSyntaxError('unexpected end of input', { from: text.length, to: text.length });
  const found = text.slice(from, from + Math.min(token.length, SHOWN_CHARACTERS));
  const kind = token.startsWith('"')
    ? 'string'
    : /^[a-z_:]/i.test(token)
      ? 'identifier'
      : /^[\d.]/.test(token)
        ? 'number'
        : 'character';
  const shown = kind === 'string' ? found : JSON.stringify(found);
  return new PromqlSyntaxError(`unexpected ${kind} ${shown}${inside(code, from)}`, {
    from,
    to: from + token.length,
  });
}

const SHOWN_CHARACTERS = 60;

/** Experimental functions that the grammar does not have, or has only in lower case inside durations. */
const NOT_YET = /^(?:min_of|max_of|STEP|RANGE)$/;

/** A name before a parenthesis, near where the grammar stopped, that is neither a function nor a keyword. */
function unknownFunction(code: string, stop: number): PromqlSyntaxError | undefined {
  for (const match of code.matchAll(/(?<![\w:])([a-z_:][\w:]*)\s*\(/gi)) {
    const name = match[1] ?? '';
    if (match.index > stop) return undefined;
    const span = { from: match.index, to: match.index + name.length };
    if (NOT_YET.test(name)) return new PromqlSyntaxError(`function ${name} is not supported yet`, span);
    if (!isKnownName(name))
      return new PromqlSyntaxError(`unknown function with name ${JSON.stringify(name)}`, span);
  }
  return undefined;
}

function inside(code: string, from: number): string {
  const before = code.slice(0, from);
  if (before.lastIndexOf('{') > before.lastIndexOf('}')) return ' inside braces';
  return before.lastIndexOf('[') > before.lastIndexOf(']') ? ' inside brackets' : '';
}
