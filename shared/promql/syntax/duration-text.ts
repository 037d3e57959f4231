const UNIT_MS: Readonly<Record<string, number>> = {
  y: 365 * 86_400_000,
  w: 7 * 86_400_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
};

/** The longest duration, about 292 years: Prometheus counts nanoseconds in 63 bits. */
export const MAXIMUM_DURATION_S = 2 ** 63 / 1e9;

const PARTS = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

/** `1h30m` in milliseconds; undefined when it is no duration: units come once each and from large to small. */
export function durationMs(text: string): number | undefined {
  const parts = text === '' ? null : PARTS.exec(text);
  if (parts === null) return undefined;
  return Object.values(UNIT_MS).reduce(
    (sum, unitMs, index) => sum + Number(parts[index + 1] ?? 0) * unitMs,
    0,
  );
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
