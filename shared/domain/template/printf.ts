import { formatExponent, formatFixed, formatGeneral } from '../../promql/number-text.ts';
import { kindOf, printed, type TemplateValue } from './value.ts';

/** The widest and most precise that a value is printed. */
const MOST_DIGITS = 1_000;

interface Verb {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly letter: string;
}

/** Go's `fmt.Sprintf` for the values that templates have. What does not fit is said in the text, as Go does. */
export function sprintf(format: string, values: readonly TemplateValue[]): string {
  let next = 0;
  const text = format.replaceAll(
    /%(?<flags>[-+# 0]*)(?<width>\d{0,3})(?:\.(?<precision>\d{0,3}))?(?<letter>[^\d.]?)/gsu,
    (...match) => {
      const {
        flags = '',
        width = '',
        precision,
        letter = '',
      } = match.at(-1) as Record<string, string | undefined>;
      if (letter === '%') return '%';
      if (letter === '') return '%!(NOVERB)';
      if (next >= values.length) return `%!${letter}(MISSING)`;
      const verb: Verb = {
        flags,
        width: Math.min(MOST_DIGITS, Number(width)),
        precision: precision === undefined ? undefined : Math.min(MOST_DIGITS, Number(precision)),
        letter,
      };
      return padded(formatValue(verb, values[next++]), verb);
    },
  );
  const rest = values.slice(next).map((value) => `${kindOf(value)}=${printed(value)}`);
  return rest.length === 0 ? text : `${text}%!(EXTRA ${rest.join(', ')})`;
}

function formatValue(verb: Verb, value: TemplateValue): string {
  if (verb.letter === 'v')
    return typeof value === 'number' ? signed(formatGeneral(value, verb.precision), verb) : printed(value);
  if (verb.letter === 'T') return kindOf(value);
  const text =
    typeof value === 'number'
      ? formatFloat(verb, value)
      : typeof value === 'bigint'
        ? formatInteger(verb, value)
        : typeof value === 'string'
          ? formatText(verb, value)
          : verb.letter === 's' || (verb.letter === 't' && typeof value === 'boolean')
            ? printed(value)
            : undefined;
  return text ?? `%!${verb.letter}(${kindOf(value)}=${printed(value)})`;
}

function formatFloat(verb: Verb, value: number): string | undefined {
  switch (verb.letter) {
    case 'f':
    case 'F':
      return signed(formatFixed(value, verb.precision ?? 6), verb);
    case 'e':
      return signed(formatExponent(value, verb.precision ?? 6), verb);
    case 'E':
      return signed(formatExponent(value, verb.precision ?? 6), verb).toUpperCase();
    case 'g':
      return signed(formatGeneral(value, verb.precision), verb);
    case 'G':
      return signed(formatGeneral(value, verb.precision), verb).toUpperCase();
    default:
      return undefined;
  }
}

const BASES: Readonly<Record<string, number>> = { d: 10, x: 16, X: 16, o: 8, b: 2 };

function formatInteger(verb: Verb, value: bigint): string | undefined {
  if (verb.letter === 'c') return String.fromCodePoint(Number(BigInt.asUintN(20, value)));
  const base = BASES[verb.letter];
  if (base === undefined) return undefined;
  const digits = signed(value.toString(base), verb);
  return verb.letter === 'X' ? digits.toUpperCase() : digits;
}

function formatText(verb: Verb, value: string): string | undefined {
  const cut = verb.precision === undefined ? value : Array.from(value).slice(0, verb.precision).join('');
  if (verb.letter === 's') return cut;
  if (verb.letter === 'q') return JSON.stringify(cut);
  if (verb.letter === 'x')
    return Array.from(new TextEncoder().encode(cut), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return undefined;
}

function signed(text: string, { flags }: Verb): string {
  if (/^[-+]/.test(text)) return text;
  return flags.includes('+') ? `+${text}` : flags.includes(' ') ? ` ${text}` : text;
}

function padded(text: string, { flags, width, letter }: Verb): string {
  const missing = width - Array.from(text).length;
  if (missing <= 0) return text;
  if (flags.includes('-')) return text + ' '.repeat(missing);
  const isNumber = /^[-+ ]?[\d.]/.test(text) && letter !== 's' && letter !== 'v' && letter !== 'q';
  if (!flags.includes('0') || !isNumber) return ' '.repeat(missing) + text;
  const sign = /^[-+ ]/.exec(text)?.[0] ?? '';
  return sign + '0'.repeat(missing) + text.slice(sign.length);
}
