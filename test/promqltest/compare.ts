import { areNearlyEqual } from '../../shared/promql/histogram/equality.ts';
import {
  printSeries,
  printValue,
  type NotedSeries,
  type NotedValue,
} from '../../shared/promql/series-notation.ts';
import { isAlmostEqual } from './almost-equal.ts';
import type { Expectation, ExpectedResult } from './expectation.ts';
import { labelKey } from './label-key.ts';
import type { FoundPoint, FoundResult, FoundSeries } from './outcome.ts';
import type { StepTimes } from './step-times.ts';
import { failed, type Failure } from './verdict.ts';

/** Compares a result with what was expected at these times; undefined when they agree. */
export function compareResult(
  { result: expected, isOrdered }: Expectation,
  times: StepTimes,
  found: FoundResult,
): Failure | undefined {
  if (expected.kind === 'series' && found.kind === 'series')
    return compareAllSeries(expected.series, times, found, isOrdered);
  if (expected.kind === 'scalar' && found.kind === 'scalar' && isAlmostEqual(expected.value, found.value))
    return undefined;
  if (expected.kind === 'string' && found.kind === 'string' && expected.value === found.value)
    return undefined;
  const [wanted, got] = [showResult(expected, times), showResult(found, times)];
  return failed(
    expected.kind === found.kind
      ? 'another value'
      : `a ${kindOf(found)} where a ${kindOf(expected)} was expected`,
    wanted,
    got,
  );
}

function kindOf(result: ExpectedResult | FoundResult): string {
  if (result.kind !== 'series') return result.kind;
  return 'shape' in result ? result.shape : 'vector';
}

function showResult(result: ExpectedResult | FoundResult, times: StepTimes): string[] {
  if (result.kind === 'string') return [JSON.stringify(result.value)];
  if (result.kind === 'scalar') return [String(result.value)];
  return 'shape' in result
    ? result.series.map((one) => showFound(one, times))
    : result.series.map((one) => printSeries(one));
}

function compareAllSeries(
  expected: readonly NotedSeries[],
  times: StepTimes,
  found: { readonly shape: 'vector' | 'matrix'; readonly series: readonly FoundSeries[] },
  isOrdered: boolean,
): Failure | undefined {
  if (isOrdered && found.shape === 'matrix')
    return failed('a range vector, which has no order, where an ordered vector was expected');
  const unmatched = new Map(expected.map((series) => [labelKey(series.labels), series]));
  const different: { reason: string; expected?: string; got?: string }[] = [];
  for (const series of found.series) {
    const key = labelKey(series.labels);
    const wanted = unmatched.get(key);
    unmatched.delete(key);
    const got = showFound(series, times);
    if (wanted === undefined) different.push({ reason: 'a series that is not expected', got });
    else if (!isSameSeries(wanted, times, series))
      different.push({ reason: 'other values', expected: printSeries(wanted), got });
  }
  for (const missing of unmatched.values())
    different.push({ reason: 'a series is missing', expected: printSeries(missing) });
  const [first] = different;
  if (first !== undefined)
    return failed(
      first.reason,
      different.flatMap((one) => one.expected ?? []),
      different.flatMap((one) => one.got ?? []),
    );
  const got = found.series.map((one) => showFound(one, times));
  if (found.shape === 'matrix' && !isSorted(found.series))
    return failed('series that are not sorted by their labels', [], got);
  if (!isOrdered || isSameOrder(expected, found.series)) return undefined;
  return failed(
    'another order',
    expected.map((one) => printSeries(one)),
    got,
  );
}

/** Prometheus gives the series of every range sorted. */
function isSorted(series: readonly FoundSeries[]): boolean {
  const keys = series.map(({ labels }) => labelKey(labels));
  return keys.every((key, index) => index === 0 || (keys[index - 1] ?? '') <= key);
}

function isSameOrder(expected: readonly NotedSeries[], found: readonly FoundSeries[]): boolean {
  return expected.every(({ labels }, index) => labelKey(labels) === labelKey(found[index]?.labels ?? {}));
}

/** A sequence gives every point of the series: at each time a value where it has one, none where it has not. */
function isSameSeries(
  { values }: NotedSeries,
  { startMs, endMs, stepMs }: StepTimes,
  { points }: FoundSeries,
): boolean {
  const wanted = values.flatMap((value, index) =>
    value === 'none' ? [] : [{ timeMs: startMs + index * stepMs, value }],
  );
  if (wanted.length !== points.length) return false;
  return wanted.every(({ timeMs, value }, index) => {
    const point = points[index];
    return point !== undefined && timeMs <= endMs && point.timeMs === timeMs && isSameValue(value, point);
  });
}

function isSameValue(wanted: NotedValue, { value, histogram }: FoundPoint): boolean {
  if (typeof wanted !== 'object')
    return typeof wanted === 'number' && histogram === undefined && isAlmostEqual(wanted, value);
  if (histogram === undefined) return false;
  const isSameHint = !wanted.isHintWritten || wanted.histogram.hint === histogram.hint;
  return isSameHint && areNearlyEqual(wanted.histogram, histogram);
}

function notedValue({ value, histogram }: FoundPoint): NotedValue {
  return histogram === undefined ? value : { histogram, isHintWritten: true };
}

/** In the notation of the scripts; points beside the steps carry their time. */
function showFound({ labels, points }: FoundSeries, { startMs, endMs, stepMs }: StepTimes): string {
  const values: NotedValue[] = [];
  for (const point of points) {
    const { timeMs } = point;
    const index = (timeMs - startMs) / stepMs;
    if (!Number.isInteger(index) || timeMs > endMs || index < values.length)
      return `${printSeries({ labels, values: [] })} ${points.map((one) => `${printValue(notedValue(one))}@${one.timeMs}ms`).join(' ')}`;
    while (values.length < index) values.push('none');
    values.push(notedValue(point));
  }
  return printSeries({ labels, values });
}
