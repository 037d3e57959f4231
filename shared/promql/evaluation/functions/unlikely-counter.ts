import { labelValue } from '../../matching.ts';
import type { NotePlace } from '../histogram-notes.ts';
import { METRIC_NAME } from '../label-set.ts';

/** What the names of counters end in. Source: Prometheus' conventions for metric names. */
const COUNTER_SUFFIX = /_(?:total|sum|count|bucket)$/;
/** The label with a metric's type, and those types that are counted up. */
const TYPE = '__type__';
const COUNTED: ReadonlySet<string> = new Set(['counter', 'histogram']);

/** Tells of a series of numbers whose type, or where that is not known whose name, is not that of a counter. */
export function noteUnlikelyCounter({ query, span, labels }: NotePlace): void {
  const name = labelValue(labels, METRIC_NAME);
  const type = labelValue(labels, TYPE);
  if (name === '' || (type === '' ? COUNTER_SUFFIX.test(name) : COUNTED.has(type))) return;
  const reason =
    type === ''
      ? 'name does not end in _total/_sum/_count/_bucket'
      : `__type__ label is not set to "counter" or "histogram", got ${JSON.stringify(type)}`;
  query.annotate('info', `metric might not be a counter, ${reason}: ${JSON.stringify(name)}`, span);
}
