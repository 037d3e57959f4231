import { unwrap } from '../../ast.ts';
import { dateOf, DAY_S, daysUntil } from '../../civil-date.ts';
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
    if (selector.kind !== 'vector' || selector.edges !== undefined)
      return mapFloats(invocation, (_, step) => stepTimeMs(scope.steps, step) / 1_000);
    return vectorValue(loseNames(selectVector(selector, scope, 'times'), selector, scope));
  },
  start_timestamp: ({ call, scope }) => {
    const selector = unwrap(argumentOf(call, 0));
    if (selector.kind !== 'vector' || selector.edges !== undefined) return vectorValue([]);
    return vectorValue(loseNames(selectVector(selector, scope, 'starts'), selector, scope));
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
