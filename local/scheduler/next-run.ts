import type { CronFields, ScheduleExpression } from './parse-expression.ts';
import { fromLocalTime, toLocalTime, type LocalTime } from './time-zone.ts';

/** A cron that never matches (30 February) is looked for so many days: over a leap cycle of 28 years. */
const MAX_DAYS = 28 * 366;

/**
 * The first run after a moment, in epoch milliseconds; undefined if there is none any more.
 *
 * A rate runs on the multiples of its interval (UTC). A cron follows the wall clock: a time that the
 * clock is set forward over is left out, one that comes twice is run once.
 */
export function nextRunMs(
  expression: ScheduleExpression,
  timeZone: string,
  afterMs: number,
): number | undefined {
  switch (expression.kind) {
    case 'rate':
      return (Math.floor(afterMs / expression.everyMs) + 1) * expression.everyMs;
    case 'at': {
      const atMs = fromLocalTime(readLocal(expression.local), timeZone);
      return atMs !== undefined && atMs > afterMs ? atMs : undefined;
    }
    case 'cron':
      return nextCronMs(expression.cron, timeZone, afterMs);
  }
}

function readLocal(text: string): LocalTime {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = text.split(/[-T:]/).map(Number);
  return { year, month, day, hour, minute, second };
}

function nextCronMs(cron: CronFields, timeZone: string, afterMs: number): number | undefined {
  const hours = [...cron.hours].sort((a, b) => a - b);
  const minutes = [...cron.minutes].sort((a, b) => a - b);
  const today = toLocalTime(afterMs, timeZone);
  for (let days = 0; days < MAX_DAYS; days += 1) {
    // Noon in UTC, as a mere carrier of a calendar day.
    const noon = new Date(Date.UTC(today.year, today.month - 1, today.day + days, 12));
    const date = { year: noon.getUTCFullYear(), month: noon.getUTCMonth() + 1, day: noon.getUTCDate() };
    if (!isDay(cron, date)) continue;
    for (const hour of hours) {
      for (const minute of minutes) {
        const atMs = fromLocalTime({ ...date, hour, minute, second: 0 }, timeZone);
        if (atMs !== undefined && atMs > afterMs) return atMs;
      }
    }
  }
  return undefined;
}

type CalendarDay = Pick<LocalTime, 'year' | 'month' | 'day'>;

function isDay(cron: CronFields, date: CalendarDay): boolean {
  if (!cron.years.has(date.year) || !cron.months.has(date.month)) return false;
  return cron.daysOfMonth === undefined ? isDayOfWeek(cron, date) : isDayOfMonth(cron.daysOfMonth, date);
}

function isDayOfMonth(field: NonNullable<CronFields['daysOfMonth']>, date: CalendarDay): boolean {
  if (field.isLast) return date.day === lengthOfMonth(date);
  if (field.nearestWeekdayTo !== undefined) return date.day === nearestWeekday(field.nearestWeekdayTo, date);
  return field.days.has(date.day);
}

function isDayOfWeek({ daysOfWeek }: CronFields, date: CalendarDay): boolean {
  const day = weekday(date);
  if (daysOfWeek?.nth !== undefined) {
    return day === daysOfWeek.nth.day && Math.ceil(date.day / 7) === daysOfWeek.nth.n;
  }
  if (daysOfWeek?.lastDay !== undefined) {
    return day === daysOfWeek.lastDay && date.day > lengthOfMonth(date) - 7;
  }
  return daysOfWeek?.days.has(day) ?? false;
}

/** Never leaves the month: the 1st on a Saturday becomes Monday the 3rd. */
function nearestWeekday(target: number, { year, month }: CalendarDay): number {
  const last = lengthOfMonth({ year, month, day: 1 });
  const day = Math.min(target, last);
  const of = weekday({ year, month, day });
  if (of === 7) return day > 1 ? day - 1 : day + 2;
  if (of === 1) return day < last ? day + 1 : day - 2;
  return day;
}

/** 1 is Sunday. */
function weekday({ year, month, day }: CalendarDay): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}

function lengthOfMonth({ year, month }: CalendarDay): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
