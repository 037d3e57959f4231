import { formatTime } from '../../promql/civil-date.ts';
import { formatGeneral } from '../../promql/number-text.ts';

/** Four significant digits, as all of Prometheus' humanize functions give. */
const short = (value: number): string => formatGeneral(value, 4);

const LARGE = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
const SMALL = ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y'];
const BINARY = ['ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi'];

/** With a metric prefix: `1.5k`. */
export function humanize(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return short(value);
  return Math.abs(value) >= 1 ? enlarged(value, LARGE, 1_000) : reduced(value);
}

/** With a binary prefix: `1.5Mi`. */
export function humanize1024(value: number): string {
  if (Math.abs(value) <= 1 || !Number.isFinite(value)) return short(value);
  return enlarged(value, BINARY, 1_024);
}

/** A share as a percentage: 0.25 is `25%`. */
export function humanizePercentage(value: number): string {
  return `${short(value * 100)}%`;
}

/** Seconds as `1d 2h 3m 4s`, `1.5s` or `1.5ms`. */
export function humanizeDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return short(seconds);
  if (seconds === 0) return '0s';
  if (Math.abs(seconds) < 1) return `${reduced(seconds)}s`;
  const sign = seconds < 0 ? '-' : '';
  const size = Math.abs(seconds);
  const whole = Math.trunc(size);
  const [s, m, h, d] = [
    whole % 60,
    Math.trunc(whole / 60) % 60,
    Math.trunc(whole / 3_600) % 24,
    Math.trunc(whole / 86_400),
  ];
  if (d > 0) return `${sign}${d}d ${h}h ${m}m ${s}s`;
  if (h > 0) return `${sign}${h}h ${m}m ${s}s`;
  return m > 0 ? `${sign}${m}m ${s}s` : `${sign}${short(size)}s`;
}

/** Epoch seconds as Go prints a time in UTC: `2026-11-26 10:00:00.5 +0000 UTC`. */
export function humanizeTimestamp(seconds: number): string {
  if (!Number.isFinite(seconds) || Math.abs(seconds) > MOST_SECONDS) return short(seconds);
  // Nanoseconds in a float, as Go computes them: that rounds away what seconds in a float cannot hold.
  const nanoseconds = BigInt(Math.trunc(seconds * 1e9));
  const rest = ((nanoseconds % BILLION) + BILLION) % BILLION;
  const whole = Number((nanoseconds - rest) / BILLION);
  const fraction = `.${rest.toString().padStart(9, '0')}`.replace(/\.?0+$/, '');
  return `${formatTime(whole).slice(0, -1).replace('T', ' ')}${fraction} +0000 UTC`;
}

const BILLION = 1_000_000_000n;
/** Years of four digits. */
const MOST_SECONDS = 250_000_000_000;

function enlarged(value: number, prefixes: readonly string[], step: number): string {
  let [left, prefix] = [value, ''];
  for (const next of prefixes) {
    if (Math.abs(left) < step) break;
    prefix = next;
    left /= step;
  }
  return short(left) + prefix;
}

function reduced(value: number): string {
  let [left, prefix] = [value, ''];
  for (const next of SMALL) {
    if (Math.abs(left) >= 1) break;
    prefix = next;
    left *= 1_000;
  }
  return short(left) + prefix;
}
