import { TemplateError } from './template-error.ts';

/** Kinds of token inside an action. A field is a name after a dot, a variable one after a dollar sign. */
export type TokenKind =
  'word' | 'field' | 'dot' | 'variable' | 'string' | 'number' | 'character' | 'operator';

export interface Token {
  readonly kind: TokenKind;
  /** Without the dot, dollar sign or quotes; escapes of a string undone. */
  readonly text: string;
  readonly at: number;
  /** Whether white space stands before it: `$x .y` are two operands, `$x.y` is one. */
  readonly isSpaced: boolean;
}

/** Text as it is, or what stands between `{{` and `}}`. */
export type Part =
  | { readonly kind: 'text'; readonly text: string; readonly at: number }
  | { readonly kind: 'action'; readonly tokens: readonly Token[]; readonly at: number };

const LEFT = '{{';
const RIGHT = '}}';

/** Splits a template into text and actions; `{{-` and `-}}` trim the text beside them. Comments are left out. */
export function lexTemplate(text: string): Part[] {
  const parts: Part[] = [];
  let [at, trims] = [0, false];
  for (;;) {
    const open = text.indexOf(LEFT, at);
    let plain = text.slice(at, open === -1 ? text.length : open);
    if (trims) plain = plain.trimStart();
    const trimsLeft = open !== -1 && /^-\s/.test(text.slice(open + 2, open + 4));
    if (trimsLeft) plain = plain.trimEnd();
    if (plain !== '') parts.push({ kind: 'text', text: plain, at });
    if (open === -1) return parts;
    const action = lexAction(text, open + (trimsLeft ? 3 : 2));
    if (action.tokens !== undefined) parts.push({ kind: 'action', tokens: action.tokens, at: open });
    at = action.end;
    trims = action.trimsRight;
  }
}

interface Action {
  /** Undefined for a comment. */
  readonly tokens: Token[] | undefined;
  readonly end: number;
  readonly trimsRight: boolean;
}

function lexAction(text: string, start: number): Action {
  const comment = /^\s*\/\*[^]*?\*\/\s*(?<trim>-?)\}\}/.exec(text.slice(start));
  if (comment !== null)
    return {
      tokens: undefined,
      end: start + comment[0].length,
      trimsRight: comment.groups?.['trim'] === '-',
    };
  const tokens: Token[] = [];
  let at = start;
  for (;;) {
    const space = /^\s*/.exec(text.slice(at, at + MOST_SPACE))?.[0].length ?? 0;
    at += space;
    if (text.startsWith(`-${RIGHT}`, at) && space > 0) return { tokens, end: at + 3, trimsRight: true };
    if (text.startsWith(RIGHT, at)) return { tokens, end: at + 2, trimsRight: false };
    if (at >= text.length) throw new TemplateError('unclosed action: }} is missing', start - LEFT.length);
    const { token, end } = lexToken(text, at, space > 0 || tokens.length === 0);
    tokens.push(token);
    at = end;
  }
}

const MOST_SPACE = 10_000;

const PATTERNS: readonly (readonly [TokenKind, RegExp])[] = [
  ['string', /"(?:[^"\\\n]|\\[^])*"|`[^`]*`/y],
  ['character', /'(?:[^'\\\n]|\\[^]{1,10}?)'/y],
  [
    'number',
    /[+-]?(?:0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)(?![\w.])/y,
  ],
  ['variable', /\$[\p{L}_\p{Nd}]*/uy],
  ['field', /\.[\p{L}_][\p{L}_\p{Nd}]*/uy],
  ['dot', /\./y],
  ['word', /[\p{L}_][\p{L}_\p{Nd}]*/uy],
  ['operator', /:=|[=|(),]/y],
];

function lexToken(text: string, at: number, isSpaced: boolean): { token: Token; end: number } {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined)
      return { token: { kind, text: contentOf(kind, found, at), at, isSpaced }, end: at + found.length };
  }
  throw new TemplateError(`unexpected ${JSON.stringify(text[at])} in an action`, at);
}

function contentOf(kind: TokenKind, found: string, at: number): string {
  if (kind === 'variable' || kind === 'field') return found.slice(1);
  if (kind === 'character') return unescaped(found.slice(1, -1), at);
  if (kind !== 'string') return found;
  return found.startsWith('`') ? found.slice(1, -1) : unescaped(found.slice(1, -1), at);
}

const SIMPLE: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

/** Go's escapes. */
function unescaped(text: string, at: number): string {
  return text.replaceAll(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3})|([^]))/g,
    (whole, hex?: string, short?: string, long?: string, octal?: string, simple?: string) => {
      const digits = hex ?? short ?? long;
      if (digits !== undefined && Number.parseInt(digits, 16) <= 0x10_ff_ff)
        return String.fromCodePoint(Number.parseInt(digits, 16));
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
      const character = SIMPLE[simple ?? ''];
      if (character === undefined) throw new TemplateError(`unknown escape ${whole}`, at);
      return character;
    },
  );
}
