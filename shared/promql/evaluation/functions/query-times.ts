import type { QuerySettings } from '../scope.ts';
import type { Implementation, Implementations } from './invocation.ts';

/** The same number at every step: a time or a span of the whole query, in seconds. */
const ofQuery =
  (valueMs: (settings: QuerySettings) => number): Implementation =>
  ({ scope }) => ({
    kind: 'scalar',
    values: new Float64Array(scope.steps.count).fill(valueMs(scope.query.settings) / 1_000),
  });

/** Functions of the times that the whole query is about, in subqueries too. */
export const QUERY_TIMES: Implementations = {
  start: ofQuery(({ startMs }) => startMs),
  end: ofQuery(({ endMs }) => endMs),
  range: ofQuery(({ startMs, endMs }) => endMs - startMs),
  step: ofQuery(({ stepMs }) => stepMs),
};
