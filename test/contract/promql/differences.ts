/*
 * Where Prometheus 3, whose language ours is, answers otherwise than the 2.42 that Debian has, by intention or for an
 * error that was mended since. Everything else must agree.
 *
 * Never drawn, so that it cannot matter (`random-series.ts` and `random-grammar.ts`):
 * - Ranges and look-back: 3 leaves out a sample at the very beginning. No sample is at a beginning or end of any.
 * - Subqueries: likewise; no range is a multiple of its step.
 * - `.` in regular expressions: in 3 it matches a line break too. No value has one.
 * - UTF-8 names of metrics and labels: 2.42 does not know them.
 * - Rates that begin with a gap: 3 goes back half an interval, not to where the counter would be zero. Counters
 *   begin high above zero, or at zero and have no gaps.
 * - Buckets that decrease by a rounding error: 3 takes them for equal. Buckets are whole numbers and increase.
 * - `atan2`: 2.42 forgets to remove the metric's name. It is drawn with `on`, or between scalars.
 * - `stddev` and `stdvar` of a lone NaN or infinity: NaN in 3, 0 in 2.42. They are drawn over finite values.
 * - `predict_linear` and `quantile_over_time` with a parameter that changes, of a range that `@` holds fast, in a range
 *   query: 2.42 loses steps after a few.
 * - `@` in the parameter of an aggregation, in a range query: in 2.42 it does not hold fast; and what `@` holds fast is
 *   aggregated once, even if the parameter changes.
 * - `count_values` with a label that comes before one of those after `by`: 2.42 puts into one group what is in two.
 * - `timestamp` of a selector with both `@` and `offset`: 2.42 finds nothing.
 * - A subquery so short that no step is in it, of what `@` holds fast: 2.42 gives a point after its end.
 * - `deriv` and `predict_linear` of infinities, `stdvar_over_time` of squares that become infinite: NaN in 2.42, whose
 *   sums by Kahan's method do not stand them.
 * - Calendar functions of what is no time (NaN, infinite, in the year 10^11): whatever the processor's conversion to
 *   a whole number gives in Prometheus, NaN here.
 * - `topk` of equals: which of them stay depends on the order in which the storage hands them out.
 * - A last bit that decides: 2.42 takes means step by step, 3 from sums by Kahan's method. What compares, rounds,
 *   counts or takes the rest is drawn over multiples of 1/4, whose sums are exact.
 */

/** An expression of 3 in the words of 2.42. */
export function inWordsOfTwo(text: string): string {
  return text.replaceAll('double_exponential_smoothing(', 'holt_winters(');
}

/** A message of 2.42 in the words of 3. */
export function inWordsOfThree(message: string): string {
  // 3 asks for NaN before it asks for the size.
  return message.replace('Scalar value NaN overflows int64', 'Parameter value is NaN');
}

const FAILURES = [
  'found duplicate series for the match group',
  'multiple matches for labels: many-to-one matching must be explicit',
  'multiple matches for labels: grouping labels must ensure unique matches',
  'vector cannot contain metrics with the same labelset',
  'Parameter value is NaN',
  'overflows int64',
];

/**
 * Whether two messages may both be right: where several things fail, at several steps or in several places, which
 * one is told depends on the order of evaluation.
 */
export function mayBothBeTold(ours: string, its: string): boolean {
  return [ours, its].every((message) => FAILURES.some((failure) => message.includes(failure)));
}

/**
 * Whether our failure is what 3 has it to be: it refuses a second partner of a series even where the comparison
 * drops the pair, 2.42 only where both stay.
 */
export function isStricterInThree(text: string, message: string): boolean {
  return /(?:[=!]=|[<>]=?) (?!bool)/.test(text) && message.includes('many-to-one matching must be explicit');
}

/** Whether the sign of a zero says anything: what 3 adds to a sum for what was rounded away makes +0 of -0. */
export function hasSignedZeros(text: string): boolean {
  return !/\b(?:sum|avg|quantile|histogram_quantile|sum_over_time|avg_over_time|quantile_over_time)\b/.test(
    text,
  );
}
