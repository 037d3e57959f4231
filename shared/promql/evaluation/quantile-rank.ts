import type { Span } from '../ast.ts';
import { formatFloat } from '../number-text.ts';
import type { Query } from './scope.ts';

/** Tells about a quantile that cannot be: it is asked for below 0, above 1 or as NaN. */
export function warnOfRank(rank: number, span: Span, query: Query): void {
  if (!(rank >= 0 && rank <= 1))
    query.annotate('warning', `quantile value should be between 0 and 1, got ${formatFloat(rank)}`, span);
}
