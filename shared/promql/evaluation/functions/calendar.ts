import { unwrap } from '../../ast.ts';
import { loseNames } from '../names.ts';
import { stepTimeMs } from '../scope.ts';
import { selectVector } from '../selector.ts';
import {
  argumentOf,
  mapFloats,
  singleRow,
  vectorValue,
  type Implementation,
  type Implementations,
} from './invocation.ts';

const DAY_S = 86_400;

/** A date of the Gregorian calendar; month and day count from 1. */
interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** A function of a time in UTC; without an argument, of the time of evaluation. Not a number stays so. */
const ofTime =
  (read: (seconds: number) => number): Implementation =>
  (invocation) => {
    const { call, scope } = invocation;
    const change = (value: number): number => (Number.isFinite(value) ? read(Math.trunc(value)) : Number.NaN);
    if (call.args.length === 0)
      return singleRow({}, scope, (step) => change(stepTimeMs(scope.steps, step) / 1_000));
    return mapFloats(invocation, change);
  };

/** Functions of time. */
export const TIME_FUNCTIONS: Implementations = {
  timestamp: (invocation) => {
    const { call, scope } = invocation;
    const selector = unwrap(argumentOf(call, 0));
    // Only a selector's samples have a time of their own.
    if (selector.kind !== 'vector')
      return mapFloats(invocation, (_, step) => stepTimeMs(scope.steps, step) / 1_000);
    return vectorValue(loseNames(selectVector(selector, scope, 'times'), selector, scope));
  },
  minute: ofTime((seconds) => Math.floor(modulo(seconds, 3_600) / 60)),
  hour: ofTime((seconds) => Math.floor(modulo(seconds, DAY_S) / 3_600)),
  // 1970-01-01 was a Thursday.
  day_of_week: ofTime((seconds) => modulo(Math.floor(seconds / DAY_S) + 4, 7)),
  day_of_month: ofTime((seconds) => dateOf(seconds).day),
  day_of_year: ofTime((seconds) => Math.floor(seconds / DAY_S) - daysUntil(dateOf(seconds).year, 1) + 1),
  days_in_month: ofTime((seconds) => {
    const { year, month } = dateOf(seconds);
    return daysUntil(month === 12 ? year + 1 : year, (month % 12) + 1) - daysUntil(year, month);
  }),
  month: ofTime((seconds) => dateOf(seconds).month),
  year: ofTime((seconds) => dateOf(seconds).year),
};

const modulo = (value: number, divisor: number): number => ((value % divisor) + divisor) % divisor;

/** Days from 1970-01-01 to the first of a month. Years are taken from March on, so that the leap day comes last. */
function daysUntil(year: number, month: number): number {
  const shifted = month > 2 ? year : year - 1;
  const monthsFromMarch = (month + 9) % 12;
  const leaps = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  // (153 m + 2) / 5 are the days of the months from March on: 31 30 31 30 31, repeated.
  return 365 * shifted + leaps + Math.floor((153 * monthsFromMarch + 2) / 5) - 719_468;
}

/** A time in UTC as RFC 3339 writes it, to the second: `2026-01-31T12:00:00Z`. */
export function formatTime(seconds: number): string {
  const { year, month, day } = dateOf(seconds);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const [hour, minute] = [modulo(seconds, DAY_S) / 3_600, modulo(seconds, 3_600) / 60];
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(modulo(seconds, 60))}Z`;
}

function dateOf(seconds: number): CivilDate {
  const days = Math.floor(seconds / DAY_S);
  // A first guess by the mean year, which is off by one at most.
  let year = 1970 + Math.floor(days / 365.2425);
  while (daysUntil(year + 1, 1) <= days) year++;
  while (daysUntil(year, 1) > days) year--;
  let month = 12;
  while (daysUntil(year, month) > days) month--;
  return { year, month, day: days - daysUntil(year, month) + 1 };
}
