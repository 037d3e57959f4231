import { PromqlSyntaxError } from './syntax-error.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  y: 365 * 86_400_000,
  w: 7 * 86_400_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
};

const DURATION = /^(?:\d+(?:ms|[ywdhms]))+$/;

/** `1h30m` in milliseconds; undefined when the text is not a duration. */
export function durationMs(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  let totalMs = 0;
  for (const [, count = '', unit = ''] of text.matchAll(/(\d+)(ms|[ywdhms])/g))
    totalMs += Number(count) * (UNIT_MS[unit] ?? Number.NaN);
  return totalMs;
}

/**
 * The value of a number or duration literal without its sign; a duration counts in seconds.
 * Reads what Go reads: `0x1f`, `017` (octal), `1_000`, `.5`, `1.`, `1e3`, `Inf`, `NaN`.
 */
export function numberOf(text: string, from: number): number {
  const plain = text.toLowerCase().replaceAll('_', '');
  if (plain === 'inf') return Number.POSITIVE_INFINITY;
  if (plain === 'nan') return Number.NaN;
  const ms = durationMs(text);
  const value = ms === undefined ? numeral(plain) : ms / 1_000;
  if (!Number.isNaN(value) && (Number.isFinite(value) || ms === undefined)) return value;
  throw new PromqlSyntaxError(`bad number or duration syntax: ${JSON.stringify(text)}`, {
    from,
    to: from + text.length,
  });
}

function numeral(plain: string): number {
  return /^0[0-7]+$/.test(plain) ? Number.parseInt(plain, 8) : Number(plain);
}

/** Milliseconds as PromQL writes them: `90000` is `1m30s`. Negative values get a minus sign. */
export function formatDuration(ms: number): string {
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (ms === 0) return '0s';
  let rest = ms;
  let text = '';
  for (const [unit, unitMs] of Object.entries(UNIT_MS)) {
    // Weeks and years only when exact, as people write them.
    if ((unit === 'y' || unit === 'w') && rest % unitMs !== 0) continue;
    const count = Math.floor(rest / unitMs);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * unitMs;
  }
  return text;
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

const ESCAPE = /^\\(?:([abfnrtv\\'"])|([0-7]{3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/;

/**
 * The text inside a quoted literal. Double and single quotes know Go's escapes, back-ticks none.
 * Throws `PromqlSyntaxError` when the literal does not end or an escape is unknown.
 */
export function unquote(literal: string, from: number): string {
  const quote = literal.charAt(0);
  const span = { from, to: from + literal.length };
  if (literal.length < 2 || !isClosed(literal, quote))
    throw new PromqlSyntaxError('unterminated quoted string', span);
  const body = literal.slice(1, -1);
  if (quote === '`' || !body.includes('\\')) return body;
  let text = '';
  let bytes: number[] = [];
  const flush = (): void => {
    if (bytes.length > 0) text += new TextDecoder().decode(Uint8Array.from(bytes));
    bytes = [];
  };
  for (let index = 0; index < body.length;) {
    if (body[index] !== '\\') {
      flush();
      text += body.charAt(index++);
      continue;
    }
    const escape = ESCAPE.exec(body.slice(index, index + 10));
    const at = { from: from + 1 + index, to: Math.min(from + 3 + index, span.to) };
    if (escape === null) throw new PromqlSyntaxError('unknown escape sequence', at);
    const byte = escapedByte(escape);
    if (byte !== undefined && byte <= 0xff) bytes.push(byte);
    else {
      flush();
      text += escapedText(escape, quote, at);
    }
    index += escape[0].length;
  }
  flush();
  return text;
}

/** Ends with its quote, and that quote is not itself escaped. */
function isClosed(literal: string, quote: string): boolean {
  if (!literal.endsWith(quote)) return false;
  if (quote === '`') return true;
  const slashes = /\\*$/.exec(literal.slice(1, -1))?.[0].length ?? 0;
  return slashes % 2 === 0;
}

/** Octal and hexadecimal escapes are bytes of UTF-8, not characters. */
function escapedByte(escape: RegExpExecArray): number | undefined {
  if (escape[2] !== undefined) return Number.parseInt(escape[2], 8);
  return escape[3] === undefined ? undefined : Number.parseInt(escape[3], 16);
}

function escapedText(escape: RegExpExecArray, quote: string, at: { from: number; to: number }): string {
  const [, simple] = escape;
  if (simple === '"' || simple === "'") {
    if (simple === quote) return quote;
    throw new PromqlSyntaxError('unknown escape sequence', at);
  }
  if (simple !== undefined) return SIMPLE_ESCAPES[simple] ?? '';
  const code = Number.parseInt(escape[4] ?? escape[5] ?? '', 16);
  const isCharacter = code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  if (!isCharacter) throw new PromqlSyntaxError('escape sequence is not a Unicode character', at);
  return String.fromCodePoint(code);
}
