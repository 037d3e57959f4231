/** Seconds of a day of UTC, which has no leap seconds here. */
export const DAY_S = 86_400;

/** A date of the Gregorian calendar; month and day count from 1. */
export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Days from 1970-01-01 to the first of a month. Years are taken from March on, so that the leap day comes last. */
export function daysUntil(year: number, month: number): number {
  const shifted = month > 2 ? year : year - 1;
  const monthsFromMarch = (month + 9) % 12;
  const leaps = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  // (153 m + 2) / 5 are the days of the months from March on: 31 30 31 30 31, repeated.
  return 365 * shifted + leaps + Math.floor((153 * monthsFromMarch + 2) / 5) - 719_468;
}

/** The date of a time in seconds of the epoch. */
export function dateOf(seconds: number): CivilDate {
  const days = Math.floor(seconds / DAY_S);
  // A first guess by the mean year, which is off by one at most.
  let year = 1970 + Math.floor(days / 365.2425);
  while (daysUntil(year + 1, 1) <= days) year++;
  while (daysUntil(year, 1) > days) year--;
  let month = 12;
  while (daysUntil(year, month) > days) month--;
  return { year, month, day: days - daysUntil(year, month) + 1 };
}

/** A time in UTC as RFC 3339 writes it, to the second: `2026-01-31T12:00:00Z`. */
export function formatTime(seconds: number): string {
  const { year, month, day } = dateOf(seconds);
  const ofDay = seconds - Math.floor(seconds / DAY_S) * DAY_S;
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const time = [ofDay / 3_600, (ofDay / 60) % 60, ofDay % 60].map(two).join(':');
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${time}Z`;
}
