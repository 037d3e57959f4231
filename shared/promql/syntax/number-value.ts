import { durationMs, MAXIMUM_DURATION_S } from './duration-text.ts';
import { quoted } from './quoting.ts';
import { PromqlSyntaxError } from './syntax-error.ts';

/**
 * The value of a number or duration literal without its sign; a duration counts in seconds.
 * Reads what Go reads: `0x1f`, `017` (octal), `1_000`, `.5`, `1.`, `1e3`, `Inf`, `NaN`. Throws `PromqlSyntaxError`.
 *
 * @param from where the literal stands, for the error
 */
export function numberOf(text: string, from: number): number {
  const span = { from, to: from + text.length };
  return /[smhdwy]$/.test(text) ? secondsOf(text, span) : numeral(text, span);
}

function secondsOf(text: string, span: { from: number; to: number }): number {
  const ms = durationMs(text);
  if (ms === undefined) throw new PromqlSyntaxError(`not a valid duration string: ${quoted(text)}`, span);
  if (ms / 1_000 > MAXIMUM_DURATION_S) throw new PromqlSyntaxError('duration out of range', span);
  return ms / 1_000;
}

function numeral(text: string, span: { from: number; to: number }): number {
  const plain = text.toLowerCase().replaceAll('_', '');
  if (plain === 'inf') return Number.POSITIVE_INFINITY;
  if (plain === 'nan') return Number.NaN;
  const value = /^0[0-7]+$/.test(plain)
    ? Number.parseInt(plain, 8)
    : plain === ''
      ? Number.NaN
      : Number(plain);
  if (Number.isFinite(value)) return value;
  const problem = Number.isNaN(value) ? 'invalid syntax' : 'value out of range';
  throw new PromqlSyntaxError(
    `error parsing number: strconv.ParseFloat: parsing ${quoted(text)}: ${problem}`,
    span,
  );
}
