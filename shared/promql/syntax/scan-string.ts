import { codePointText } from './quoting.ts';

/** Where a string ends, or why it is none. */
export type StringScan =
  { readonly ok: true; readonly to: number } | { readonly ok: false; readonly message: string };

const refused = (message: string): StringScan => ({ ok: false, message });

/** Scans a string from its opening quote to the one after its closing quote. */
export function scanString(text: string, from: number): StringScan {
  const quote = text.charAt(from);
  const isRaw = quote === '`';
  for (let at = from + 1; ;) {
    const character = text.charAt(at);
    if (character === quote) return { ok: true, to: at + 1 };
    if (character === '' || (character === '\n' && !isRaw))
      return refused(isRaw ? 'unterminated raw string' : 'unterminated quoted string');
    if (character === '\\' && !isRaw) {
      const escape = scanEscape(text, at + 1, quote);
      if (!escape.ok) return escape;
      at = escape.to;
    } else if (character >= '\ud800') {
      const length = characterLength(text, at);
      if (length === 0) return refused('invalid UTF-8 rune');
      at += length;
    } else at++;
  }
}

/** The UTF-16 units of a character; 0 for half of a pair, and for U+FFFD, which stands for what was no UTF-8. */
function characterLength(text: string, at: number): number {
  const code = text.codePointAt(at) ?? 0;
  if ((code >= 0xd8_00 && code <= 0xdf_ff) || code === 0xff_fd) return 0;
  return code > 0xff_ff ? 2 : 1;
}

/** Digits of an escape by its letter; octal ones have no letter. */
const NUMERIC: Readonly<Record<string, { readonly digits: number; readonly most: number }>> = {
  x: { digits: 2, most: 0xff },
  u: { digits: 4, most: 0x10_ff_ff },
  U: { digits: 8, most: 0x10_ff_ff },
};

function scanEscape(text: string, at: number, quote: string): StringScan {
  const letter = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (at >= text.length) return refused('escape sequence not terminated');
  if ('abfnrtv\\'.includes(letter) || letter === quote) return { ok: true, to: at + 1 };
  if (/^[0-7]$/.test(letter)) return scanDigits(text, at, { digits: 3, base: 8, most: 0xff });
  const numeric = NUMERIC[letter];
  if (numeric === undefined) return refused(`unknown escape sequence ${codePointText(letter)}`);
  return scanDigits(text, at + 1, { ...numeric, base: 16 });
}

function scanDigits(
  text: string,
  from: number,
  { digits, base, most }: { readonly digits: number; readonly base: number; readonly most: number },
): StringScan {
  let value = 0;
  for (let at = from; at < from + digits; at++) {
    if (at >= text.length) return refused('escape sequence not terminated');
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    const digit = /^[\da-fA-F]$/.test(character) ? Number.parseInt(character, 16) : base;
    if (digit >= base) return refused(`illegal character ${codePointText(character)} in escape sequence`);
    value = value * base + digit;
  }
  if (value > most || (value >= 0xd8_00 && value <= 0xdf_ff))
    return refused('escape sequence is an invalid Unicode code point');
  return { ok: true, to: from + digits };
}
