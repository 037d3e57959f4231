import { DAY_S, daysUntil } from '../../promql/civil-date.ts';

const WITHOUT_ZONE = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d)(:\d\d(?:\.\d+)?)?)?$/;

/**
 * A time as people type it, or as a tool has written it down: what {@link parseInstantMs} reads, and a day or a time
 * without its zone, which are taken for UTC.
 */
export function parseUtcMs(text: string): number | undefined {
  const found = WITHOUT_ZONE.exec(text);
  if (found === null) return parseInstantMs(text);
  const [, day = '', minute = '00:00', second = ':00'] = found;
  return parseInstantMs(`${day}T${minute}${second}Z`);
}

const RFC_3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ]([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/**
 * A time as people write it in configuration: seconds of the epoch, or RFC 3339 (`2026-01-01T00:00:00Z`).
 *
 * @returns epoch milliseconds; undefined if the text is no time
 */
export function parseInstantMs(text: string): number | undefined {
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1_000;
  const found = RFC_3339.exec(text);
  if (found === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(Number);
  const firstDay = daysUntil(year, month);
  const nextMonth = month === 12 ? daysUntil(year + 1, 1) : daysUntil(year, month + 1);
  if (month < 1 || month > 12 || day < 1 || day > nextMonth - firstDay) return undefined;
  const offsetS = (Number(found[9] ?? 0) * 60 + Number(found[10] ?? 0)) * 60 * (found[8] === '-' ? -1 : 1);
  const ofDayS = (hour * 60 + minute) * 60 + second + Number(found[7] ?? 0);
  return Math.round(((firstDay + day - 1) * DAY_S + ofDayS - offsetS) * 1_000);
}
