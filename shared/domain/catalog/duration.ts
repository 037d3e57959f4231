const UNIT_MS = { y: 31_536_000_000, w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** Prometheus' own form: units from large to small, each at most once (`1h30m`), or a bare 0. */
export const DURATION_PATTERN =
  '^(0|([0-9]+y)?([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?)$';

const DURATION = new RegExp(DURATION_PATTERN);
const PART = /([0-9]+)(ms|[ywdhms])/g;

/**
 * Reads a duration as Prometheus writes it (`30s`, `1h30m`, `1d`, `0`).
 *
 * @returns seconds, fractions kept; undefined if the text is not a duration
 */
export function parseDurationS(text: string): number | undefined {
  if (text === '' || !DURATION.test(text)) return undefined;
  let totalMs = 0;
  for (const [, count, unit] of text.matchAll(PART)) {
    totalMs += Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
  }
  return totalMs / 1000;
}

/** The shortest form of whole seconds: 90 is `1m30s`, 0 is `0s`. */
export function formatDurationS(seconds: number): string {
  let left = seconds;
  let text = '';
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    const size = UNIT_MS[unit] / 1000;
    const count = Math.floor(left / size);
    if (count > 0) text += `${count}${unit}`;
    left -= count * size;
  }
  return text === '' ? '0s' : text;
}
