import type { Span } from '../ast.ts';
import type { Scope } from './scope.ts';

/** Tells that an order was asked for which the result of a range query cannot have. */
export function warnOfSorting({ query, steps }: Scope, span: Span): void {
  if (steps.count > 1)
    query.annotate(
      'warning',
      'sort is ineffective for range queries since results are always ordered by labels',
      span,
    );
}
