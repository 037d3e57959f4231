/** Digits of a positive number: 0.d1d2d3... times 10 to the power `point`. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/** All digits of a number that matter, or the fewest that read back as it. */
function decimalOf(value: number, isShortest: boolean): Decimal {
  const [mantissa = '0', exponent = '0'] = value.toExponential(isShortest ? undefined : 100).split('e');
  const digits = mantissa.replace('.', '').replace(/0+$/, '');
  return { digits, point: digits === '' ? 0 : Number(exponent) + 1 };
}

/** Rounded to so many digits, halves to the even one, as Go does (JavaScript's own methods round halves up). */
function rounded({ digits, point }: Decimal, count: number): Decimal {
  if (count < 0) return { digits: '', point: 0 };
  if (digits.length <= count) return { digits, point };
  const kept = digits.slice(0, count);
  const rest = digits.slice(count);
  const isUp = rest === '5' ? Number(kept.at(-1) ?? '0') % 2 === 1 : rest >= '5';
  if (!isUp) return { digits: kept.replace(/0+$/, ''), point };
  const next = (BigInt(`0${kept}`) + 1n).toString();
  const isLonger = next.length > kept.length;
  return { digits: next.padStart(kept.length, '0').replace(/0+$/, ''), point: point + Number(isLonger) };
}

function special(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? undefined : value > 0 ? '+Inf' : '-Inf';
}

const signOf = (value: number): string => (value < 0 || Object.is(value, -0) ? '-' : '');

/** Go's `%e`: `1.234000e+06`. */
export function formatExponent(value: number, precision: number): string {
  return special(value) ?? signOf(value) + exponentText(decimalOf(Math.abs(value), false), precision);
}

function exponentText(decimal: Decimal, precision: number | undefined): string {
  const { digits, point } = precision === undefined ? decimal : rounded(decimal, precision + 1);
  const fraction = digits.slice(1).padEnd(precision ?? 0, '0');
  const exponent = digits === '' ? 0 : point - 1;
  const size = String(Math.abs(exponent)).padStart(2, '0');
  return `${digits.at(0) ?? '0'}${fraction === '' ? '' : `.${fraction}`}e${exponent < 0 ? '-' : '+'}${size}`;
}

/** Go's `%f`: `1234.500000`. */
export function formatFixed(value: number, precision: number): string {
  return special(value) ?? signOf(value) + fixedText(decimalOf(Math.abs(value), false), precision);
}

function fixedText(decimal: Decimal, precision: number | undefined): string {
  const { digits, point } = precision === undefined ? decimal : rounded(decimal, decimal.point + precision);
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  const behind = point > 0 ? digits.slice(point) : digits === '' ? '' : '0'.repeat(-point) + digits;
  const fraction = behind.padEnd(precision ?? 0, '0');
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** Go's `%g`: the shorter of the two above, without zeros at the end; without precision the fewest digits that read back. */
export function formatGeneral(value: number, precision?: number): string {
  const text = special(value);
  if (text !== undefined) return text;
  const wanted = precision === 0 ? 1 : precision;
  const exact = decimalOf(Math.abs(value), wanted === undefined);
  const decimal = wanted === undefined ? exact : rounded(exact, wanted);
  const exponent = decimal.point - 1;
  // Go's own rule: by the digits there are where they are fewer, and from 1e+06 on where any number of them will do.
  let most = wanted ?? SHORTEST_MOST;
  if (wanted !== undefined && most > decimal.digits.length && decimal.digits.length >= decimal.point)
    most = decimal.digits.length;
  const isLong = decimal.digits !== '' && (exponent < -4 || exponent >= most);
  return signOf(value) + (isLong ? exponentText(decimal, undefined) : fixedText(decimal, undefined));
}

const SHORTEST_MOST = 6;

/** As `formatGeneral`, whole numbers with `.0` behind them: how OpenMetrics writes the value of a quantile's label. */
export function formatWithPoint(value: number): string {
  const text = formatGeneral(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** A number in the fewest digits that give it back, without exponent, as Go's `%f` of the shortest form. */
export function formatFloat(value: number): string {
  const text = String(value);
  // Almost every number is written so anyway.
  if (/^-?[1-9]?\d*(?:\.\d+)?$/.test(text) && !Object.is(value, -0)) return text;
  return special(value) ?? signOf(value) + fixedText(decimalOf(Math.abs(value), true), undefined);
}

/** A number as Prometheus' HTTP API has it, in quotes there: an exponent only below 1e-6 and from 1e21 on. */
export function formatForApi(value: number): string {
  const size = Math.abs(value);
  const isPlain = size === 0 || (size >= 1e-6 && size < 1e21) || !Number.isFinite(value);
  return isPlain ? formatFloat(value) : signOf(value) + exponentText(decimalOf(size, true), undefined);
}

/** A number as Go's ParseFloat reads one in decimal, `1`, `.5`, `1e9`, `+Inf`, `NaN`; undefined when it is none. */
export function parseNumber(text: string): number | undefined {
  const infinity = /^([+-]?)inf(?:inity)?$/i.exec(text);
  if (infinity !== null) return infinity[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^nan$/i.test(text)) return Number.NaN;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}
