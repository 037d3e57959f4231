/**
 * A number in the fewest digits that give it back, as Go's `%g` writes it: `4`, `0.5`, `1e+06`, `1e-05`, `+Inf`.
 * Prometheus' messages and the text of its histograms have numbers so.
 *
 * @param plainDigits from so many digits before the point on, there is an exponent
 */
export function formatGeneral(value: number, plainDigits = 6): string {
  return withExponentWhere(value, (exponent) => exponent < -4 || exponent >= plainDigits);
}

/** As `formatGeneral`, with two digits at most: Go's `%.2g`. */
export function formatTwoDigits(value: number): string {
  return formatGeneral(value === 0 ? 0 : Number(value.toPrecision(2)), 2);
}

/** As `formatGeneral`, whole numbers with `.0` behind them: how OpenMetrics writes the value of a quantile's label. */
export function formatWithPoint(value: number): string {
  const text = formatGeneral(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** A number as Prometheus' HTTP API has it, in quotes there: an exponent only below 1e-6 and from 1e21 on. */
export function formatForApi(value: number): string {
  return withExponentWhere(value, (exponent) => exponent < -6 || exponent >= 21);
}

function withExponentWhere(value: number, hasExponent: (exponent: number) => boolean): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (hasExponent(exponent)) {
    const digits = String(Math.abs(exponent)).padStart(2, '0');
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
  }
  return plain(mantissa, exponent);
}

function plain(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return fraction === '' ? sign + whole : `${sign}${whole}.${fraction}`;
}

/** A number as Go's ParseFloat reads one in decimal, `1`, `.5`, `1e9`, `+Inf`, `NaN`; undefined when it is none. */
export function parseNumber(text: string): number | undefined {
  const infinity = /^([+-]?)inf(?:inity)?$/i.exec(text);
  if (infinity !== null) return infinity[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^nan$/i.test(text)) return Number.NaN;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}
