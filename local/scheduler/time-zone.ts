/** A wall-clock time in some time zone, to the second. Months from 1. */
export interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, format);
  return format;
}

/** What the clock on the wall shows. Throws RangeError for a time zone that is not known. */
export function toLocalTime(atMs: number, timeZone: string): LocalTime {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
    second: part('second'),
  };
}

/**
 * When the clock on the wall shows this time: the first moment if the clock is set back over it,
 * undefined if it is set forward over it.
 */
export function fromLocalTime(local: LocalTime, timeZone: string): number | undefined {
  const asUtcMs = utcMs(local);
  // The offset is taken a day before and a day after: a change in between gives two candidates.
  const offsets = [-86_400_000, 86_400_000].map((byMs) => {
    const nearMs = asUtcMs + byMs;
    return utcMs(toLocalTime(nearMs, timeZone)) - nearMs;
  });
  const candidates = offsets.map((offsetMs) => asUtcMs - offsetMs).sort((a, b) => a - b);
  return candidates.find((atMs) => utcMs(toLocalTime(atMs, timeZone)) === asUtcMs);
}

function utcMs({ year, month, day, hour, minute, second }: LocalTime): number {
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
