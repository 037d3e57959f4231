import { AwsError } from '../kernel/service.ts';

/** When a schedule runs. */
export type ScheduleExpression =
  | { readonly kind: 'rate'; readonly everyMs: number }
  | { readonly kind: 'at'; readonly local: string }
  | { readonly kind: 'cron'; readonly cron: CronFields };

/** The six fields of a cron expression of EventBridge Scheduler. */
export interface CronFields {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  /** Undefined for `?`. */
  readonly daysOfMonth?: DayOfMonthField | undefined;
  readonly months: ReadonlySet<number>;
  /** Undefined for `?`. */
  readonly daysOfWeek?: DayOfWeekField | undefined;
  readonly years: ReadonlySet<number>;
}

/** `L` is the last day, `15W` the weekday nearest to the 15th. */
export interface DayOfMonthField {
  readonly days: ReadonlySet<number>;
  readonly isLast: boolean;
  readonly nearestWeekdayTo?: number | undefined;
}

/** Days are 1 (Sunday) to 7; `3#2` is the second Tuesday, `6L` the last Friday. */
export interface DayOfWeekField {
  readonly days: ReadonlySet<number>;
  readonly nth?: { readonly day: number; readonly n: number } | undefined;
  readonly lastDay?: number | undefined;
}

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/**
 * Reads `rate(n unit)`, `at(yyyy-mm-ddThh:mm:ss)` or `cron(minutes hours day-of-month month day-of-week year)`.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 *
 * @throws AwsError ValidationException that says which field is wrong
 */
export function parseExpression(text: string): ScheduleExpression {
  const [, kind, inside = ''] = /^(rate|at|cron)\((.*)\)$/.exec(text.trim()) ?? [];
  if (kind === 'rate') return parseRate(text, inside);
  if (kind === 'at') {
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(inside))
      throw invalid(text, 'at() takes yyyy-mm-ddThh:mm:ss');
    return { kind, local: inside };
  }
  if (kind === 'cron') return { kind, cron: parseCron(text, inside) };
  throw invalid(text, 'it is no rate(), at() or cron()');
}

function parseRate(text: string, inside: string): ScheduleExpression {
  const [, count, unit] = /^(\d+) (minute|hour|day)s?$/.exec(inside) ?? [];
  const everyMs = Number(count) * UNIT_MS[(unit ?? 'minute') as keyof typeof UNIT_MS];
  if (unit === undefined || !(everyMs > 0)) {
    throw invalid(text, 'rate() takes a number from 1 and minutes, hours or days');
  }
  return { kind: 'rate', everyMs };
}

function parseCron(text: string, inside: string): CronFields {
  const fields = inside.trim().split(/\s+/);
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year] = fields;
  if (
    fields.length !== 6 ||
    minutes === undefined ||
    hours === undefined ||
    dayOfMonth === undefined ||
    month === undefined ||
    dayOfWeek === undefined ||
    year === undefined
  ) {
    throw invalid(text, `cron() takes six fields, not ${fields.length}`);
  }
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    throw invalid(text, 'exactly one of day-of-month and day-of-week must be ?');
  }
  const read = (field: string, range: Range): ReadonlySet<number> => parseSet(text, field, range);
  return {
    minutes: read(minutes, { name: 'minutes', from: 0, to: 59 }),
    hours: read(hours, { name: 'hours', from: 0, to: 23 }),
    daysOfMonth: dayOfMonth === '?' ? undefined : parseDayOfMonth(dayOfMonth, read),
    months: read(month, { name: 'month', from: 1, to: 12, names: MONTHS }),
    daysOfWeek: dayOfWeek === '?' ? undefined : parseDayOfWeek(dayOfWeek, read),
    years: read(year, { name: 'year', from: 1970, to: 2199 }),
  };
}

interface Range {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Words for the numbers, beginning with that of `from`. */
  readonly names?: readonly string[];
}
type Read = (field: string, range: Range) => ReadonlySet<number>;

function parseDayOfMonth(field: string, read: Read): DayOfMonthField {
  const range = { name: 'day-of-month', from: 1, to: 31 };
  if (field === 'L') return { days: new Set(), isLast: true };
  if (!field.endsWith('W')) return { days: read(field, range), isLast: false };
  const [nearestWeekdayTo] = read(field.slice(0, -1), range);
  return { days: new Set(), isLast: false, nearestWeekdayTo };
}

function parseDayOfWeek(field: string, read: Read): DayOfWeekField {
  const range = { name: 'day-of-week', from: 1, to: 7, names: DAYS };
  const [, day, n] = /^(\w+)#([1-5])$/.exec(field) ?? [];
  if (day !== undefined) {
    const [only = 1] = read(day, range);
    return { days: new Set(), nth: { day: only, n: Number(n) } };
  }
  if (field === 'L') return { days: new Set([7]) };
  if (!field.endsWith('L')) return { days: read(field, range) };
  const [lastDay] = read(field.slice(0, -1), range);
  return { days: new Set(), lastDay };
}

/** `*`, `5`, `1-5`, `0/15`, `MON-FRI`, and lists of these. */
function parseSet(text: string, field: string, range: Range): ReadonlySet<number> {
  const found = new Set<number>();
  for (const part of field.split(',')) {
    const [, span = '', step = '1'] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
    const [first = '', last] = span === '*' ? [String(range.from), String(range.to)] : span.split('-');
    const from = numberOf(first, range);
    const to = last === undefined ? (part.includes('/') ? range.to : from) : numberOf(last, range);
    if (!(from >= range.from && to <= range.to && from <= to && Number(step) > 0)) {
      throw invalid(text, `"${part}" is no ${range.name} (${range.from}-${range.to})`);
    }
    for (let value = from; value <= to; value += Number(step)) found.add(value);
  }
  return found;
}

function numberOf(word: string, { names, from }: Range): number {
  const at = names?.indexOf(word.toUpperCase()) ?? -1;
  if (at >= 0) return at + from;
  return /^\d+$/.test(word) ? Number(word) : NaN;
}

function invalid(text: string, why: string): AwsError {
  return new AwsError('ValidationException', `Invalid Schedule Expression ${text}: ${why}.`);
}
