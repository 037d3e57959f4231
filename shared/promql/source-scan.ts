import type { Span } from './ast.ts';
import { PromqlSyntaxError } from './syntax-error.ts';

/** The largest depth of brackets, signs and right-hand sides in one another. */
export const MAXIMUM_DEPTH = 200;
/** The most operators, ranges and offsets in one row without brackets; past 300 the grammar may force a reduction. */
const MAXIMUM_ROW = 250;
/** The deepest tree that rows in one another may make; the grammar and the stack bear about 900. */
const MAXIMUM_TREE_DEPTH = 700;
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

/** An open bracket: where it is, the operators in the row inside, its longest row so far, the deepest level inside. */
interface Level {
  readonly at: number;
  row: number;
  longest: number;
  deepest: number;
}

const opened = (at: number): Level => ({ at, row: 0, longest: 0, deepest: 0 });

/**
 * Checks brackets and bounds before the grammar sees the text: it is linear, gives better words than a
 * parser can, and keeps what is too deep or too long away from everything that recurses.
 * Takes blanked text; throws `PromqlSyntaxError`.
 */
export function checkBounds(code: string): void {
  let level = opened(-1);
  const outside: Level[] = [];
  let signs = 0;
  let previousEnd = 0;
  for (const match of code.matchAll(TOKEN)) {
    const [token] = match;
    const span = { from: match.index, to: match.index + token.length };
    if (token in CLOSERS) {
      if (token === '[') level.row++;
      outside.push(level);
      level = opened(match.index);
      if (outside.length > MAXIMUM_DEPTH) throw tooDeep(span);
    } else if (token in NAMES) level = closed(code, level, outside.pop(), token, span);
    else if (token === ',') level.row = 0;
    else level.row++;
    if ((token === '-' || token === '+') && code.slice(previousEnd, match.index).trim() === '') signs++;
    checkCounts(level, signs, span);
    previousEnd = span.to;
  }
  if (outside.length > 0) {
    throw new PromqlSyntaxError(`unclosed ${NAMES[code.charAt(level.at)]}`, {
      from: level.at,
      to: level.at + 1,
    });
  }
}

function checkCounts(level: Level, signs: number, span: Span): void {
  level.longest = Math.max(level.longest, level.row);
  if (level.row > MAXIMUM_ROW) {
    throw new PromqlSyntaxError(
      `too many operators in a row: at most ${MAXIMUM_ROW} without parentheses`,
      span,
    );
  }
  if (level.longest + level.deepest > MAXIMUM_TREE_DEPTH) {
    throw new PromqlSyntaxError(`too many operators in one another: at most ${MAXIMUM_TREE_DEPTH}`, span);
  }
  if (signs > MAXIMUM_SIGNS) {
    throw new PromqlSyntaxError(`too many signs: at most ${MAXIMUM_SIGNS} in one expression`, span);
  }
}

/** The level outside of one that ends here. */
function closed(code: string, level: Level, outside: Level | undefined, token: string, span: Span): Level {
  const expected = CLOSERS[code.charAt(level.at)];
  if (outside === undefined || expected !== token) {
    const hint = outside === undefined ? '' : `, expected '${expected}'`;
    throw new PromqlSyntaxError(`unexpected ${NAMES[token]} '${token}'${hint}`, span);
  }
  outside.deepest = Math.max(outside.deepest, level.longest + level.deepest + 1);
  return outside;
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
