import { add, subtract } from '../../histogram/arithmetic.ts';
import { isCounterReset } from '../../histogram/counter-reset.ts';
import { EMPTY_HISTOGRAM, hasCustomBounds, type Histogram } from '../../histogram/histogram.ts';
import {
  noteMixedSchemas,
  noteNotCounter,
  noteNotGauge,
  noteReconciledBounds,
  type NotePlace,
} from '../histogram-notes.ts';

/**
 * The change from the first to the last of two or more histograms, for a counter with what it had before each reset.
 * Undefined, which is noted, where some have exponential buckets and others custom bounds.
 * Source: Prometheus' documentation of rate() and delta().
 */
export function changeOf(
  histograms: readonly Histogram[],
  isCounter: boolean,
  place: NotePlace,
): Histogram | undefined {
  const [first = EMPTY_HISTOGRAM, ...others] = histograms;
  const last = others.at(-1) ?? first;
  const between = others.slice(0, -1);
  if (isCounter && histograms.some(({ hint }) => hint === 'gauge')) noteNotCounter(place);
  const start = isCounter ? startOf(first, others[0] ?? last) : first;
  const isCustom = hasCustomBounds(start);
  // What lies between counts only for resets, which a gauge has none of.
  const looked = isCounter ? [...between, last] : [last];
  if (looked.some((histogram) => hasCustomBounds(histogram) !== isCustom)) {
    noteMixedSchemas(place);
    return undefined;
  }
  const difference = subtract(last, start);
  if (difference?.hasReconciledBounds === true) noteReconciledBounds('subtraction', place.query, place.span);
  if (!isCounter && (first.hint !== 'gauge' || last.hint !== 'gauge')) noteNotGauge(place);
  const change = isCounter ? withLost(difference?.histogram, start, others, place) : difference?.histogram;
  return change && { ...change, hint: 'gauge' };
}

/** The counter began anew right after the first sample: that one need not fit the others. */
function startOf(first: Histogram, second: Histogram): Histogram {
  if (!isCounterReset(second, first)) return first;
  return { ...EMPTY_HISTOGRAM, schema: second.schema, customBounds: second.customBounds };
}

function withLost(
  difference: Histogram | undefined,
  start: Histogram,
  others: readonly Histogram[],
  place: NotePlace,
): Histogram | undefined {
  let change = difference;
  let before = start;
  for (const histogram of others) {
    if (change !== undefined && isCounterReset(histogram, before)) {
      const sum = add(change, before);
      if (sum?.hasReconciledBounds === true) noteReconciledBounds('addition', place.query, place.span);
      change = sum?.histogram;
    }
    before = histogram;
  }
  return change;
}

/** The change between two histograms that follow each other; a counter that was reset began at 0. */
export function stepOf(
  before: Histogram,
  last: Histogram,
  isCounter: boolean,
  place: NotePlace,
): Histogram | undefined {
  const areGauges = before.hint === 'gauge' && last.hint === 'gauge';
  if (isCounter && (before.hint === 'gauge' || last.hint === 'gauge')) noteNotCounter(place);
  if (!isCounter && !areGauges) noteNotGauge(place);
  if (isCounter && isCounterReset(last, before)) return { ...last, hint: 'gauge' };
  const difference = subtract(last, before);
  if (difference === undefined) {
    noteMixedSchemas(place);
    return undefined;
  }
  if (difference.hasReconciledBounds) noteReconciledBounds('subtraction', place.query, place.span);
  return { ...difference.histogram, hint: 'gauge' };
}
