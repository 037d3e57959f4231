import type { Answer } from './answers.ts';
import { inWordsOfThree, mayBothBeTold } from './differences.ts';

/** Where sums are taken in another order, or not by Kahan's method, the last digits differ. */
const RELATIVE = 1e-9;
/** What is left of values of about a million that cancel each other out. */
const ABSOLUTE = 1e-7;

export interface Strictness {
  /** Whether the series have an order. */
  readonly isOrdered: boolean;
  /** Whether 0 and -0 are two values. */
  readonly hasSignedZeros: boolean;
}

/** What is different, in a sentence; undefined when the answers agree. */
export function differenceOf(ours: Answer, its: Answer, strictness: Strictness): string | undefined {
  if (ours.kind !== its.kind) return `ours is ${summary(ours)}, Prometheus' is ${summary(its)}`;
  if ('message' in ours && 'message' in its)
    return coreOf(ours.message) === coreOf(inWordsOfThree(its.message)) ||
      mayBothBeTold(ours.message, its.message)
      ? undefined
      : `ours fails with ${JSON.stringify(ours.message)}, Prometheus with ${JSON.stringify(its.message)}`;
  if ('value' in ours && 'value' in its)
    return ours.value === its.value ? undefined : `ours is ${ours.value}, Prometheus' is ${its.value}`;
  if ('series' in ours && 'series' in its)
    return (
      differenceOfSeries(ours.series, its.series, strictness.hasSignedZeros) ??
      (strictness.isOrdered ? orderOf(ours, its) : undefined)
    );
  return undefined;
}

function summary(answer: Answer): string {
  if ('message' in answer) return `the error ${JSON.stringify(answer.message)}`;
  return 'series' in answer ? `a ${answer.kind} of ${String(answer.series.length)} series` : answer.kind;
}

/** Which of several series a message names is not defined, so only what it says about them counts. */
function coreOf(message: string): string {
  return message
    .replace(/^.*?(found duplicate series for the match group).*(on the .*? hand-side).*$/s, '$1 $2')
    .replace(/^.*(multiple matches for labels: [^:]*).*$/s, '$1');
}

type Series = Extract<Answer, { series: unknown }>['series'];

function differenceOfSeries(ours: Series, its: Series, hasSignedZeros: boolean): string | undefined {
  const left = new Map(ours);
  const right = new Map(its);
  if (left.size !== ours.length) return 'ours has one set of labels twice';
  for (const [labels, points] of right) {
    const own = left.get(labels);
    if (own === undefined) return `ours lacks ${labels} ${shown(points)}`;
    const different = differenceOfPoints(own, points, hasSignedZeros);
    if (different !== undefined) return `${labels}: ${different}`;
  }
  for (const [labels, points] of left)
    if (!right.has(labels)) return `ours has ${labels} ${shown(points)}, Prometheus does not`;
  return undefined;
}

type Points = Series[number][1];
const shown = (points: Points): string => JSON.stringify(points.slice(0, 3));

function differenceOfPoints(ours: Points, its: Points, hasSignedZeros: boolean): string | undefined {
  const times = (points: Points): string => points.map(([timeMs]) => timeMs).join(' ');
  if (times(ours) !== times(its)) return `ours has points at ${times(ours)}, Prometheus at ${times(its)}`;
  for (const [at, [timeMs, value]] of ours.entries()) {
    const other = its[at]?.[1] ?? Number.NaN;
    if (!isSame(value, other) || (hasSignedZeros && value === 0 && !Object.is(value, other)))
      return `ours is ${text(value)} at ${String(timeMs)}, Prometheus' is ${text(other)}`;
  }
  return undefined;
}

const text = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

function isSame(one: number, other: number): boolean {
  if (Object.is(one, other)) return true;
  const apart = Math.abs(one - other);
  return apart <= ABSOLUTE || apart <= RELATIVE * Math.max(Math.abs(one), Math.abs(other));
}

/** Sorted by value, so the values in turn must be the same; which of two equal ones comes first is not defined. */
function orderOf(ours: Answer, its: Answer): string | undefined {
  const values = (answer: Answer): number[] =>
    'series' in answer ? answer.series.map(([, points]) => points[0]?.[1] ?? Number.NaN) : [];
  const right = values(its);
  return values(ours).every((value, at) => isSame(value, right[at] ?? Number.NaN))
    ? undefined
    : `ours is in the order ${values(ours).map(text).join(' ')}, Prometheus' ${right.map(text).join(' ')}`;
}
