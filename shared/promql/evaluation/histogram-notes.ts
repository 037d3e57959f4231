import type { Span } from '../ast.ts';
import type { Combination } from '../histogram/arithmetic.ts';
import { labelValue, type Labels } from '../matching.ts';
import { METRIC_NAME } from './label-set.ts';
import type { Query } from './scope.ts';

/** What combines histograms, in the words of Prometheus' annotations. */
export type HistogramOperation = 'addition' | 'subtraction' | 'aggregation';

/** Where a note belongs, and which metric it is about; a message names it only while it has a name. */
export interface NotePlace {
  readonly query: Query;
  readonly span: Span;
  readonly labels: Labels;
}

/** The message with the metric's name behind it, in quotes. */
function named(message: string, { labels }: NotePlace): string {
  return `${message} ${JSON.stringify(labelValue(labels, METRIC_NAME))}`;
}

/** The message, and which metric it is about if that has a name. */
export function ofMetric(message: string, { labels }: NotePlace): string {
  const name = labelValue(labels, METRIC_NAME);
  return name === '' ? message : `${message} for metric name ${JSON.stringify(name)}`;
}

export function noteMixedSamples(place: NotePlace): undefined {
  place.query.annotate(
    'warning',
    named('encountered a mix of histograms and floats for metric name', place),
    place.span,
  );
}

export function noteMixedAggregation(query: Query, span: Span): undefined {
  query.annotate('warning', 'encountered a mix of histograms and floats for aggregation', span);
}

export function noteMixedSchemas(place: NotePlace): undefined {
  const message =
    'vector contains a mix of histograms with exponential and custom buckets schemas for metric name';
  place.query.annotate('warning', named(message, place), place.span);
}

export function noteMixedKinds(place: NotePlace): undefined {
  place.query.annotate(
    'warning',
    ofMetric('vector contains a mix of classic and native histograms', place),
    place.span,
  );
}

export function noteNotCounter(place: NotePlace): undefined {
  place.query.annotate('warning', named('this native histogram metric is not a counter:', place), place.span);
}

export function noteNotGauge(place: NotePlace): undefined {
  place.query.annotate('warning', named('this native histogram metric is not a gauge:', place), place.span);
}

export function noteOverlap(place: NotePlace): undefined {
  const message = 'sample has start time that overlaps with previous sample timestamp for metric';
  place.query.annotate('warning', named(message, place), place.span);
}

export function noteBadBucket(place: NotePlace, bound: string): undefined {
  const message = `bucket label "le" is missing or has a malformed value of ${JSON.stringify(bound)}`;
  place.query.annotate('warning', ofMetric(message, place), place.span);
}

export function noteIgnoredInRange(place: NotePlace): undefined {
  const message = 'ignored histograms in a range containing both floats and histograms for metric name';
  place.query.annotate('info', named(message, place), place.span);
}

export function noteIgnoredInAggregation(query: Query, span: Span, aggregation: string): undefined {
  query.annotate('info', `ignored histogram in ${aggregation} aggregation`, span);
}

/** What a reader should know about histograms that were combined. */
export function noteCombination(
  { hasResetCollision, hasReconciledBounds }: Combination,
  operation: HistogramOperation,
  query: Query,
  span: Span,
): undefined {
  if (hasResetCollision)
    query.annotate('warning', `conflicting counter resets during histogram ${operation}`, span);
  if (hasReconciledBounds) noteReconciledBounds(operation, query, span);
}

export function noteReconciledBounds(operation: HistogramOperation, query: Query, span: Span): undefined {
  query.annotate('info', `mismatched custom buckets were reconciled during ${operation}`, span);
}
