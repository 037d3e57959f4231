import type { Span } from './ast.ts';
import { PromqlSyntaxError } from './syntax-error.ts';

/** The largest depth of brackets, signs and right-hand sides in one another. */
export const MAXIMUM_DEPTH = 200;
/** The most operators, ranges and offsets in one row without brackets; the grammar's own tables end near 900. */
const MAXIMUM_ROW = 500;
/** The most signs (`-x`) in one text: the grammar reads each in two ways, which costs the square of their number. */
const MAXIMUM_SIGNS = 1_000;

const QUOTED_OR_COMMENT = /"(?:[^"\\\n]|\\[^])*"?|'(?:[^'\\\n]|\\[^])*'?|`[^`]*`?|#[^\n]*/g;

/** The text with strings and comments blanked out, character for character, so that what is left is code. */
export function blankLiterals(text: string): string {
  return text.replaceAll(QUOTED_OR_COMMENT, (piece) =>
    (piece.startsWith('#') ? ' ' : '"').repeat(piece.length),
  );
}

const NAMES: Readonly<Record<string, string>> = {
  '(': 'left parenthesis',
  '[': 'left bracket',
  '{': 'left brace',
  ')': 'right parenthesis',
  ']': 'right bracket',
  '}': 'right brace',
};
const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const TOKEN = /[([{)\]},]|[-+]|[*/%^@]|[<>=!~]+|\b(?:and|or|unless|atan2|offset)\b/gi;

/**
 * Checks brackets and bounds before the grammar sees the text: it is linear, gives better words than a
 * parser can, and keeps what is too deep or too long away from everything that recurses.
 * Takes blanked text; throws `PromqlSyntaxError`.
 */
export function checkBounds(code: string): void {
  const open: { at: number; row: number }[] = [{ at: -1, row: 0 }];
  let signs = 0;
  let previousEnd = -1;
  for (const match of code.matchAll(TOKEN)) {
    const [token] = match;
    const level = open.at(-1) ?? { at: -1, row: 0 };
    const span = { from: match.index, to: match.index + token.length };
    if (token in CLOSERS) {
      if (token === '[') level.row++;
      open.push({ at: match.index, row: 0 });
      if (open.length > MAXIMUM_DEPTH + 1) throw tooDeep(span);
    } else if (token in NAMES) close(code, open, token, span);
    else if (token === ',') level.row = 0;
    else level.row++;
    if ((token === '-' || token === '+') && code.slice(previousEnd, match.index).trim() === '') signs++;
    if (level.row > MAXIMUM_ROW)
      throw new PromqlSyntaxError(
        `too many operators in a row: at most ${MAXIMUM_ROW} without parentheses`,
        span,
      );
    if (signs > MAXIMUM_SIGNS)
      throw new PromqlSyntaxError(`too many signs: at most ${MAXIMUM_SIGNS} in one expression`, span);
    previousEnd = span.to;
  }
  const unclosed = open.pop();
  if (unclosed !== undefined && open.length > 0) {
    const opener = code.charAt(unclosed.at);
    throw new PromqlSyntaxError(`unclosed ${NAMES[opener]}`, { from: unclosed.at, to: unclosed.at + 1 });
  }
}

function close(code: string, open: { at: number }[], token: string, span: Span): void {
  const opener = open.length > 1 ? code.charAt(open.pop()?.at ?? 0) : '';
  const expected = CLOSERS[opener];
  if (expected === token) return;
  const hint = expected === undefined ? '' : `, expected '${expected}'`;
  throw new PromqlSyntaxError(`unexpected ${NAMES[token]} '${token}'${hint}`, span);
}

/** The error for an expression nested deeper than allowed. */
export function tooDeep(span: Span): PromqlSyntaxError {
  return new PromqlSyntaxError(
    `expression is nested too deeply: at most ${MAXIMUM_DEPTH} levels are allowed`,
    span,
  );
}

/**
 * `1.` is a number in PromQL and not in lezer-promql. Moves the point out of the way without moving
 * any other character (`1.` becomes `01`); values are always read from the text as it was written.
 */
export function withoutTrailingPoints(text: string, code: string): string {
  const pattern = /(?<![\w.])\d[\d_]*\.(?=[eE][+-]?\d|[^\w.]|$)/g;
  const parts: string[] = [];
  let end = 0;
  for (const match of code.matchAll(pattern)) {
    parts.push(text.slice(end, match.index), '0', match[0].slice(0, -1));
    end = match.index + match[0].length;
  }
  return parts.join('') + text.slice(end);
}
