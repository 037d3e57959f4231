/** How far a literal reaches; where it `isWhole`, up to its end, else up to what breaks it. */
export interface Scan {
  readonly to: number;
  readonly isWhole: boolean;
}

export const isDigit = (character: string): boolean => character >= '0' && character <= '9';
const isAlphanumeric = (character: string): boolean => /^\w$/.test(character);

/**
 * Scans `12`, `1_000`, `.5`, `1.`, `1e-3`, `0x1f`, `017` from a digit or a point on. A point, an exponent and an
 * underscore may not stand beside one another. Binary numbers and hexadecimal fractions are not PromQL.
 */
export function scanNumber(text: string, from: number): Scan {
  if (/^0[xX]$/.test(text.slice(from, from + 2))) return scanHexadecimal(text, from + 2);
  let at = from;
  let hasPoint = false;
  let hasExponent = false;
  for (;;) {
    const character = text.charAt(at);
    const next = text.charAt(at + 1);
    if (isDigit(character)) at++;
    else if (character === '.') {
      if (hasPoint || next === '.' || next === '_') return { to: at + 1, isWhole: false };
      hasPoint = true;
      at++;
    } else if (character === '_') {
      if (next === '' || '._eE'.includes(next)) return { to: at + 1, isWhole: false };
      at++;
    } else if (character === 'e' || character === 'E') {
      const digitAt = next === '+' || next === '-' ? at + 2 : at + 1;
      if (hasExponent || !isDigit(text.charAt(digitAt))) return { to: digitAt, isWhole: false };
      hasExponent = true;
      at = digitAt;
    } else return { to: at, isWhole: !isAlphanumeric(character) };
  }
}

const HEXADECIMAL = /_?[\da-fA-F]+/y;

function scanHexadecimal(text: string, from: number): Scan {
  let at = from;
  for (;;) {
    HEXADECIMAL.lastIndex = at;
    const run = HEXADECIMAL.exec(text);
    if (run === null) break;
    at = HEXADECIMAL.lastIndex;
  }
  const next = text.charAt(at);
  return { to: at, isWhole: at > from && next !== '.' && !isAlphanumeric(next) };
}

const UNIT = /[smhdwy]s?/y;
const FURTHER = /\d+(?:[smhdw]s?)?/y;

/** Scans the rest of `1h30m` behind its first number; whether the units are in order is not looked at. */
export function scanDuration(text: string, from: number): Scan {
  UNIT.lastIndex = from;
  if (!UNIT.test(text)) return { to: from, isWhole: false };
  let at = UNIT.lastIndex;
  while (isDigit(text.charAt(at))) {
    FURTHER.lastIndex = at;
    FURTHER.test(text);
    at = FURTHER.lastIndex;
    if (isDigit(text.charAt(at - 1))) return { to: at, isWhole: false };
  }
  const isWhole = !isAlphanumeric(text.charAt(at));
  return { to: isWhole ? at : at + 1, isWhole };
}
