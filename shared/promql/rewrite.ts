import { children, matchersOf, type Expr, type Matcher, type Span, type VectorSelector } from './ast.ts';
import { carriedByParts } from './carried-labels.ts';
import { mapChildren } from './expression-map.ts';

import { ALL_LABELS, type LabelNames } from './label-names.ts';

export { inlineRecordings } from './inlining.ts';
export { PromqlRewriteError } from './rewrite-error.ts';

/**
 * Adds a matcher to every selector, so that an expression can only read series that it matches. It is added
 * even where the label is matched already: replacing could widen what the author asked for, and two
 * conditions on one label are allowed.
 */
export function confine(expr: Expr, matcher: Matcher): Expr {
  if (expr.kind === 'vector') return { ...expr, matchers: [...expr.matchers, matcher] };
  return mapChildren(expr, (child) => confine(child, matcher));
}

/** One selector of an expression. */
export interface SelectorRead {
  /** The metric's name, undefined when the selector does not fix it. */
  readonly metric: string | undefined;
  /** All conditions, the name among them as `__name__`; what `SeriesSource.select` takes. */
  readonly matchers: readonly Matcher[];
  /** Inside `absent()` or `absent_over_time()`: having no series is what it looks for. */
  readonly absent: boolean;
  /** The labels in which a result has the values of the series that it comes from. */
  readonly carried: LabelNames;
  readonly span: Span;
}

/** The selectors of an expression in the order they are written. */
export function reads(expr: Expr): readonly SelectorRead[] {
  const found: SelectorRead[] = [];
  const visit = (node: Expr, absent: boolean, carried: LabelNames): void => {
    if (node.kind === 'vector')
      found.push({ metric: metricOf(node), matchers: matchersOf(node), absent, carried, span: node.span });
    const isAbsent =
      absent || (node.kind === 'call' && (node.name === 'absent' || node.name === 'absent_over_time'));
    const byParts = carriedByParts(node, carried);
    for (const [at, child] of children(node).entries()) visit(child, isAbsent, byParts[at] ?? carried);
  };
  visit(expr, false, ALL_LABELS);
  return found;
}

/** The name a selector fixes, by its own name or by a `__name__` equality. */
function metricOf(selector: VectorSelector): string | undefined {
  return matchersOf(selector).find((matcher) => matcher.name === '__name__' && matcher.op === '=')?.value;
}
